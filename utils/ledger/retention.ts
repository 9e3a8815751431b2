/**
 * Forgetting. Purchases that are over are deleted by age; their log rows lose their content and keep their links, so the
 * chain and every checkpoint over it still verify. What caps still count is kept as sums.
 */
import { isFinal } from '../attempt/states.ts'
import { type Bucket, type Calendar, change, HOUR, roll, SUMMED } from '../caps/bucket.ts'
import { MAX_SLIDING_HOURS } from '../caps/cap.ts'
import type { AttemptRow, Ledger, LogRow, ReservationRow } from './db.ts'
import { appendLog } from './log.ts'
import { keyOf, tokenRows } from './tokens.ts'

/** Attempts in one transaction. */
const BATCH = 200

/** Log events about the guard itself are kept: they say who changed caps, factor and pairing. */
const KEPT = /^(cap|guard|backend|identity|ledger|retention)\./

export interface Forgotten {
  attempts: number
  logRows: number
}

/** Deletes what ended and is older than `before` (epoch ms). Repeats until nothing is left; each batch is whole. */
export async function forgetBefore(
  db: Ledger,
  { before, at, calendar }: { before: number; at: number; calendar: Calendar },
): Promise<Forgotten> {
  const sum: Forgotten = { attempts: 0, logRows: 0 }
  let from = -Infinity
  for (;;) {
    const batch = await db.attempts.where('createdAt').between(from, before).limit(BATCH).toArray()
    const old = batch.filter((row) => isFinal(row.state))
    const gone = old.length > 0 ? await forgetAttempts(db, old) : { attempts: 0, logRows: 0 }
    sum.attempts += gone.attempts
    sum.logRows += gone.logRows
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) break
    // What must stay would be found again for ever, so a batch of nothing else is stepped over.
    if (gone.attempts === 0) from = last.createdAt + 1
  }
  await forgetReservations(db, before, at, calendar)
  sum.logRows += await redactUnbound(db, before)
  if (sum.attempts + sum.logRows > 0) {
    await db.transaction('rw', db.log, () =>
      appendLog(db, at, { event: 'retention.applied', attemptId: null, data: { before, ...sum } }),
    )
  }
  return sum
}

/** The same for purchases that the person chose, whatever their age: what is not over or still owed stays. */
export async function forgetChosen(db: Ledger, ids: readonly string[], at: number): Promise<Forgotten> {
  const rows = (await db.attempts.bulkGet([...ids])).filter((row) => row !== undefined)
  const gone = await forgetAttempts(
    db,
    rows.filter((row) => isFinal(row.state)),
  )
  if (gone.attempts > 0) {
    await db.transaction('rw', db.log, () =>
      appendLog(db, at, { event: 'retention.chosen', attemptId: null, data: { ...gone } }),
    )
  }
  return gone
}

async function forgetAttempts(db: Ledger, rows: readonly AttemptRow[]): Promise<Forgotten> {
  const ids = rows.map((row) => row.id)
  const tables = [db.attempts, db.consents, db.mandates, db.receipts, db.tokens, db.log]
  return db.transaction('rw', tables, async () => {
    // An outcome that the backend has not heard is still owed to it.
    const owing = await db.mandates
      .where('attemptId')
      .anyOf(ids)
      .filter((mandate) => mandate.pendingOutcome !== null)
      .toArray()
    const owed = new Set(owing.map((mandate) => mandate.attemptId))
    const gone = rows.filter((row) => !owed.has(row.id))
    const goneIds = gone.map((row) => row.id)
    await Promise.all([
      db.attempts.bulkDelete(goneIds),
      db.consents.where('attemptId').anyOf(goneIds).delete(),
      db.mandates.where('attemptId').anyOf(goneIds).delete(),
      db.receipts.where('attemptId').anyOf(goneIds).delete(),
      db.tokens.bulkDelete(gone.flatMap(tokenRows).map(keyOf)),
    ])
    const logRows = await redact(db, await db.log.where('attemptId').anyOf(goneIds).toArray())
    return { attempts: gone.length, logRows }
  })
}

