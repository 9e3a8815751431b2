/**
 * Authorises a payment by a mandate: verify, then consume the mandate and record the payment in one statement.
 * The mandate's id is the idempotency key, kept for ever: the same submission again gets the first answer again.
 */
import type { PaymentAnswer } from '../../utils/contract/api.ts'
import type { MandateSubmission } from '../../utils/contract/mandate.ts'
import { toWire } from '../../utils/money/money.ts'
import { useApproval } from '../approvals/approvals.ts'
import { type Device, hear } from '../auth/device-request.ts'
import { unverifiedClaims } from '../auth/es256.ts'
import { enforceCaps } from '../caps/caps.ts'
import type { Context } from '../context.ts'
import { type Sql, uniqueViolation } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { claimOrder } from '../merchants/claims.ts'
import { approveOrder, isWalletOrder } from '../orders/approve.ts'
import { findOrder } from '../orders/order-row.ts'
import { RECENT_MS, refusedBy } from '../risk/rules.ts'
import { drawAllowance } from '../subscriptions/draw.ts'
import { CONSUME, type PaymentRow, paymentRow } from './consume-sql.ts'
import { canonicalHash } from './digest.ts'
import { isByDevice } from './signed.ts'
import { payTogether } from './together.ts'
import { type VerifiedMandate, verifyMandate } from './verify.ts'

export interface Authorised {
  answer: PaymentAnswer
  replayed: boolean
}

export async function submitMandate(
  context: Context,
  device: Device,
  submission: MandateSubmission,
  key: string | undefined,
): Promise<Authorised> {
  if (key === undefined || key === '') throw new ProblemError('idempotency_key_required')
  const mandateId = unverifiedClaims(submission.mandate)?.jti
  if (key !== mandateId) throw new ProblemError('idempotency_key_mismatch')
  const request = device.unheard?.jti ?? null
  let mandate: VerifiedMandate
  try {
    mandate = await verifyMandate(submission, device, context.origins(), context.now())
  } catch (error) {
    // A mandate that was authorised in time is answered for ever, also after it has expired.
    await hear(context.db, device)
    const { earlier } = await readBefore(context, device, mandateId)
    if (earlier !== null) return replay(earlier, device, canonicalHash(submission), request)
    throw error
  }
  const drafted = draft(context, device, submission, mandate)
  const { rail, factor } = mandate.claims
  if (rail === 'shop' && !isByDevice(factor) && mandate.order.merchantOrder === null) {
    const quick = await authoriseAtOnce(context, device, mandate, drafted)
    if (quick !== null) return quick
  }
  await hear(context.db, device)
  return authoriseWithCare(context, device, mandate, drafted, request)
}

interface Draft {
  answer: PaymentAnswer
  row: PaymentRow
}

function draft(
  context: Context,
  device: Device,
  submission: MandateSubmission,
  mandate: VerifiedMandate,
): Draft {
  const { claims, amount } = mandate
  const at = context.now()
  const paymentId = newIdOf(device.accountId, 'pay')
  const digest = claims.transaction_id
  const receipt = context.receipts.sign({
    paymentId,
    mandateId: claims.jti,
    digest,
    state: 'authorised',
    amount,
    at,
  })
  const answer: PaymentAnswer = {
    payment_id: paymentId,
    mandate_id: claims.jti,
    state: 'authorised',
    amount: toWire(amount),
    receipt,
  }
  return { answer, row: paymentRow(device, submission, mandate, answer, at) }
}

/** The ordinary case. null: something is not ordinary, nothing was paid, and the request is still to be heard. */
async function authoriseAtOnce(
  context: Context,
  device: Device,
  mandate: VerifiedMandate,
  { answer, row }: Draft,
): Promise<Authorised | null> {
  const { unheard } = device
  if (unheard === null) return null
  refuseRisk(mandate, 0, 0)
  try {
    const { known, fresh, used } = await payTogether(context.db, context.together, {
      ...row,
      device_key_x: device.deviceKey.x ?? '',
      jti: unheard.jti,
    })
    if (!known) throw new ProblemError('device_unknown')
    if (!fresh) throw new ProblemError('request_replayed')
    if (!used) return null
    device.unheard = null
    context.wake('events')
    return { answer, replayed: false }
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    return null
  }
}

