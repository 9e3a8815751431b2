/**
 * Kills at every named point of the path, in the shipped build: the worker is stopped by a debugger breakpoint on that
 * line, then the worker, or the whole browser by SIGKILL, dies exactly there. Afterwards the shop's own order store says
 * what was bought and the ledger must say the same.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Point } from '../../entrypoints/background/mark.ts'
import type { AttemptState } from '../../utils/attempt/states.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { pauseAt } from '../harness/worker.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'
import { randomOf } from '../sim/random.ts'

const BEFORE_CONSENT: readonly Point[] = ['attempt-recorded', 'asked']
const AFTER_CONSENT: readonly Point[] = [
  'proven',
  'committed',
  'forwarding',
  'authorised',
  'release-recorded',
  'release-sent',
]
const ENDED: readonly AttemptState[] = ['settled', 'failed', 'cancelled', 'rejected', 'expired', 'unknown']

let world: World

/** Printed at the end. `ends`: what became of the payments that were cut off at any moment. */
const figures = { kills: 0, workerKills: 0, acknowledged: 0, lost: 0, doubled: 0 }
const ends: Partial<Record<AttemptState, number>> = {}

beforeAll(async () => {
  world = await openWorld({ cdpPort: 'free' })
})
afterAll(async () => {
  await world?.close()
  console.log(
    `SIGKILLs of the browser survived: ${figures.kills}, deaths of the worker: ${figures.workerKills}, ` +
      `acknowledged rows read before: ${figures.acknowledged}, lost: ${figures.lost}, double forwards: ${figures.doubled}; ends: ${JSON.stringify(ends)}`,
  )
})
beforeEach(async () => {
  // A window that still shows an earlier result, or a page that still holds, is not part of this test.
  for (const page of world.guarded.context.pages()) if (page !== world.guarded.office) await closePage(page)
  await world.shop.reset()
})

/** The consent window with the PIN typed in and Approve pressed; does not wait for what comes of it. */
async function pressApprove(): Promise<void> {
  const consent = await waitForConsent(world.guarded)
  for (const box of await consent.getByTestId('acknowledge').all()) await box.check()
  await consent.getByTestId('pin').fill(PIN)
  await consent.locator('[data-testid=approve][aria-disabled=false]').click()
}

async function newest() {
  const rows = await readLedger(world.guarded, 'attempts')
  return rows.sort((a, b) => a.createdAt - b.createdAt).at(-1)
}

async function untilEnded(id: string) {
  const rows = await waitForLedger(
    world.guarded,
    'attempts',
    (all) => all.some((row) => row.id === id && ENDED.includes(row.state)),
    90_000,
  )
  const row = rows.find((found) => found.id === id)
  if (!row) throw new Error('the attempt is gone from the ledger')
  return row
}

/** What the ledger says must be what the shop has; `unknown` is the only state that may not know. */
async function booksAgree(id: string): Promise<AttemptState> {
  const row = await untilEnded(id)
  const orders = (await world.shop.orders()).length
  figures.doubled += Math.max(0, orders - 1)
  expect(orders).toBeLessThanOrEqual(1)
  if (row.state === 'settled') expect(orders).toBe(1)
  else if (row.state !== 'unknown') expect(orders).toBe(0)
  const reservation = (await readLedger(world.guarded, 'reservations')).find(
    (found) => found.attemptId === id,
  )
  if (row.state === 'settled') expect(reservation?.state).toBe('settled')
  else if (row.state === 'unknown') expect(reservation?.state).toBe('reserved')
  else expect(reservation?.state ?? 'released').toBe('released')
  const log = await readLedger(world.guarded, 'log')
  expect(firstBrokenRow(log)).toBeNull()
  expect(
    log.filter((entry) => entry.attemptId === id && entry.event === 'attempt.released').length,
  ).toBeLessThanOrEqual(1)
  return row.state
}

