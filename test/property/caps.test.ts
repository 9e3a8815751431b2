import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CapWindow } from '../../utils/caps/cap.ts'
import { readCaps } from '../../utils/caps/check.ts'
import type { Anchors } from '../../utils/caps/windows.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import { writeCap } from '../../utils/ledger/caps.ts'
import { type AttemptRow, type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { addAttempt, move } from '../../utils/ledger/moves.ts'
import { recordRefund } from '../../utils/ledger/refunds.ts'
import { forgetBefore } from '../../utils/ledger/retention.ts'
import { unbalanced } from '../../utils/ledger/sums.ts'
import { money } from '../../utils/money/money.ts'
import { attemptRow } from '../unit/rows.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Days that calendars trip over: clock changes, a leap day, a short month's end, a year's end. */
const STARTS = [
  Date.UTC(2026, 2, 28),
  Date.UTC(2026, 9, 24),
  Date.UTC(2028, 1, 28),
  Date.UTC(2027, 1, 27),
  Date.UTC(2026, 11, 30),
]
/** Clock changes at midnight, half-hour shifts, far east and far west among them. */
const ZONES = [
  'Europe/Berlin',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Los_Angeles',
  'UTC',
]

interface Purchase {
  after: number
  amount: bigint
  currency: string
  site: string
  agent: string | null
  end: 'settled' | 'failed' | 'unknown' | 'open' | 'refunded'
}

const purchase: fc.Arbitrary<Purchase> = fc.record({
  after: fc.integer({ min: 0, max: 4 * HOUR }).map((ms) => ms * 6),
  amount: fc.bigInt({ min: 0n, max: 6_000n }),
  currency: fc.constantFrom('EUR', 'EUR', 'USD'),
  site: fc.constantFrom('a.example', 'b.example'),
  agent: fc.constantFrom(null, 'shopper'),
  end: fc.constantFrom('settled', 'failed', 'unknown', 'open', 'refunded'),
})

const history = fc.record({
  /** Whether everything that is over is forgotten before the sums are read, and how far the purchases lie apart. */
  forget: fc.boolean(),
  stretch: fc.constantFrom(1, 1, 90),
  start: fc.constantFrom(...STARTS),
  zone: fc.constantFrom(...ZONES),
  anchors: fc.record({ weekday: fc.integer({ min: 1, max: 7 }), monthDay: fc.constantFrom(1, 15, 28, 31) }),
  purchases: fc.array(purchase, { minLength: 1, maxLength: 14 }),
})

/** One purchase as the naive model keeps it: no sums, no windows, only what happened when. */
interface Counted {
  at: number
  amount: bigint
  purchase: Purchase
}

/** Local date of an instant, by Intl: nothing of the code under test. */
function localDate(at: number, zone: string): { year: number; month: number; day: number; ordinal: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const [year = 0, month = 0, day = 0] = parts.format(at).split('-').map(Number)
  return { year, month, day, ordinal: Math.floor(Date.UTC(year, month - 1, day) / DAY) }
}

const lengthOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Which window of its kind an instant is in, as a plain name; the model's own calendar. */
function nameOf(window: CapWindow, at: number, zone: string, anchors: Required<Anchors>): string {
  const { year, month, day, ordinal } = localDate(at, zone)
  switch (window) {
    case 'day':
      return `${ordinal}`
    case 'week': {
      // Day 0 of the epoch was a Thursday, ISO weekday 4.
      const weekday = ((((ordinal + 3) % 7) + 7) % 7) + 1
      return `${ordinal - ((weekday - anchors.weekday + 7) % 7)}`
    }
    case 'month': {
      const first = Math.min(anchors.monthDay, lengthOf(year, month))
      if (day >= first) return `${year}-${month}`
      return month === 1 ? `${year - 1}-12` : `${year}-${month - 1}`
    }
    case 'year':
      return `${year}`
    default:
      return 'total'
  }
}

let run = 0

/** Mutation testing runs these a thousand times over and takes a tenth of the cases each time. */
function runs(full: number): number {
  return Math.ceil(full * Number(process.env.PROPERTY_SHARE ?? 1))
}

describe('caps arithmetic against a list of purchases that is summed by hand', () => {
  it('reads the same in every window, scope and unit, after any order of tabs and endings', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ start, zone, anchors, purchases, forget, stretch }) => {
        const db = openLedger(`caps-model-${run++}`)
        const counted: Counted[] = []
        // The books go forward in time; what happens at one time happens at once.
        const ordered = purchases
          .map((one) => ({ ...one, after: one.after * stretch }))
          .sort((a, b) => a.after - b.after)
        for (const one of ordered) await buy(db, one, start + one.after, zone, anchors, counted)

        const now = start + Math.max(...ordered.map((one) => one.after))
        if (forget) await forgetBefore(db, { before: now, at: now, calendar: { zone, anchors } })
        const buckets = new Map((await db.buckets.toArray()).map((bucket) => [bucket.key, bucket]))
        for (const window of ['day', 'week', 'month', 'year', 'total'] as const) {
          for (const scope of [
            { kind: 'all' as const },
            { kind: 'site' as const, site: 'a.example' },
            { kind: 'agent' as const, agent: 'shopper' },
          ]) {
            const inside = counted.filter(
              ({ at, purchase: one }) =>
                nameOf(window, at, zone, anchors) === nameOf(window, now, zone, anchors) &&
                (scope.kind === 'all' ||
                  (scope.kind === 'site' ? one.site === scope.site : one.agent === scope.agent)),
            )
            const readings = (['EUR', 'XXX'] as const).map((currency) => {
              const cap = { id: '1', scope, window, limit: money(1n, currency), createdAt: 0, updatedAt: 0 }
              const [reading] = readCaps([cap], (key) => buckets.get(key), {
                site: 'a.example',
                agent: 'shopper',
                total: money(0n, 'EUR'),
                at: now,
                zone,
                anchors,
              })
              return reading?.used.amount
            })
            const euros = inside.filter(({ purchase: one }) => one.currency === 'EUR')
            expect(readings).toEqual([
              euros.reduce((sum, { amount }) => sum + amount, 0n),
              BigInt(inside.length),
            ])
          }
        }
        expect(await unbalanced(db)).toEqual([])
        db.close()
      }),
      { numRuns: runs(120) },
    )
  }, 60_000)

  it('no interleaving of tabs and workers lets settled and reserved pass an amount, a number or a sliding cap', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ start, zone, anchors, purchases }) => {
        const name = `caps-race-${run++}`
        const [db, other] = [openLedger(name), openLedger(name)]
        const common = { scope: { kind: 'all' as const }, createdAt: 0, updatedAt: 0 }
        await writeCap(db, { ...common, id: 'day', window: 'day', limit: money(10_000n, 'EUR') }, start)
        await writeCap(db, { ...common, id: 'count', window: 'day', limit: money(4n, 'XXX') }, start)
        await writeCap(
          db,
          { ...common, id: 'hours', window: 'sliding', hours: 6, limit: money(9_000n, 'EUR') },
          start,
        )
        const counted: Counted[] = []
        await Promise.all(
          purchases.map((one, n) =>
            buy(n % 2 ? db : other, { ...one, currency: 'EUR' }, start + one.after, zone, anchors, counted),
          ),
        )
        other.close()
        // By the ledger's time: what comes late to a window that is over is booked in the one that is open.
        const days = new Map<string, { sum: bigint; orders: number }>()
        for (const { at, amount, state } of await db.reservations.toArray()) {
          if (state === 'released') continue
          const name = nameOf('day', at, zone, anchors)
          const { sum, orders } = days.get(name) ?? { sum: 0n, orders: 0 }
          days.set(name, { sum: sum + amount, orders: orders + 1 })
        }
        for (const { sum, orders } of days.values()) {
          expect(sum <= 10_000n).toBe(true)
          expect(orders).toBeLessThanOrEqual(4)
        }
        expect(await unbalanced(db)).toEqual([])
        db.close()
      }),
      { numRuns: runs(80) },
    )
  }, 60_000)

  it('a sliding cap holds over every stretch of its hours', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ start, zone, anchors, purchases }) => {
        const db = openLedger(`caps-sliding-${run++}`)
        const hours = 6
        const cap = {
          id: 'hours',
          scope: { kind: 'all' as const },
          window: 'sliding' as const,
          hours,
          createdAt: 0,
          updatedAt: 0,
        }
        const counted: Counted[] = []
        const ordered = [...purchases].sort((a, b) => a.after - b.after)
        for (const [index, one] of ordered.entries()) {
          // The cap comes after some purchases: they count too.
          if (index === 2) await writeCap(db, { ...cap, limit: money(9_000n, 'EUR') }, start + one.after)
          const held = await buy(
            db,
            { ...one, currency: 'EUR', end: 'settled' },
            start + one.after,
            zone,
            anchors,
            counted,
          )
          if (index < 2 || !held) continue
          const at = start + one.after
          const lately = counted.filter((other) => other.at > at - hours * HOUR && other.at <= at)
          expect(lately.reduce((sum, { amount }) => sum + amount, 0n) <= 9_000n).toBe(true)
        }
        db.close()
      }),
      { numRuns: runs(80) },
    )
  }, 60_000)

  it('no change of zone or anchor opens a used-up window early', async () => {
    const moves = fc.array(
      fc.record({
        zone: fc.constantFrom(...ZONES),
        weekday: fc.integer({ min: 1, max: 7 }),
        wait: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STARTS), moves, async (start, changes) => {
        const db = openLedger(`caps-travel-${run++}`)
        await writeCap(
          db,
          {
            id: 'day',
            scope: { kind: 'all' },
            window: 'day',
            limit: money(1n, 'XXX'),
            createdAt: 0,
            updatedAt: 0,
          },
          start,
        )
        let at = start
        const bought: number[] = []
        const one: Purchase = {
          after: 0,
          amount: 1n,
          currency: 'EUR',
          site: 'a.example',
          agent: null,
          end: 'settled',
        }
        for (const { zone, weekday, wait } of changes) {
          at += wait * HOUR
          if (await buy(db, one, at, zone, { weekday, monthDay: 1 }, [])) bought.push(at)
        }
        // A day of one zone is never shorter than 23 hours; two windows that follow each other span two day beginnings,
        // so any three purchases are more than a whole day apart.
        for (let i = 2; i < bought.length; i++) {
          expect((bought[i] ?? 0) - (bought[i - 2] ?? 0)).toBeGreaterThan(22 * HOUR)
        }
        db.close()
      }),
      { numRuns: runs(150) },
    )
  }, 60_000)
})

