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
import { appendLog } from './log.ts'

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

/** Scopes whose sums are not what the reservations say; empty when the books balance. */
export async function unbalanced(db: Ledger): Promise<string[]> {
  const off = await db.transaction('r', db.buckets, db.reservations, () => recount(db))
  return [...off.keys()].sort()
}

/**
 * Sums that do not match their bookings are mended upwards: of the two the higher one counts, so that no change from outside
 * makes room under a cap. The scopes that were off, with a log row; empty when the books balance.
 */
export async function mendSums(db: Ledger, at: number, calendar: Calendar): Promise<string[]> {
  // First without a transaction: no payment waits behind a million rows, and what is booked meanwhile only seems off.
  if ((await recount(db)).size === 0) return []
  return db.transaction('rw', db.buckets, db.reservations, db.log, async () => {
    const off = await recount(db)
    for (const [key, counted] of off) await db.buckets.put(await mended(db, key, counted, at, calendar))
    const scopes = [...off.keys()].sort()
    if (scopes.length > 0) {
      const data = { scopes: scopes.join(' ') }
      await appendLog(db, at, { event: 'ledger.unbalanced', attemptId: null, data })
    }
    return scopes
  })
}

/** Every bucket whose sums are off, as its bookings make it; null for one that has bookings and is not there. */
async function recount(db: Ledger): Promise<Map<string, Bucket | null>> {
  const buckets = await db.buckets.toArray()
  const counted = new Map<string, Bucket | null>(buckets.map((bucket) => [bucket.key, emptied(bucket)]))
  await eachReservation(db, { from: -Infinity, to: Infinity }, (row) => {
    if (row.state === 'released') return
    for (const key of row.buckets) {
      const bucket = counted.get(key) ?? null
      counted.set(key, bucket && change(bucket, changeOf(row)))
    }
  })
  for (const { key, windows } of buckets) {
    const other = counted.get(key)
    if (other && SUMMED.every((kind) => sameSums(windows[kind], other.windows[kind]))) counted.delete(key)
  }
  return counted
}

async function mended(
  db: Ledger,
  key: string,
  counted: Bucket | null,
  at: number,
  calendar: Calendar,
): Promise<Bucket> {
  const bucket = await db.buckets.get(key)
  if (!bucket || !counted) {
    const rows = await db.reservations.filter((row) => row.buckets.includes(key)).toArray()
    return sumUp(key, rows, calendar)
  }
  return withSlices(db, { ...higher(bucket, counted), sliceHours: 0 }, bucket.sliceHours, at)
}

function higher(bucket: Bucket, counted: Bucket): Bucket {
  const windows = { ...bucket.windows }
  for (const kind of SUMMED) {
    const [a, b] = [bucket.windows[kind], counted.windows[kind]]
    const money = { ...a.money }
    for (const [currency, { settled, reserved }] of Object.entries(b.money)) {
      const known = money[currency] ?? { settled: 0n, reserved: 0n }
      money[currency] = {
        settled: larger(known.settled, settled),
        reserved: larger(known.reserved, reserved),
      }
    }
    windows[kind] = { ...a, orders: Math.max(a.orders, b.orders), money }
  }
  return { ...bucket, windows }
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
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
