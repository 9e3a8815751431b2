/** A hold outlives the worker, and ends safely with its page. The shop's own order store says what was bought. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { payControl, thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { killWorker } from '../harness/worker.ts'
import { openWorld, press, type World } from '../harness/world.ts'

/** By the clock, for whoever has the time: `HOLD_MINUTES=11 npm test -- --project e2e test/e2e/holding.test.ts`. */
const MINUTES = Number(process.env.HOLD_MINUTES ?? 0)

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

async function newest() {
  const rows = await readLedger(world.guarded, 'attempts')
  return rows.sort((one, other) => one.createdAt - other.createdAt).at(-1)
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

test('a frozen tab pays nothing while it is frozen; thawed, what was agreed to goes once', async () => {
  const page = await held()
  const session = await world.guarded.context.newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  const decided = world.person.approve(await waitForConsent(world.guarded))
  expect(await world.shop.orders()).toEqual([])
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await decided
  await waitForLedger(world.guarded, 'attempts', (rows) =>
    rows.every(({ state }) => ['settled', 'failed', 'unknown', 'rejected', 'cancelled'].includes(state)),
  )
  const settled = (await newest())?.state === 'settled'
  expect(await world.shop.orders()).toHaveLength(settled ? 1 : 0)
})

/** A page that wants a person's own press, and does nothing at all with another. */
async function wantsTrust(page: Page): Promise<void> {
  await page.evaluate(() => {
    const check = (event: Event) => {
      if (event.isTrusted && navigator.userActivation.isActive) return
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    addEventListener('click', check, true)
  })
}

test('a page that wants a trusted press is pressed once more, under the same consent, and pays once', async () => {
  const page = await world.atCheckout('fetch-json')
  await wantsTrust(page)
  await press(page, 'fetch-json')
  await world.person.approve(await waitForConsent(world.guarded))
  await page.getByRole('heading', { name: 'press the pay button once more' }).waitFor()
  expect(await world.shop.orders()).toEqual([])
  const asked = (await readLedger(world.guarded, 'attempts')).length
  await payControl(page, 'fetch-json').click()
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
  expect(await readLedger(world.guarded, 'attempts')).toHaveLength(asked)
})

test('the hold of a person who thinks for minutes: the worker dies again and again, and one order is placed', {
  skip: !MINUTES,
  timeout: (MINUTES + 2) * 60_000,
}, async () => {
  // Ten minutes unless the person has said otherwise; this one takes their time.
  const answer = await world.guarded.office.evaluate(
    (holdSeconds) =>
      globalThis.chrome.runtime.sendMessage({ command: 'set-settings', settings: { holdSeconds } }),
    (MINUTES + 5) * 60,
  )
  expect(answer).toMatchObject({ ok: true })
  const page = await held()
  for (const end = Date.now() + MINUTES * 60_000; Date.now() < end; ) {
    // As often as the browser itself ends an idle worker.
    await page.waitForTimeout(Math.min(30_000, Math.max(0, end - Date.now())))
    await announcedAnew(page)
    expect(await world.shop.orders()).toEqual([])
  }
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
})
