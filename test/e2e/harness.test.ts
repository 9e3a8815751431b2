/** The tools of the crash tests do what they say: a dead worker is dead, a frozen one stands before its next step. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { thanksHeading } from '../harness/checkout.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { killWorker, pauseAt } from '../harness/worker.ts'
import { openWorld, press, type World } from '../harness/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld({ backend: false, cdpPort: 'free' })
})
afterEach(() => world?.close())

async function workers(): Promise<number> {
  const list = (await (await fetch(`${world.guarded.cdpEndpoint}/json/list`)).json()) as { type: string }[]
  return list.filter((target) => target.type === 'service_worker').length
}

test('a killed worker is gone, and the press that follows wakes a new one', async () => {
  await killWorker(world.guarded)
  expect(await workers()).toBe(0)
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  const consent = await waitForConsent(world.guarded)
  await killWorker(world.guarded)
  await world.person.approve(consent)
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
})

test('a worker frozen at a point has done what comes before it and nothing after; SIGKILL leaves it there', async () => {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  const consent = await waitForConsent(world.guarded)
  const pause = await pauseAt(world.guarded, 'committed')
  const answered = world.person.approve(consent).catch(() => null)
  await pause.reached
  expect((await readLedger(world.guarded, 'consents')).map((row) => row.decision)).toEqual(['approved'])
  expect((await readLedger(world.guarded, 'attempts')).map((row) => row.state)).toEqual(['forwarding'])
  expect(await world.shop.orders()).toEqual([])
  await world.guarded.kill()
  await answered
  const again = await world.guarded.relaunch()
  const [row] = await waitForLedger(again, 'attempts', (rows) => rows[0]?.state !== 'forwarding')
  expect(row?.state).toMatch(/^(cancelled|failed)$/)
  expect(await world.shop.orders()).toEqual([])
  await again.close()
})

test('a frozen worker that is let go finishes the purchase', async () => {
  const page = await world.atCheckout('fetch-json')
  const pause = await pauseAt(world.guarded, 'release-recorded')
  await press(page, 'fetch-json')
  const answered = world.person.approve(await waitForConsent(world.guarded))
  await pause.reached
  expect(await world.shop.orders()).toEqual([])
  await pause.resume()
  await answered
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
})
