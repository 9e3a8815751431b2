/** A hold outlives the worker, and ends safely with its page. The shop's own order store says what was bought. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { killWorker } from '../harness/worker.ts'
import { openWorld, press, type World } from '../harness/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ backend: false })
})
afterAll(() => world?.close())
beforeEach(() => world.shop.reset())
afterEach(async () => {
  for (const page of world.guarded.context.pages()) if (page !== world.guarded.office) await closePage(page)
  // The next test's question is the only one that waits.
  await waitForLedger(world.guarded, 'attempts', (rows) =>
    rows.every(({ state }) => state !== 'held' && state !== 'asked'),
  )
})

/** The newest attempt, which may not be there yet. */
async function untilState(state: string): Promise<void> {
  await waitForLedger(
    world.guarded,
    'attempts',
    (rows) => rows.sort((one, other) => one.createdAt - other.createdAt).at(-1)?.state === state,
  )
}

async function held(): Promise<Page> {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await waitForConsent(world.guarded)
  expect(await world.shop.orders()).toEqual([])
  return page
}

/** The status in the page says it again once the relay has announced its hold to the new worker. */
async function announcedAnew(page: Page): Promise<void> {
  await page.locator('[data-consent-guard]').evaluate((box) => box.setAttribute('data-old', ''))
  await killWorker(world.guarded)
  await page.locator('[data-consent-guard=held]:not([data-old])').waitFor()
}

test('the worker dies twice under one hold; the person approves, and one order is placed', async () => {
  const page = await held()
  await announcedAnew(page)
  await announcedAnew(page)
  expect(await world.shop.orders()).toEqual([])
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
  await untilState('settled')
})

test('a tab that is closed pays nothing', async () => {
  const page = await held()
  await closePage(page)
  await untilState('cancelled')
  expect(await world.shop.orders()).toEqual([])
})

test('a tab that goes elsewhere and comes back pays nothing until it is asked anew', async () => {
  const page = await held()
  await page.goto(`${world.shop.url}/orders`)
  await untilState('cancelled')
  await page.goBack()
  expect(await world.shop.orders()).toEqual([])
  await press(page, 'fetch-json')
  await untilState('asked')
  expect(await world.shop.orders()).toEqual([])
})
