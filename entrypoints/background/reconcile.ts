/**
 * Tells the backend what it has not heard yet: what settled, what failed, and what must be voided because its payment
 * was never released. Repeats until acknowledged; every call is idempotent.
 */

import type { Backend } from '../../utils/forward/backend.ts'
import { submissionOf } from '../../utils/forward/mandate.ts'
import type { AttemptRow, MandateRow } from '../../utils/ledger/db.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import { armReconcile } from './alarms.ts'
import { conclude } from './outcome.ts'
import { alone, backend, db, now, wallet } from './services.ts'
import { follow } from './wallet/follow.ts'
import { isAgentRequest } from './wallet/row.ts'

/**
 * Asks about every outcome that nobody knows, hourly: the merchant may have used the consent meanwhile, or another
 * device of the person may have said what came of it. What stays unknown keeps its reservation and is shown.
 */
export function askAgain(): Promise<void> {
  return alone('reconcile', async () => {
    const unknown = await db.attempts.where('state').equals('unknown').toArray()
    if (unknown.length === 0) return
    const service = await backend()
    if (service === null) return
    // An agent's order is followed by its own look at the backend (wallet/sync.ts).
    for (const row of unknown) if (!isAgentRequest(row)) await askAbout(service, row)
  })
}

async function askAbout(service: Backend, row: AttemptRow): Promise<void> {
  const mandate = await db.mandates.where('attemptId').equals(row.id).first()
  if (!mandate || mandate.paymentId === null) return
  const answer = await service.payment(mandate.paymentId, row.digest)
  if (answer.kind !== 'ok') return
  const { state, receipt, merchant_used: used } = answer.value
  if (state === 'authorised' && used !== true) return
  const to = state === 'authorised' || state === 'settled' ? 'settled' : 'failed'
  const known = { receipt: state === 'authorised' ? null : receipt }
  if (!(await conclude(row.id, ['unknown'], to, 'backend_told', known))) return
  if (known.receipt === null) armReconcile()
}

/** true when nothing is left to tell. */
export function reconcile(): Promise<boolean> {
  return alone('reconcile', async () => {
    const waiting = await db.mandates.where('pendingOutcome').anyOf('settled', 'failed', 'voided').toArray()
    if (waiting.length === 0) return true
    const service = await backend()
    let done = true
    for (const mandate of waiting) done = (await tell(service, mandate)) && done
    return done
  })
}

async function tell(service: Backend | null, mandate: MandateRow): Promise<boolean> {
  const row = await db.attempts.get(mandate.attemptId)
  const outcome = mandate.pendingOutcome
  if (service === null || !row || outcome === null) {
    await db.mandates.update(mandate.id, { pendingOutcome: null })
    return true
  }
  if (isAgentRequest(row)) return takeBack(row, mandate)
  const paymentId = mandate.paymentId ?? (await findPayment(service, row, mandate))
  if (paymentId === 'unreachable') return false
  if (paymentId === null) {
    // The backend refused the mandate itself, so there is nothing to void.
    await db.mandates.update(mandate.id, { pendingOutcome: null })
    return true
  }
  const answer = await service.outcome(paymentId, { outcome, detail: row.reason ?? '' }, row.digest)
  if (answer.kind === 'unreachable') return false
  await db.transaction('rw', db.mandates, db.receipts, db.log, async () => {
    await db.mandates.update(mandate.id, { paymentId, pendingOutcome: null })
    if (answer.kind === 'ok') {
      await db.receipts.put({
        id: mandate.id,
        attemptId: row.id,
        state: answer.value.state,
        jws: answer.value.receipt,
        at: now(),
      })
    } else {
      // The backend knows better: a merchant has used the consent, or another device has said otherwise.
      const data = { outcome, code: answer.code }
      await appendLog(db, now(), { event: 'backend.disagreed', attemptId: row.id, data })
    }
  })
  return true
}

/** An agent's order is taken back by its own command: sending the mandate again would pay it. */
async function takeBack(row: AttemptRow, mandate: MandateRow): Promise<boolean> {
  const service = await wallet()
  if (service === null) return true
  const cancelled = await service.cancel(row.holdId, row.reason ?? '')
  const answer = cancelled.kind === 'refused' ? await service.order(row.holdId) : cancelled
  if (answer.kind === 'unreachable') return false
  await db.mandates.update(mandate.id, { pendingOutcome: null })
  if (answer.kind === 'ok') await follow(row, answer.value)
  return true
}

/** Sending the mandate again finds the payment that an unanswered first call may have made. */
async function findPayment(
  service: Backend,
  row: AttemptRow,
  mandate: MandateRow,
): Promise<string | null | 'unreachable'> {
  const answer = await service.authorise(submissionOf(row.order, mandate), mandate.id, row.digest)
  if (answer.kind === 'ok') return answer.value.payment_id
  return answer.kind === 'refused' ? null : 'unreachable'
}
