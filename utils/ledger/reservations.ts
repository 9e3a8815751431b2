/** Reservations and running sums. Always inside the transaction of the move that they belong to. */
import type { Money } from '../money/money.ts'
import type { BucketRow, Ledger } from './db.ts'

export interface Booking {
  attemptId: string
  site: string
  total: Money
  buckets: string[]
  /** Epoch ms; the window of the approval is the one that counts, also when it settles later. */
  at: number
}

export async function book(db: Ledger, booking: Booking): Promise<void> {
  const { attemptId, site, total, buckets, at } = booking
  await db.reservations.add({
    attemptId,
    site,
    currency: total.currency,
    amount: total.amount,
    buckets,
    state: 'reserved',
    at,
  })
  await changeBuckets(db, buckets, (bucket) => ({
    ...bucket,
    reserved: bucket.reserved + total.amount,
    count: bucket.count + 1,
  }))
}

/** Moves a reservation to settled, or gives it back. Does nothing when it is no longer reserved. */
export async function unbook(db: Ledger, attemptId: string, to: 'settled' | 'released'): Promise<void> {
  const row = await db.reservations.get(attemptId)
  if (row?.state !== 'reserved') return
  await db.reservations.put({ ...row, state: to })
  await changeBuckets(db, row.buckets, (bucket) => ({
    ...bucket,
    reserved: bucket.reserved - row.amount,
    settled: to === 'settled' ? bucket.settled + row.amount : bucket.settled,
    count: to === 'settled' ? bucket.count : bucket.count - 1,
  }))
}

async function changeBuckets(
  db: Ledger,
  keys: readonly string[],
  change: (bucket: BucketRow) => BucketRow,
): Promise<void> {
  const found = await db.buckets.bulkGet([...keys])
  await db.buckets.bulkPut(
    keys.map((key, index) => change(found[index] ?? { key, settled: 0n, reserved: 0n, count: 0 })),
  )
}
