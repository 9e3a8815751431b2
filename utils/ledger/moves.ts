/**
 * State moves of attempts, each one strict transaction: compare-and-set on the state (and the version where it is
 * given), the rows that belong to the move, and one log entry. Nothing outside this folder writes an attempt's state.
 */
import type { AttemptState } from '../attempt/states.ts'
import { mayMove, RESERVING } from '../attempt/states.ts'
import { IllegalMove, Refusal } from '../errors/errors.ts'
import type { AttemptRow, ConsentRow, Ledger, MandateRow, Reason, ReceiptRow } from './db.ts'
import { appendLog, type LogEvent, type LogHead, nextRow, readHead } from './log.ts'
import { unbook } from './reservations.ts'
import { scrub } from './scrub.ts'
import { retoken, tokenRows } from './tokens.ts'

export interface Move {
  attemptId: string
  from: AttemptState | readonly AttemptState[]
  to: AttemptState
  reason: Reason | null
  at: number
  /** Only if the attempt still has this version; absent: whatever it has. */
  version?: number
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
  /** The backend's name for the payment that this attempt's mandate made. */
  paymentId?: string
}

/** Everything that a move may touch, so that it can be one transaction. */
export function moveTables(db: Ledger) {
  return [
    db.attempts,
    db.consents,
    db.mandates,
    db.receipts,
    db.reservations,
    db.buckets,
    db.caps,
    db.allowances,
    db.log,
  ]
}

/** Writes a new attempt in state `held`. Throws IllegalMove where one of this id exists. */
export async function addAttempt(db: Ledger, attempt: AttemptRow): Promise<void> {
  const row = { ...attempt, what: scrub(attempt.what) }
  await db.transaction('rw', db.attempts, db.tokens, db.log, async () => {
    const [known, head] = await Promise.all([db.attempts.get(row.id), readHead(db)])
    if (known) throw new IllegalMove(`attempt ${row.id} is there already`)
    const held: LogEvent = {
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
    }
    await Promise.all([
      db.attempts.add(row),
      db.tokens.bulkPut(tokenRows(row)),
      db.log.add(nextRow(head, row.createdAt, held)),
    ])
  })
}

/**
 * Makes one move. Throws IllegalMove where the attempt is not in `from` any more (somebody else was first) or the
 * table has no such move; then nothing is written. A move to `approved` is refused: only `approveAndReserve` may.
 */
export async function move(db: Ledger, step: Move): Promise<AttemptRow> {
  const { attemptId } = step
  return db.transaction('rw', moveTables(db), async () => {
    const ends = !RESERVING.includes(step.to)
    const [row, head, mandates, booking] = await Promise.all([
      db.attempts.get(attemptId),
      readHead(db),
      changesMandate(step) ? db.mandates.where('attemptId').equals(attemptId).toArray() : [],
      ends ? db.reservations.get(attemptId) : undefined,
    ])
    const current = requireMove(row, step)
    // An approval without a reservation would spend outside the caps.
    if (step.to === 'approved') throw new IllegalMove(`${current.state} → approved without a reservation`)
    const next = after(current, step)
    // Settling or ending an attempt settles or gives back what it had reserved.
    const reserved = RESERVING.includes(current.state) ? booking : undefined
    const buckets = reserved ? await db.buckets.bulkGet(reserved.buckets) : []
    await Promise.all([
      write(db, next, step, { head, mandates, events: [eventOf(current, step)] }),
      reserved && unbook(db, reserved, buckets, next.state === 'settled' ? 'settled' : 'released'),
    ])
    return next
  })
}

/** The row as the move finds it. Throws IllegalMove. */
export function requireMove(row: AttemptRow | undefined, step: Move): AttemptRow {
  if (!row) throw new IllegalMove(`no attempt ${step.attemptId}`)
  const from = typeof step.from === 'string' ? [step.from] : step.from
  if (!from.includes(row.state) || !mayMove(row.state, step.to)) {
    throw new IllegalMove(`${row.state} → ${step.to}`)
  }
  if (step.version !== undefined && step.version !== row.version) {
    throw new IllegalMove(`version ${row.version}, not ${step.version}`)
  }
  return row
}

export function after(row: AttemptRow, step: Move): AttemptRow {
  return {
    ...row,
    ...step.change,
    state: step.to,
    version: row.version + 1,
    reason: step.reason,
    updatedAt: step.at,
  }
}

/** What a move writes on top of. */
export interface Found {
  head: LogHead
  /** Read where the step changes them (`changesMandate`). */
  mandates: readonly MandateRow[]
  /** What the log will say, in this order. */
  events: readonly LogEvent[]
}

/** What the log says of a move. */
export function eventOf(before: AttemptRow, step: Move): LogEvent {
  return {
    event: `attempt.${step.to}`,
    attemptId: before.id,
    data: { from: before.state, ...(step.reason ? { reason: step.reason } : {}), ...step.data },
  }
}

export function changesMandate({ pendingOutcome, paymentId }: Move): boolean {
  return pendingOutcome !== undefined || paymentId !== undefined
}

/** All rows of a move at once: requests that need not wait for each other do not. */
export function write(
  db: Ledger,
  next: AttemptRow,
  step: Move,
  { head, mandates, events }: Found,
): Promise<unknown> {
  const { consent, mandate, receipt, pendingOutcome, paymentId } = step
  const known = {
    ...(pendingOutcome === undefined ? {} : { pendingOutcome }),
    ...(paymentId === undefined ? {} : { paymentId }),
  }
  let last = head
  const logged = events.map((event) => {
    const row = nextRow(last, step.at, event)
    last = row
    return row
  })
  return Promise.all([
    db.attempts.put(next),
    consent && db.consents.add(consent),
    mandate && db.mandates.add(mandate),
    receipt && db.receipts.put(receipt),
    ...mandates.map((row) => db.mandates.put({ ...row, ...known })),
    ...logged.map((row) => db.log.add(row)),
  ])
}

/** What is asked has changed: new order, new digest, so every consent to the old one is void. Compare-and-set on version. */
export async function reask(
  db: Ledger,
  row: AttemptRow,
  change: Required<Pick<AttemptRow, 'order' | 'digest' | 'sources' | 'notes' | 'changed'>> & { at: number },
): Promise<void> {
  const { at, ...fields } = change
  await db.transaction('rw', db.attempts, db.tokens, db.log, async () => {
    const current = await db.attempts.get(row.id)
    if (current?.state !== 'asked' || current.version !== row.version) {
      throw new IllegalMove('asked anew by another')
    }
    // The caps of the first site would be asked and the second one paid.
    if (fields.order.site.key !== current.order.site.key) throw new Refusal('digest_mismatch')
    const next = { ...current, ...fields, seen: false, version: current.version + 1, updatedAt: at }
    await db.attempts.put(next)
    await retoken(db.tokens, current, next)
    await appendLog(db, at, {
      event: 'attempt.changed',
      attemptId: row.id,
      data: { digest: change.digest, total: change.order.total?.amount.toString() ?? null },
    })
  })
}