/** Everything that is not ordinary: repeats, caps, merchants' orders, the wallet rail, an unusual pace. */
async function authoriseWithCare(
  context: Context,
  device: Device,
  mandate: VerifiedMandate,
  { answer, row }: Draft,
  request: string | null,
): Promise<Authorised> {
  const { claims, fingerprint } = mandate
  const before = await readBefore(context, device, claims.jti)
  if (before.earlier !== null) return replay(before.earlier, device, fingerprint, request)
  if (before.approver_required && claims.factor !== 'approver') throw new ProblemError('approval_required')
  refuseRisk(mandate, Number(before.recent), Number(before.recent_failed))
  await claim(context, device, mandate)
  let refusal: unknown = null
  try {
    const used = await context.db.transaction((tx) =>
      consume(context, tx, device, mandate, row, before.caps > 0n),
    )
    if (used) {
      context.wake(claims.rail === 'wallet' ? 'calls' : 'events')
      return { answer, replayed: false }
    }
  } catch (error) {
    refusal = error
  }
  // Someone else was first: the same submission (its answer is ours too), or another use of the same consent. A cap
  // that it has filled, or an order that it has approved, is no reason to refuse its repeat.
  const broken = uniqueViolation(refusal)
  if (refusal !== null && broken === null && !(refusal instanceof ProblemError)) throw refusal
  const { earlier } = await readBefore(context, device, claims.jti)
  if (earlier !== null) return replay(earlier, device, fingerprint, request)
  if (refusal instanceof ProblemError) throw refusal
  throw new ProblemError(broken === 'payment_attempt_once' ? 'attempt_paid' : 'consent_used')
}

/** Caps are enforced, and on the wallet rail the order is approved and its charge put in the outbox, all or nothing. */
async function consume(
  context: Context,
  tx: Sql,
  device: Device,
  mandate: VerifiedMandate,
  row: PaymentRow,
  capped: boolean,
): Promise<boolean> {
  const { claims, amount } = mandate
  if (capped) {
    const tip = await isTip(tx, device.accountId, mandate)
    await enforceCaps(context, tx, device.accountId, { site: claims.payee.id, total: amount, tip })
  }
  const [consumed] = await tx.query<{ used: boolean }>(CONSUME, [JSON.stringify([row])], 'consume')
  if (consumed?.used !== true) return false
  const paymentId = row.payment_id
  if (claims.factor === 'allowance') await drawAllowance(context, tx, device, mandate, paymentId)
  if (claims.factor === 'approver') await useApproval(tx, device, mandate)
  if (claims.rail === 'wallet') await approveOrder(context, tx, device.accountId, mandate, paymentId)
  return true
}

async function isTip(tx: Sql, accountId: string, { claims, order }: VerifiedMandate): Promise<boolean> {
  if (claims.rail !== 'wallet' || order.merchantOrder === null) return false
  return (await findOrder(tx, accountId, order.merchantOrder)).kind === 'tip'
}

function refuseRisk(mandate: VerifiedMandate, recent: number, recentFailed: number): void {
  const refused = refusedBy({ origin: mandate.order.site.origin, recent, recentFailed })
  if (refused !== null) throw new ProblemError('risk_refused', refused)
}

/** Ties the merchant's order to this mandate, whichever rail it came by. */
async function claim(context: Context, device: Device, mandate: VerifiedMandate): Promise<void> {
  const { merchantOrder } = mandate.order
  if (isWalletOrder(merchantOrder) !== (mandate.claims.rail === 'wallet')) {
    throw new ProblemError(
      'order_malformed',
      'a wallet mandate names a wallet order, a shop mandate does not',
    )
  }
  if (merchantOrder === null) return
  if (!isWalletOrder(merchantOrder)) return claimOrder(context, device.accountId, merchantOrder, mandate)
  const order = await findOrder(context.db, device.accountId, merchantOrder)
  if (order.merchant_order_id !== null && order.state === 'requested') {
    await claimOrder(context, device.accountId, order.merchant_order_id, mandate)
  }
}

interface Earlier {
  fingerprint: string
  device_id: string
  answer: PaymentAnswer
  request_jti: string | null
}

interface Before {
  earlier: Earlier | null
  caps: bigint
  approver_required: boolean
  recent: bigint
  recent_failed: bigint
}

/** What must be known before: one round trip for all of it. */
const BEFORE = `
SELECT (SELECT json_build_object('fingerprint', fingerprint, 'device_id', device_id, 'answer', answer,
           'request_jti', request_jti)
          FROM mandate WHERE account_id = $1 AND mandate_id = $2) AS earlier,
       (SELECT count(*) FROM cap WHERE account_id = $1) AS caps,
       (SELECT approver_required FROM account WHERE account_id = $1) AS approver_required,
       count(*) AS recent, count(*) FILTER (WHERE state = 'failed') AS recent_failed
  FROM (SELECT state FROM payment WHERE account_id = $1 AND created_at > $3
         ORDER BY created_at DESC LIMIT 1000) AS latest`

async function readBefore(context: Context, device: Device, mandateId: string): Promise<Before> {
  const since = new Date(context.now() - RECENT_MS)
  const [row] = await context.db.query<Before>(BEFORE, [device.accountId, mandateId, since], 'before_mandate')
  if (row === undefined) throw new Error('an aggregate without a row')
  return row
}

/** `request`: jti of the signed request that asks now. A token that was heard is no question, it is a copy. */
function replay(earlier: Earlier, device: Device, fingerprint: string, request: string | null): Authorised {
  if (request !== null && earlier.request_jti === request && earlier.device_id === device.deviceId) {
    throw new ProblemError('request_replayed')
  }
  if (earlier.fingerprint !== fingerprint || earlier.device_id !== device.deviceId) {
    throw new ProblemError('idempotency_conflict')
  }
  return { answer: earlier.answer, replayed: true }
}