describe('the worker dies', () => {
  it.each([...BEFORE_CONSENT, ...AFTER_CONSENT])(
    'at "%s": the purchase is resumed, one order',
    async (point) => {
      const page = await world.atCheckout('fetch-json')
      const pause = await pauseAt(world.guarded, point)
      await press(page, 'fetch-json')
      if (AFTER_CONSENT.includes(point)) await pressApprove()
      await pause.reached
      await pause.kill()
      figures.workerKills += 1

      // The page's relay reconnects by itself; where nobody had agreed yet, the person is (still) asked.
      const id = (await newest())?.id ?? ''
      const rows = await waitForLedger(
        world.guarded,
        'attempts',
        (all) => all.some((row) => row.id === id && (row.state === 'asked' || ENDED.includes(row.state))),
        30_000,
      )
      if (rows.find((row) => row.id === id)?.state === 'asked') await pressApprove()
      await thanksHeading(page, 'fetch-json').waitFor({ timeout: 60_000 })
      expect(await booksAgree(id)).toBe('settled')
      expect(await world.shop.orders()).toHaveLength(1)
      await closePage(page)
    },
  )
})

describe('the browser dies by SIGKILL', () => {
  it.each([...BEFORE_CONSENT, ...AFTER_CONSENT])(
    'at "%s": refused or unknown, never doubled',
    async (point) => {
      const page = await world.atCheckout('fetch-json')
      const pause = await pauseAt(world.guarded, point)
      await press(page, 'fetch-json')
      if (AFTER_CONSENT.includes(point)) await pressApprove()
      await pause.reached
      const before = await newestOf(world)
      await killAndCount()

      const state = await booksAgree(before)
      expect(['cancelled', 'failed', 'unknown']).toContain(state)
      const written = ['release-recorded', 'release-sent'].includes(point)
      expect(state === 'unknown').toBe(written)

      // Nothing is left behind that would stop or double the next purchase.
      const again = await world.atCheckout('fetch-json')
      const orders = (await world.shop.orders()).length
      await press(again, 'fetch-json')
      await pressApprove()
      await thanksHeading(again, 'fetch-json').waitFor()
      expect(await world.shop.orders()).toHaveLength(orders + 1)
    },
  )
})

/**
 * Not at a named point but at any moment after the press of Approve, drawn by a seed. `CRASH_KILLS=200` makes a long run
 * of it, `CRASH_SEED` repeats one.
 */
describe('the browser dies by SIGKILL at any moment', () => {
  const kills = Number(process.env.CRASH_KILLS ?? 12)
  const seed = Number(process.env.CRASH_SEED ?? 20261123)

  it(
    `${kills} times (seed ${seed}): nothing acknowledged is lost, nothing goes twice`,
    async () => {
      const random = randomOf(seed)
      for (let n = 0; n < kills; n++) {
        await world.shop.reset()
        const page = await world.atCheckout('fetch-json')
        await press(page, 'fetch-json')
        const consent = await waitForConsent(world.guarded)
        const asked = await newestOf(world)
        // Gone already where the approval was quicker than this look.
        const armed = consent
          .locator('[data-testid=approve][aria-disabled=false]')
          .waitFor()
          .catch(() => {})
        // The press itself may be what the kill cuts off, so it is not waited for.
        void pressApprove().catch(() => {})
        await armed
        // This wait is the moment that the seed has drawn, not a guess at how long something takes.
        await page.waitForTimeout(random.below(700))
        await killAndCount()
        const state = await booksAgree(asked)
        ends[state] = (ends[state] ?? 0) + 1
      }
      expect(figures.lost).toBe(0)
      expect(figures.doubled).toBe(0)
    },
    kills * 30_000,
  )
})

/** What can be read from the ledger was committed, and so acknowledged: after the kill it must all be there. */
async function killAndCount(): Promise<void> {
  const rows = [...(await hashes()), ...(await attemptIds())]
  await world.guarded.kill()
  figures.kills += 1
  world.guarded = await world.guarded.relaunch()
  const kept = new Set([...(await hashes()), ...(await attemptIds())])
  figures.acknowledged += rows.length
  figures.lost += rows.filter((row) => !kept.has(row)).length
}

async function hashes(): Promise<string[]> {
  return (await readLedger(world.guarded, 'log')).map(({ hash }) => hash)
}

async function attemptIds(): Promise<string[]> {
  return (await readLedger(world.guarded, 'attempts')).map(({ id }) => id)
}

/** Read while the worker stands at a breakpoint: the page side reads the disk by itself. */
async function newestOf({ guarded }: World): Promise<string> {
  const rows = await readLedger(guarded, 'attempts')
  const row = rows.sort((a, b) => a.createdAt - b.createdAt).at(-1)
  if (!row) throw new Error('nothing was recorded before the kill')
  return row.id
}
