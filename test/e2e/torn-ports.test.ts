/**
 * The line between page and background is torn at each message of its protocol: just as the background hears it, or
 * instead of its being sent. Nothing goes before the person has agreed, and what they agreed to goes once.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { BackgroundMessage, RelayMessage } from '../../utils/messages/relay.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, press, type World } from '../harness/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ backend: false })
})
afterAll(() => world?.close())
afterEach(async () => {
  for (const page of world.guarded.context.pages()) if (page !== world.guarded.office) await closePage(page)
})

type Torn =
  | { from: 'page'; type: RelayMessage['type'] }
  | { from: 'background'; type: BackgroundMessage['type'] }

/** In the worker: the port that is first to send or hear such a message tears at it. */
async function tearAt(torn: Torn): Promise<void> {
  const [worker] = world.guarded.context.serviceWorkers()
  if (worker === undefined) throw new Error('no worker')
  await worker.evaluate(({ from, type }) => {
    const state = { done: 0 }
    Reflect.set(globalThis, 'torn', state)
    if (Reflect.get(globalThis, 'tears') !== undefined)
      return void Reflect.set(globalThis, 'tears', { from, type })
    Reflect.set(globalThis, 'tears', { from, type })
    const wanted = (side: string, message: { type?: unknown }) => {
      const now = Reflect.get(globalThis, 'tears')
      const count = Reflect.get(globalThis, 'torn')
      if (now.from !== side || now.type !== message.type || count.done > 0) return false
      count.done++
      return true
    }
    globalThis.chrome.runtime.onConnect.addListener((port) => {
      const send = port.postMessage.bind(port)
      port.postMessage = (message) => {
        if (wanted('background', message)) port.disconnect()
        send(message)
      }
      port.onMessage.addListener((message) => {
        if (wanted('page', message)) port.disconnect()
      })
    })
  }, torn)
}

const torn = async (): Promise<number> => {
  const [worker] = world.guarded.context.serviceWorkers()
  return (await worker?.evaluate(() => Reflect.get(globalThis, 'torn').done)) ?? 0
}

test.each<Torn>([
  { from: 'page', type: 'hold' },
  { from: 'background', type: 'held' },
  { from: 'background', type: 'release' },
  { from: 'page', type: 'released' },
  { from: 'page', type: 'outcome' },
  { from: 'background', type: 'status' },
])('torn at "$type" of the $from: one order, and only with consent', async (at) => {
  await world.shop.reset()
  const before = (await readLedger(world.guarded, 'attempts')).length
  await tearAt(at)
  const page = await world.atCheckout('fetch-json')
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  await press(page, 'fetch-json')
  await waitForLedger(
    world.guarded,
    'attempts',
    (rows) => rows.length === before + 1 && rows.some(({ state }) => state === 'asked'),
  )
  expect(await world.shop.orders()).toEqual([])
  await world.person.approve(await waitForConsent(world.guarded))
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every(({ state }) => state === 'settled'))
  expect(await torn()).toBe(1)
  expect(await world.shop.orders()).toHaveLength(1)
  expect(await readLedger(world.guarded, 'attempts')).toHaveLength(before + 1)
  expect(errors).toEqual([])
})

test.each<Torn>([
  { from: 'background', type: 'held' },
  { from: 'background', type: 'refuse' },
  { from: 'page', type: 'withdraw' },
])('torn at "$type" of the $from, and not agreed to: nothing goes', async (at) => {
  await world.shop.reset()
  await tearAt(at)
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  const consent = await waitForConsent(world.guarded)
  if (at.type === 'withdraw') await page.locator('[data-consent-guard=held] button').click()
  else await world.person.reject(consent)
  const end = at.type === 'withdraw' ? 'cancelled' : 'rejected'
  await waitForLedger(world.guarded, 'attempts', (rows) =>
    rows.every(({ state }) => state === 'settled' || state === 'rejected' || state === 'cancelled'),
  )
  expect((await readLedger(world.guarded, 'attempts')).some(({ state }) => state === end)).toBe(true)
  await page.locator('[data-consent-guard]').waitFor()
  expect(await torn()).toBe(1)
  expect(await world.shop.orders()).toEqual([])
})
