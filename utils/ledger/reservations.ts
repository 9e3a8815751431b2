/** Reservations and running sums. Always inside the transaction of the move that they belong to. */
import { type Bucket, type Calendar, type Change, change, roll, SUMMED } from '../caps/bucket.ts'
import type { Money } from '../money/money.ts'
import type { Ledger, ReservationRow } from './db.ts'

export interface Booking {
  attemptId: string
  site: string
  total: Money
  /** Rows of every scope that the order counts in; undefined where nothing was booked there yet. */
  buckets: Map<string, Bucket | undefined>
  /** Epoch ms; the window of the approval is the one that counts, also when it settles later. */
  at: number
  calendar: Calendar
  /** Hours that a sliding cap of a scope needs. */
  sliceHours: Map<string, number>
}

/** Reserves (tables: reservations, buckets). */
export function book(db: Ledger, booking: Booking): Promise<unknown> {
  const { attemptId, site, total, buckets, calendar } = booking
  const at = ledgerTime(booking.at, [...buckets.values()])
  const by: Change = {
    currency: total.currency,
    bookedAt: at,
    settled: 0n,
    reserved: total.amount,
    orders: 1,
  }
  const next = [...buckets].map(([key, bucket]) => {
    const sliceHours = Math.max(bucket?.sliceHours ?? 0, booking.sliceHours.get(key) ?? 0)
    return change({ ...roll(bucket, key, at, calendar), sliceHours }, by)
  })
  return Promise.all([
    db.reservations.add({
      attemptId,
      site,
      currency: total.currency,
      amount: total.amount,
      buckets: [...buckets.keys()],
      state: 'reserved',
      at,
    }),
    db.buckets.bulkPut(next),
  ])
}

/**
 * Now, but not before any window of these buckets began: a clock that was set back books into the window that is open
 * in the books, so that a booking can always be found again by its time.
 */
function ledgerTime(at: number, buckets: readonly (Bucket | undefined)[]): number {
  return buckets
    .flatMap((bucket) => (bucket ? SUMMED.map((kind) => bucket.windows[kind].start) : []))
    .reduce((latest, start) => Math.max(latest, start), at)
}

/**
 * Moves a reservation to settled, or gives it back; nothing where it is no longer reserved. `buckets` are the rows of its
 * own keys as they stand (tables: reservations, buckets).
 */
export function unbook(
  db: Ledger,
  row: ReservationRow,
  buckets: readonly (Bucket | undefined)[],
  to: 'settled' | 'released',
): Promise<unknown> {
  if (row.state !== 'reserved') return Promise.resolve()
  const by: Change = {
    currency: row.currency,
    bookedAt: row.at,
    settled: to === 'settled' ? row.amount : 0n,
    reserved: -row.amount,
    orders: to === 'settled' ? 0 : -1,
  }
  return Promise.all([
    db.reservations.put({ ...row, state: to }),
    db.buckets.bulkPut(buckets.flatMap((bucket) => (bucket ? [change(bucket, by)] : []))),
  ])
}

/**
 * The shop gave money back: the amount counts no longer in windows that are still the one of the purchase, the order
 * itself goes on counting (buy-and-return must not reset a number of orders). What is left to refund, or null where
 * nothing is settled or it would be more than was paid; then nothing is written (tables: reservations, buckets).
 */
export async function unspend(
  db: Ledger,
  attemptId: string,
  amount: bigint,
  at: number,
  calendar: Calendar,
): Promise<bigint | null> {
  const row = await db.reservations.get(attemptId)
  const refunded = (row?.refunded ?? 0n) + amount
  if (row?.state !== 'settled' || amount <= 0n || refunded > row.amount) return null
  await db.reservations.put({ ...row, refunded })
  const by = { currency: row.currency, bookedAt: row.at, settled: -amount, reserved: 0n, orders: 0 }
  const found = await db.buckets.bulkGet(row.buckets)
  // Windows that are over start anew first, so that only those that still hold the purchase are changed.
  await db.buckets.bulkPut(
    found.flatMap((bucket) => (bucket ? [change(roll(bucket, bucket.key, at, calendar), by)] : [])),
  )
  return row.amount - refunded
}