/** Rows that belong to no attempt (refused without a question) are found by walking on from where it last stopped. */
async function redactUnbound(db: Ledger, before: number): Promise<number> {
  const known = await db.settings.get('log-forgotten')
  let seq = typeof known?.value === 'number' ? known.value : 0
  let count = 0
  for (;;) {
    const rows = await db.log.where(':id').above(seq).limit(2_000).toArray()
    const old = rows.filter((row) => row.at < before)
    const loose = old.filter((row) => row.attemptId === null && row.salt !== null && !KEPT.test(row.event))
    count += await db.transaction('rw', db.log, () => redact(db, loose))
    seq = old.at(-1)?.seq ?? seq
    if (old.length < rows.length || rows.length < 2_000) break
  }
  await db.settings.put({ key: 'log-forgotten', value: seq })
  return count
}

async function redact(db: Ledger, rows: readonly LogRow[]): Promise<number> {
  await db.log.bulkPut(
    rows.map((row) => ({ ...row, event: 'redacted', attemptId: null, data: {}, salt: null })),
  )
  return rows.length
}

/**
 * Bookings that only `total` still counts become part of its opening sum. What the longest sliding cap reaches back to
 * stays, also where there is none yet: one that is set tomorrow is made from the bookings.
 */
async function forgetReservations(db: Ledger, before: number, at: number, calendar: Calendar): Promise<void> {
  await db.transaction('rw', db.reservations, db.buckets, async () => {
    const old = await db.reservations
      .where('at')
      .below(Math.min(before, at - (MAX_SLIDING_HOURS + 1) * HOUR))
      .filter((row) => row.state !== 'reserved')
      .toArray()
    const keys = [...new Set(old.flatMap((row) => row.buckets))]
    const found = (await db.buckets.bulkGet(keys)).flatMap((row) => (row ? [row] : []))
    const buckets = new Map(found.map((bucket) => [bucket.key, roll(bucket, bucket.key, at, calendar)]))
    const gone: string[] = []
    for (const row of old) {
      const counted = row.buckets.flatMap((key) => buckets.get(key) ?? [])
      if (counted.some((bucket) => stillCounts(bucket, row))) continue
      gone.push(row.attemptId)
      if (row.state === 'settled') {
        for (const bucket of counted) buckets.set(bucket.key, openWith(bucket, row))
      }
    }
    await db.buckets.bulkPut([...buckets.values()])
    await db.reservations.bulkDelete(gone)
  })
}

function stillCounts(bucket: Bucket, row: ReservationRow): boolean {
  return SUMMED.some((kind) => kind !== 'total' && bucket.windows[kind].start <= row.at)
}

/** Keeps account of what `total` holds from bookings that are no longer there; the audit begins from it. */
function openWith(bucket: Bucket, row: ReservationRow): Bucket {
  const nothing: Bucket = {
    ...bucket,
    windows: {
      ...bucket.windows,
      total: { ...bucket.windows.total, ...(bucket.opening ?? { orders: 0, money: {} }) },
    },
  }
  const { orders, money } = change(nothing, {
    currency: row.currency,
    bookedAt: row.at,
    settled: row.amount - (row.refunded ?? 0n),
    reserved: 0n,
    orders: 1,
  }).windows.total
  return { ...bucket, opening: { orders, money } }
}

/**
 * Deletes everything: purchases, caps, log, identity, settings. The next ledger has another id, so that its log is not
 * taken for the old one cut short. false, and nothing is deleted, while a payment is between approval and outcome.
 */
export async function eraseEverything(db: Ledger): Promise<boolean> {
  return db.transaction('rw', db.tables, async () => {
    const busy = await db.attempts.where('state').anyOf('approved', 'forwarding', 'released').count()
    if (busy > 0) return false
    await Promise.all(db.tables.map((table) => table.clear()))
    return true
  })
}
