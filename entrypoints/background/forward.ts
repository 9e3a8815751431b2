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
import { conclude } from './outcome.ts'
import { readOrder } from './reading.ts'
import { reconcile } from './reconcile.ts'
import { connectedAttempts, type Hold, holdOf, refuseAll, refuseRepeats } from './relays.ts'
import { alone, backend, db, now } from './services.ts'
import { clearNotification } from './surface.ts'
import { isAgentRequest } from './wallet/row.ts'
import { sendMandate } from './wallet/send.ts'

/** What the caller has just committed, and begun meanwhile: then nothing is read again. */
export interface Committed {
  row: AttemptRow
  mandate: MandateRow
  service: Promise<Backend | null>
  look: Look | null
}

/** The page was seen to show what was agreed to. */
export interface Look {
  /** The reader's name for it; null where it cannot be compared with what the page shows later. */
  name: string | null
  /** `performance.now()` of its end. */
  at: number
}

/** A look older than this is taken anew: the cart at the shop may have changed behind a page that looks the same. */
const FRESH_MS = 1_000

/** A page that shows another order at each look is not paid. */
const MOST_LOOKS = 3

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
  const way = wayAhead(row)
  const answer = await authorise(service, row, mandate)
  if (answer?.kind === 'refused') return giveUp(attemptId, 'backend_refused')
  if (answer?.kind === 'unreachable') return giveUp(attemptId, 'backend_unreachable')
  const look = await lastLook(row, committed?.look ?? null)
  if (look === CHANGED) return giveUp(attemptId, 'order_changed')
  mark('authorised')
  await release(row, mandate, { payment: answer?.value ?? null, look, way })
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

const CHANGED = Symbol('changed')

/**
 * The look that the page must still bear out when it is let go. The one of the approval where it is fresh and the keeper
 * can compare it at that moment; a call that the browser holds and the page around a frame have no keeper, so they are
 * looked at now.
 */
async function lastLook(row: AttemptRow, known: Look | null): Promise<string | null | typeof CHANGED> {
  const hold = holdOf(row.id, row.holdId)
  if (hold === null) return null
  const compares = hold.frame.frameId === 0 && row.channel !== 'blocked-request'
  if (known?.name && compares && performance.now() - known.at < FRESH_MS) return known.name
  return lookAgain(row, hold)
}

/** Whatever the page has changed for the worse by now. */
async function lookAgain(row: AttemptRow, hold: Hold): Promise<string | null | typeof CHANGED> {
  const reading = await readOrder(row.id, hold.frame, row.site, hold.claim)
  return changedSince(row, reading).length > 0 ? CHANGED : reading.look
}

interface Leave {
  payment: PaymentAnswer | null
  look: string | null
  way: Promise<void> | undefined
}

async function release(row: AttemptRow, mandate: MandateRow, { payment, look, way }: Leave): Promise<void> {
  const hold = holdOf(row.id, row.holdId)
  if (hold === null) {
    // The page is away: either for good, or its relay will be back and call us again.
    if (!connectedAttempts().has(row.id)) return
    return giveUp(row.id, 'page_gone')
  }
  const at = now()
  await move(db, {
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
  mark('release-recorded')
  armOutcome(row.id, at)
  const words = statusWords({ kind: 'released' })
  refuseRepeats(row.id, row.holdId, words)
  await letGo(row.id, hold, { words, look, way })
  mark('release-sent')
  await clearNotification(row.id)
}

/**
 * The gate opens while the backend is asked. Only for calls that will carry the nonce, which is still the hook's secret:
 * an address alone could be called by anybody, so there the record comes first.
 */
function wayAhead(row: AttemptRow): Promise<void> | undefined {
  const hold = holdOf(row.id, row.holdId)
  if (hold === null || hold.nonce === null) return undefined
  const way = makeWay(row.id, hold)
  // Waited for later; until then nobody would hear of it.
  way.catch(() => {})
  return way
}

/**
 * A released payment that its page still holds: the page shows something else now than was seen, or our word never
 * arrived. It is looked at once more, and goes or fails.
 */
export function releaseAgain(attemptId: string, hold: Hold): Promise<void> {
  return alone(`forward:${attemptId}`, async () => {
    const row = await db.attempts.get(attemptId)
    if (row?.state !== 'released' || row.holdId !== hold.holdId) return
    hold.looks = (hold.looks ?? 0) + 1
    const look =
      hold.looks > MOST_LOOKS ? CHANGED : await lookAgain(row, hold).catch((): typeof CHANGED => CHANGED)
    if (look !== CHANGED) return letGo(attemptId, hold, { look })
    await conclude(attemptId, ['released'], 'failed', 'order_changed')
    refuseAll(attemptId, statusWords({ kind: 'refused', reason: 'order_changed' }))
    await gate.close(attemptId)
    await disarm(attemptId)
    armReconcile()
    await reconcile()
  })
}

async function giveUp(attemptId: string, reason: Reason): Promise<void> {
  await endAttempt({ attemptId, from: ['approved', 'forwarding'], to: 'failed', reason })
  await gate.close(attemptId)
  await disarm(attemptId)
  armReconcile()
}