/** Drives one purchase through the ledger; true where it was approved. */
async function buy(
  db: Ledger,
  one: Purchase,
  at: number,
  zone: string,
  anchors: Required<Anchors>,
  counted: Counted[],
): Promise<boolean> {
  const plain = attemptRow({ createdAt: at, expiresAt: at + HOUR })
  const row: AttemptRow = {
    ...plain,
    ...(one.agent === null ? {} : { agent: one.agent }),
    order: {
      ...plain.order,
      site: { key: one.site, origin: `https://${one.site}` },
      currency: one.currency,
      total: money(one.amount, one.currency),
    },
  }
  await addAttempt(db, row)
  await move(db, { attemptId: row.id, from: 'held', to: 'asked', reason: null, at })
  const approved = await approveAndReserve(db, {
    attemptId: row.id,
    from: 'asked',
    to: 'approved',
    reason: null,
    at,
    zone,
    anchors,
    consent: { id: row.id, attemptId: row.id, digest: row.digest, decision: 'approved', factor: 'pin', at },
    mandate: {
      id: row.id,
      attemptId: row.id,
      jws: '',
      assertion: null,
      paymentId: null,
      pendingOutcome: null,
    },
  }).then(
    () => true,
    () => false,
  )
  if (!approved) return false
  const entry = { at, amount: one.amount, purchase: one }
  counted.push(entry)
  if (one.end === 'open') return true
  const to = one.end === 'refunded' ? 'settled' : one.end
  await move(db, { attemptId: row.id, from: 'approved', to: 'forwarding', reason: null, at })
  await move(db, { attemptId: row.id, from: 'forwarding', to: 'released', reason: null, at })
  await move(db, { attemptId: row.id, from: 'released', to, reason: null, at })
  if (to === 'failed') counted.splice(counted.indexOf(entry), 1)
  if (one.end === 'refunded' && one.amount > 0n) {
    const amount = money(one.amount, one.currency)
    await recordRefund(db, { attemptId: row.id, amount, at, calendar: { zone, anchors } })
    entry.amount = 0n
  }
  return true
}
