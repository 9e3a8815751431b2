/**
 * forward, on the wallet rail: the mandate itself is what lets the money go. So `released` is written down before it
 * leaves; an answer that does not come leaves `unknown`, the reservation stays, and the order is taken back at the
 * backend as soon as that can be reached. The same mandate again is the same payment, so a new worker may repeat it.
 */

import { submissionOf } from '../../../utils/forward/mandate.ts'
import type { AttemptRow, MandateRow, Reason } from '../../../utils/ledger/db.ts'
import { move } from '../../../utils/ledger/moves.ts'
import { armReconcile } from '../alarms.ts'
import { mark } from '../mark.ts'
import { backend, db, now } from '../services.ts'
import { clearNotification } from '../surface.ts'

/** May be called in any state: it goes on where the ledger says, also where an earlier worker may have sent it. */
export async function sendMandate(row: AttemptRow, mandate: MandateRow): Promise<void> {
  const at = now()
  switch (row.state) {
    case 'forwarding':
      mark('forwarding')
      await move(db, { attemptId: row.id, from: 'forwarding', to: 'released', reason: null, at })
      mark('release-recorded')
      break
    case 'released':
      // It may have arrived: the backend answers it again with the same payment.
      if (mandate.paymentId !== null) return
      break
    default:
      return
  }
  const service = await backend()
  if (service === null) return end(row, 'failed', 'backend_refused')
  const submission = submissionOf(row.order, mandate)
  const first = await service.authorise(submission, mandate.id, row.digest)
  const answer =
    first.kind === 'unreachable' ? await service.authorise(submission, mandate.id, row.digest) : first
  if (answer.kind === 'unreachable') return end(row, 'unknown', 'backend_unreachable')
  if (answer.kind === 'refused') {
    const capped = answer.code === 'cap_exceeded'
    const changed = answer.code === 'order_changed'
    return end(row, 'failed', capped ? 'cap_exceeded' : changed ? 'order_changed' : 'backend_refused')
  }
  const { payment_id, receipt } = answer.value
  await db.transaction('rw', db.mandates, db.receipts, async () => {
    await db.mandates.update(mandate.id, { paymentId: payment_id })
    await db.receipts.put({
      id: mandate.id,
      attemptId: row.id,
      state: 'authorised',
      jws: receipt,
      at: now(),
    })
  })
  mark('authorised')
  mark('release-sent')
  await clearNotification(row.id)
}

async function end(row: AttemptRow, to: 'failed' | 'unknown', reason: Reason): Promise<void> {
  await move(db, {
    attemptId: row.id,
    from: 'released',
    to,
    reason,
    at: now(),
    // Refused: nothing is there to take back. Unanswered: whatever it has become is taken back.
    pendingOutcome: to === 'unknown' ? 'voided' : null,
  })
  await clearNotification(row.id)
  armReconcile()
}
