/**
 * forward: from `approved` to `released`. The mandate goes to the backend, then the release is written down, then the
 * held payment is let go. May be called again at any time (worker restart, relay back): each step looks at the ledger
 * first, the backend answers a repeated mandate with the same payment, and a relay lets a hold go only once.
 */

import type { PaymentAnswer } from '../../utils/contract/api.ts'
import { IllegalMove } from '../../utils/errors/errors.ts'
import type { Backend, BackendAnswer } from '../../utils/forward/backend.ts'
import { submissionOf } from '../../utils/forward/mandate.ts'
import type { AttemptRow, MandateRow, Reason } from '../../utils/ledger/db.ts'
import { move } from '../../utils/ledger/moves.ts'
import { changedSince } from '../../utils/order/changed.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { armOutcome, armReconcile, disarm } from './alarms.ts'
import { endAttempt } from './end.ts'
import { gate } from './gate/index.ts'
import { letGo, makeWay } from './let-go.ts'
import { mark } from './mark.ts'
import { readOrder } from './reading.ts'
import { connectedAttempts, type Hold, holdOf, refuseRepeats } from './relays.ts'
import { alone, backend, db, now } from './services.ts'
import { clearNotification } from './surface.ts'
import { isAgentRequest } from './wallet/row.ts'
import { sendMandate } from './wallet/send.ts'

/** What the caller has just committed, and begun meanwhile: then nothing is read again. */
export interface Committed {
  row: AttemptRow
  mandate: MandateRow
  service: Promise<Backend | null>
}

export function forward(attemptId: string, committed?: Committed): Promise<void> {
  return alone(`forward:${attemptId}`, async () => {
    try {
      await step(attemptId, committed)
    } catch (error) {
      if (error instanceof IllegalMove) return
      console.error('consent-guard: forward failed', error)
      await giveUp(attemptId, 'internal_error')
    }
  })
}

async function step(attemptId: string, committed?: Committed): Promise<void> {
  const [found, mandate, service] = await Promise.all([
    committed?.row ?? db.attempts.get(attemptId),
    committed?.mandate ?? db.mandates.where('attemptId').equals(attemptId).first(),
    committed?.service ?? backend(),
  ])
  // An earlier version made two commits of it, and may have died between them.
  const row = found?.state === 'approved' ? await toForwarding(found.id, now()) : found
  if (row && mandate && isAgentRequest(row)) return sendMandate(row, mandate)
  if (row?.state !== 'forwarding') return
  if (!mandate) return giveUp(attemptId, 'internal_error')

  // The approval is on disk; from now on the mandate may be with the backend, and recovery has it voided there.
  mark('forwarding')
  // The last look at the page, while the backend is asked: beside the commit the disk's answer would wait for the page's.
  const [answer, changed] = await Promise.all([authorise(service, row, mandate), hasChanged(row)])
  if (answer?.kind === 'refused') return giveUp(attemptId, 'backend_refused')
  if (answer?.kind === 'unreachable') return giveUp(attemptId, 'backend_unreachable')
  if (changed) return giveUp(attemptId, 'order_changed')
  mark('authorised')
  await release(row, mandate, answer?.value ?? null)
}

function toForwarding(attemptId: string, at: number): Promise<AttemptRow> {
  return move(db, { attemptId, from: 'approved', to: 'forwarding', reason: null, at })
}

/** null: no backend is paired, the shop is paid its own way on this device's word alone. */
async function authorise(
  service: Backend | null,
  row: AttemptRow,
  mandate: MandateRow,
): Promise<BackendAnswer<PaymentAnswer> | null> {
  if (service === null) return null
  const submission = submissionOf(row.order, mandate)
  const first = await service.authorise(submission, mandate.id, row.digest)
  // Same mandate, same key: asking twice cannot authorise twice.
  return first.kind === 'unreachable' ? service.authorise(submission, mandate.id, row.digest) : first
}

/** The page may have changed the order since the person looked; nothing that it did by now goes unnoticed. */
async function hasChanged(row: AttemptRow): Promise<boolean> {
  const hold = holdOf(row.id, row.holdId)
  if (hold === null) return false
  const reading = await readOrder(row.id, hold.frame, row.site, hold.claim)
  return changedSince(row, reading).length > 0
}

async function release(row: AttemptRow, mandate: MandateRow, payment: PaymentAnswer | null): Promise<void> {
  const hold = holdOf(row.id, row.holdId)
  if (hold === null) {
    // The page is away: either for good, or its relay will be back and call us again.
    if (!connectedAttempts().has(row.id)) return
    return giveUp(row.id, 'page_gone')
  }
  const at = now()
  const way = wayAhead(row.id, hold)
  const recorded = move(db, {
    attemptId: row.id,
    from: 'forwarding',
    to: 'released',
    reason: null,
    at,
    receipt: {
      id: mandate.id,
      attemptId: row.id,
      state: 'authorised',
      jws: payment?.receipt ?? null,
      at,
    },
    ...(payment === null ? {} : { paymentId: payment.payment_id }),
  })
  try {
    await recorded
  } catch (error) {
    await way?.then(() => gate.close(row.id)).catch(() => {})
    throw error
  }
  mark('release-recorded')
  armOutcome(row.id, at)
  const words = statusWords({ kind: 'released' })
  refuseRepeats(row.id, row.holdId, words)
  await letGo(row.id, hold, words, way)
  mark('release-sent')
  await clearNotification(row.id)
}

/**
 * The gate opens while the release is written down. Only for calls that will carry the nonce, which is still the hook's
 * secret: an address alone could be called by anybody, so there the record comes first.
 */
function wayAhead(attemptId: string, hold: Hold): Promise<void> | undefined {
  if (hold.nonce === null) return undefined
  const way = makeWay(attemptId, hold)
  // Waited for later; until then nobody would hear of it.
  way.catch(() => {})
  return way
}

async function giveUp(attemptId: string, reason: Reason): Promise<void> {
  await endAttempt({ attemptId, from: ['approved', 'forwarding'], to: 'failed', reason })
  await disarm(attemptId)
  armReconcile()
}
