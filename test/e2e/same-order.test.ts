/** The same order again, from another tab or after the first was closed: the person is told before they agree twice. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { waitForLedger } from '../harness/ledger.ts'
import { readConsent, waitForConsent } from '../harness/person.ts'
import { openWorld, press, type World } from '../harness/world.ts'

const SAID = /The same order was already sent/

let world: World
// A world for each: what one has bought is history to the next.
beforeEach(async () => {
  world = await openWorld({ backend: false })
})
afterEach(() => world?.close())

async function asked(): Promise<string> {
  return (await readConsent(await waitForConsent(world.guarded))).text
}

async function bought(): Promise<Page> {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  expect(await asked()).not.toMatch(SAID)
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'fetch-json').waitFor()
  return page
}

test.each(['with the first tab still open', 'after the first tab was closed'])(
  'in another tab, %s',
  async (how) => {
    const first = await bought()
    if (how.startsWith('after')) await closePage(first)
    const second = await world.atCheckout('fetch-json')
    await press(second, 'fetch-json')
    expect(await asked()).toMatch(SAID)
    expect(await world.shop.orders()).toHaveLength(1)
    await world.person.reject(await waitForConsent(world.guarded))
    expect(await world.shop.orders()).toHaveLength(1)
  },
)

test('something else in another tab is no repeat', async () => {
  await bought()
  const second = await world.atCheckout('fetch-json', 'oak-board')
  await press(second, 'fetch-json')
  expect(await asked()).not.toMatch(SAID)
})

test('two tabs that ask at once: who has agreed to one is told before the other goes', async () => {
  const [one, two] = [await world.atCheckout('fetch-json'), await world.atCheckout('fetch-json')]
  await press(one, 'fetch-json')
  await press(two, 'fetch-json')
  await waitForLedger(
    world.guarded,
    'attempts',
    (rows) => rows.length === 2 && rows.every(({ state }) => state === 'asked'),
  )
  expect(await asked()).not.toMatch(SAID)
  await world.person.approve(await waitForConsent(world.guarded))
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.some(({ state }) => state === 'settled'))
  expect(await asked()).not.toMatch(SAID)
  const answer = await world.person.approve(await waitForConsent(world.guarded))
  expect(answer).toHaveProperty('failure')
  expect(await asked()).toMatch(SAID)
  expect(await world.shop.orders()).toHaveLength(1)
})
