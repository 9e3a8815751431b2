/** Sums made anew from the reservations: for sliding caps that are new, for the audit, and over any range of time. */
import {
  type Bucket,
  type Calendar,
  change,
  HOUR,
  roll,
  type Slice,
  SUMMED,
  sliceStart,
} from '../caps/bucket.ts'
import type { Ledger, ReservationRow } from './db.ts'

/** What one booking adds to a bucket that holds its time. */
function changeOf(row: ReservationRow) {
  return {
    currency: row.currency,
    bookedAt: row.at,
    settled: row.state === 'settled' ? row.amount - (row.refunded ?? 0n) : 0n,
    reserved: row.state === 'reserved' ? row.amount : 0n,
    orders: 1,
  }
}

/** A bucket from the bookings that it stands for, each in the windows that were open at its time. */
export function sumUp(key: string, rows: readonly ReservationRow[], calendar: Calendar): Bucket {
  const newest = rows.reduce((latest, row) => Math.max(latest, row.at), 0)
  return rows
    .filter((row) => row.state !== 'released')
    .reduce((bucket, row) => change(bucket, changeOf(row)), roll(undefined, key, newest, calendar))
}

/** The bucket with its last hours complete, for a sliding cap that needs more of them than were kept. */
export async function withSlices(db: Ledger, bucket: Bucket, hours: number, at: number): Promise<Bucket> {
  if (bucket.sliceHours >= hours) return bucket
  const from = sliceStart(at - hours * HOUR)
  const slices = new Map<number, Slice>()
  await db.reservations
    .where('at')
    .aboveOrEqual(from)
    .filter((row) => row.state !== 'released' && row.buckets.includes(bucket.key))
    .each((row) => {
      const start = sliceStart(row.at)
      const slice = slices.get(start) ?? { start, orders: 0, money: {} }
      const spend = slice.money[row.currency] ?? { settled: 0n, reserved: 0n }
      const { settled, reserved } = changeOf(row)
      slices.set(start, {
        start,
        orders: slice.orders + 1,
        money: {
          ...slice.money,
          [row.currency]: { settled: spend.settled + settled, reserved: spend.reserved + reserved },
        },
      })
    })
  return { ...bucket, sliceHours: hours, slices: [...slices.values()].sort((a, b) => a.start - b.start) }
}

/**
 * What was spent (settled and reserved, refunds taken off) from `from` to `to`, epoch ms, the end not included: one
 * number a currency. Of one site, or of all.
 */
export async function spentBetween(
  db: Ledger,
  range: { from: number; to: number; site?: string },
): Promise<Map<string, bigint>> {
  const spent = new Map<string, bigint>()
  await eachReservation(db, range, (row) => {
    if (row.state === 'released') return
    const { settled, reserved } = changeOf(row)
    spent.set(row.currency, (spent.get(row.currency) ?? 0n) + settled + reserved)
  })
  return spent
}

/** In stretches of many rows at once: a cursor that stops at each row takes ten times as long. */
async function eachReservation(
  db: Ledger,
  { from, to, site }: { from: number; to: number; site?: string },
  visit: (row: ReservationRow) => void,
): Promise<void> {
  const rowsFrom = (start: number) =>
    site === undefined
      ? db.reservations.where('at').between(start, to)
      : db.reservations.where('[site+at]').between([site, start], [site, to])
  let start = from
  // Rows of the last millisecond of a stretch may go on in the next one.
  let seen = new Set<string>()
  for (;;) {
    const rows = await rowsFrom(start)
      .limit(STRETCH + seen.size)
      .toArray()
    for (const row of rows) if (!seen.has(row.attemptId)) visit(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < STRETCH + seen.size) return
    const edge = rows.filter((row) => row.at === last.at).map((row) => row.attemptId)
    seen = new Set(last.at === start ? [...seen, ...edge] : edge)
    start = last.at
  }
}

const STRETCH = 2_000

/** Buckets whose sums are not what the reservations say; empty when the books balance. */
export async function unbalanced(db: Ledger): Promise<string[]> {
  return db.transaction('r', db.buckets, db.reservations, async () => {
    const buckets = new Map((await db.buckets.toArray()).map((bucket) => [bucket.key, bucket]))
    const expected = new Map<string, Bucket>()
    for (const [key, bucket] of buckets) expected.set(key, emptied(bucket))
    const wrong = new Set<string>()
    await db.reservations.each((row) => {
      if (row.state === 'released') return
      for (const key of row.buckets) {
        const bucket = expected.get(key)
        if (bucket) expected.set(key, change(bucket, changeOf(row)))
        else wrong.add(key)
      }
    })
    for (const [key, bucket] of buckets) {
      const sums = expected.get(key)
      if (!sums || SUMMED.some((kind) => !sameSums(bucket.windows[kind], sums.windows[kind]))) wrong.add(key)
    }
    return [...wrong].sort()
  })
}

function emptied(bucket: Bucket): Bucket {
  const windows = { ...bucket.windows }
  for (const kind of SUMMED) windows[kind] = { ...windows[kind], orders: 0, money: {} }
  windows.total = { ...windows.total, ...bucket.opening }
  return { ...bucket, windows, sliceHours: 0, slices: [] }
}

function sameSums(a: Bucket['windows']['day'], b: Bucket['windows']['day']): boolean {
  if (a.orders !== b.orders) return false
  const currencies = new Set([...Object.keys(a.money), ...Object.keys(b.money)])
  return [...currencies].every((currency) => {
    const [x, y] = [a.money[currency], b.money[currency]]
    return (x?.settled ?? 0n) === (y?.settled ?? 0n) && (x?.reserved ?? 0n) === (y?.reserved ?? 0n)
  })
}
