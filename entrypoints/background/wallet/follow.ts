/** What became of an order at the backend, written into the ledger. Only the backend's own word moves these rows on. */
import type { AttemptState } from '../../../utils/attempt/states.ts'
import { IllegalMove } from '../../../utils/errors/errors.ts'
import type { AgentOrder } from '../../../utils/forward/wallet.ts'
import type { AttemptRow, Reason } from '../../../utils/ledger/db.ts'
import { move } from '../../../utils/ledger/moves.ts'
import { endAttempt } from '../end.ts'
import { mark } from '../mark.ts'
import { backend, db, now } from '../services.ts'
import { clearNotification, showBadge } from '../surface.ts'
import { noteDifference } from './less.ts'

export async function follow(row: AttemptRow, order: AgentOrder): Promise<void> {
  if (row.state === 'held' || row.state === 'asked') return followUndecided(row, order)
  const end = endOf(order)
  if (end === null || end.to === row.state) return
  try {
    await move(db, {
      attemptId: row.id,
      from: ['released', 'unknown'],
      to: end.to,
      reason: end.reason,
      at: now(),
      ...(end.to === 'unknown' ? {} : { pendingOutcome: null }),
    })
  } catch (error) {
    if (error instanceof IllegalMove) return
    throw error
  }
  if (end.to === 'settled') {
    mark('settled')
    await noteDifference(row, order)
  }
  if (end.to !== 'unknown') await keepReceipt(row)
  await Promise.all([clearNotification(row.id), showBadge()])
}

/** Ended elsewhere while it waited here: nobody here has agreed to anything. */
async function followUndecided(row: AttemptRow, { state }: AgentOrder): Promise<void> {
  if (state === 'requested') return
  const [to, reason]: ['cancelled' | 'expired', Reason] =
    state === 'cancelled'
      ? ['cancelled', 'withdrawn']
      : state === 'expired'
        ? ['expired', 'expired']
        : ['cancelled', 'decided_elsewhere']
  await endAttempt({ attemptId: row.id, from: ['held', 'asked'], to, reason, heard: true })
}

function endOf({ state }: AgentOrder): { to: AttemptState; reason: Reason } | null {
  switch (state) {
    case 'settled':
      return { to: 'settled', reason: 'backend_settled' }
    case 'failed':
      return { to: 'failed', reason: 'charge_failed' }
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return { to: 'cancelled', reason: 'withdrawn' }
    case 'unknown':
      return { to: 'unknown', reason: 'no_answer' }
    // Asked anew in another form: sync.ts ends this one and asks.
    case 'requested':
    case 'approved':
    case 'authorised':
      return null
  }
}

/** The newest signed receipt; missing it changes nothing that happened. */
async function keepReceipt(row: AttemptRow): Promise<void> {
  const mandate = await db.mandates.where('attemptId').equals(row.id).first()
  const service = await backend()
  if (!mandate || mandate.paymentId === null || service === null) return
  const answer = await service.payment(mandate.paymentId, row.digest)
  if (answer.kind !== 'ok') return
  const { state, receipt } = answer.value
  await db.receipts.put({ id: mandate.id, attemptId: row.id, state, jws: receipt, at: now() })
}
