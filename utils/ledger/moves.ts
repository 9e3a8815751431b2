/**
 * State moves of attempts, each one strict transaction: compare-and-set on state and version, the rows that belong
 * to the move, and one log entry. Nothing outside this folder writes an attempt's state.
 */
import type { AttemptState } from '../attempt/states.ts'
import { mayMove, RESERVING } from '../attempt/states.ts'
import { brokenCaps, bucketKeysFor, readCaps } from '../caps/check.ts'
import { IllegalMove, Refusal } from '../errors/errors.ts'
import type { AttemptRow, ConsentRow, Ledger, MandateRow, Reason, ReceiptRow } from './db.ts'
import { appendLog, type LogEvent } from './log.ts'
import { book, unbook } from './reservations.ts'

export interface Move {
  attemptId: string
  from: AttemptState | readonly AttemptState[]
  to: AttemptState
  reason: Reason | null
  at: number
  /** Fields that change with the move. */
  change?: Partial<
    Pick<AttemptRow, 'order' | 'digest' | 'sources' | 'notes' | 'changed' | 'expiresAt' | 'holdId'>
  >
  data?: LogEvent['data']
  consent?: ConsentRow
  mandate?: MandateRow
  receipt?: ReceiptRow
  /** Keeps an outcome that the backend must still hear about. */
  pendingOutcome?: MandateRow['pendingOutcome']
}

/** Writes a new attempt in state `held`; false where an open attempt of the same key exists. */
export async function addAttempt(db: Ledger, row: AttemptRow): Promise<boolean> {
  return db.transaction('rw', db.attempts, db.log, async () => {
    await db.attempts.add(row)
    await appendLog(db, row.createdAt, {
      event: 'attempt.held',
      attemptId: row.id,
      data: {
        site: row.site.key,
        channel: row.channel,
        what: row.what,
        total: row.order.total?.amount.toString() ?? null,
        currency: row.order.currency,
        digest: row.digest,
      },
    })
    return true
  })
}

/**
 * Makes one move. Throws IllegalMove where the attempt is not in `from` any more (somebody else was first) or the
 * table has no such move; then nothing is written.
 */
export async function move(db: Ledger, step: Move): Promise<AttemptRow> {
  const tables = [
    db.attempts,
    db.consents,
    db.mandates,
    db.receipts,
    db.reservations,
    db.buckets,
    db.caps,
    db.log,
  ]
  return db.transaction('rw', tables, async () => {
    const row = await db.attempts.get(step.attemptId)
    if (!row) throw new IllegalMove(`no attempt ${step.attemptId}`)
    const from = typeof step.from === 'string' ? [step.from] : step.from
    if (!from.includes(row.state) || !mayMove(row.state, step.to)) {
      throw new IllegalMove(`${row.state} → ${step.to}`)
    }
    const next: AttemptRow = {
      ...row,
      ...step.change,
      state: step.to,
      version: row.version + 1,
      reason: step.reason,
      updatedAt: step.at,
    }
    await db.attempts.put(next)
    if (step.consent) await db.consents.add(step.consent)
    if (step.mandate) await db.mandates.add(step.mandate)
    if (step.receipt) await db.receipts.put(step.receipt)
    if (step.pendingOutcome !== undefined) {
      await db.mandates.where('attemptId').equals(row.id).modify({ pendingOutcome: step.pendingOutcome })
    }
    await keepReservation(db, row, next)
    await appendLog(db, step.at, {
      event: `attempt.${step.to}`,
      attemptId: row.id,
      data: { from: row.state, ...(step.reason ? { reason: step.reason } : {}), ...step.data },
    })
    return next
  })
}

/**
 * Approval: caps are read and booked in the same transaction as the move, so that two tabs cannot both take the
 * last of a cap. Throws Refusal('cap_exceeded') and writes nothing where it does not fit.
 */
export async function approveAndReserve(
  db: Ledger,
  step: Move & { consent: ConsentRow; mandate: MandateRow; zone: string },
): Promise<AttemptRow> {
  const tables = [
    db.attempts,
    db.consents,
    db.mandates,
    db.receipts,
    db.reservations,
    db.buckets,
    db.caps,
    db.log,
  ]
  return db.transaction('rw', tables, async () => {
    const row = await db.attempts.get(step.attemptId)
    const total = row?.order.total
    if (!row || !total) throw new Refusal('unknown_total')
    if (row.digest !== step.consent.digest) throw new Refusal('digest_mismatch')
    const keys = bucketKeysFor(row.order.site.key, total.currency, step.at, step.zone)
    const buckets = new Map(
      (await db.buckets.bulkGet(keys)).flatMap((bucket) => (bucket ? [[bucket.key, bucket]] : [])),
    )
    const readings = readCaps(await db.caps.toArray(), (key) => buckets.get(key), {
      site: row.order.site.key,
      total,
      at: step.at,
      zone: step.zone,
    })
    if (brokenCaps(readings).length > 0) throw new Refusal('cap_exceeded')
    await book(db, { attemptId: row.id, site: row.order.site.key, total, buckets: keys, at: step.at })
    return move(db, step)
  })
}

/** Settling or ending an attempt settles or gives back what it had reserved. */
async function keepReservation(db: Ledger, before: AttemptRow, after: AttemptRow): Promise<void> {
  if (!RESERVING.includes(before.state) || RESERVING.includes(after.state)) return
  await unbook(db, after.id, after.state === 'settled' ? 'settled' : 'released')
}

/** What is asked has changed: new order, new digest, so every consent to the old one is void. Compare-and-set on version. */
export async function reask(
  db: Ledger,
  row: AttemptRow,
  change: Required<Pick<AttemptRow, 'order' | 'digest' | 'sources' | 'notes' | 'changed'>> & { at: number },
): Promise<void> {
  const { at, ...fields } = change
  await db.transaction('rw', db.attempts, db.log, async () => {
    const current = await db.attempts.get(row.id)
    if (current?.state !== 'asked' || current.version !== row.version)
      throw new IllegalMove('asked anew by another')
    await db.attempts.put({ ...current, ...fields, seen: false, version: current.version + 1, updatedAt: at })
    await appendLog(db, at, {
      event: 'attempt.changed',
      attemptId: row.id,
      data: { digest: change.digest, total: change.order.total?.amount.toString() ?? null },
    })
  })
}
