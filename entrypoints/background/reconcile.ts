/**
 * Tells the backend what it has not heard yet: what settled, what failed, and what must be voided because its payment
 * was never released. Repeats until acknowledged; every call is idempotent.
 */

import type { Backend } from '../../utils/forward/backend.ts'
import type { AttemptRow, MandateRow } from '../../utils/ledger/db.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { alone, backend, db, now, wallet } from './services.ts'
import { follow } from './wallet/follow.ts'
import { isAgentRequest } from './wallet/row.ts'

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
  await db.transaction('rw', db.mandates, db.receipts, async () => {
    await db.mandates.update(mandate.id, { paymentId, pendingOutcome: null })
    if (answer.kind === 'ok') {
      await db.receipts.put({
        id: mandate.id,
        attemptId: row.id,
        state: answer.value.state,
        jws: answer.value.receipt,
        at: now(),
      })
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
  const answer = await service.authorise(
    {
      mandate: mandate.jws,
      order: toWireOrder(row.order),
      assertion: mandate.assertion === null ? null : JSON.parse(mandate.assertion),
    },
    mandate.id,
    row.digest,
  )
  if (answer.kind === 'ok') return answer.value.payment_id
  return answer.kind === 'refused' ? null : 'unreachable'
}
