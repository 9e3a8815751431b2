/**
 * Authorises a payment by a mandate: verify, then consume the mandate and record the payment in one statement.
 * The mandate's id is the idempotency key, kept for ever: the same submission again gets the first answer again.
 */
import type { PaymentAnswer } from '../../utils/contract/api.ts'
import type { MandateSubmission } from '../../utils/contract/mandate.ts'
import { digestOf } from '../../utils/contract/order-wire.ts'
import { toWire } from '../../utils/money/money.ts'
import type { Device } from '../auth/device-request.ts'
import { unverifiedClaims } from '../auth/es256.ts'
import { enforceCaps } from '../caps/caps.ts'
import type { Context } from '../context.ts'
import { uniqueViolation } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { claimOrder } from '../merchants/claims.ts'
import { approveOrder, isWalletOrder } from '../orders/approve.ts'
import { findOrder } from '../orders/order-row.ts'
import { refusedBy } from '../risk/rules.ts'
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
  const fingerprint = await digestOf({ route: 'POST /v1/mandates', body: submission })
  const before = await readBefore(context, device, mandateId)
  if (before.earlier !== null) return replay(before.earlier, device, fingerprint)
  const mandate = await verifyMandate(submission, device, context.origins(), context.now())
  const refused = refusedBy({
    origin: mandate.order.site.origin,
    recent: Number(before.recent),
    recentFailed: Number(before.recent_failed),
  })
  if (refused !== null) throw new ProblemError('risk_refused', refused)
  await claim(context, device, mandate)
  return consume(context, device, submission, mandate, fingerprint, Number(before.caps) > 0)
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
}

interface Before {
  earlier: Earlier | null
  caps: bigint
  recent: bigint
  recent_failed: bigint
}

/** What must be known before: one round trip for all of it. */
const BEFORE = `
SELECT (SELECT json_build_object('fingerprint', fingerprint, 'device_id', device_id, 'answer', answer)
          FROM mandate WHERE account_id = $1 AND mandate_id = $2) AS earlier,
       (SELECT count(*) FROM cap WHERE account_id = $1) AS caps,
       count(*) AS recent, count(*) FILTER (WHERE state = 'failed') AS recent_failed
  FROM (SELECT state FROM payment WHERE account_id = $1 AND created_at > $3
         ORDER BY created_at DESC LIMIT 1000) AS latest`

const RECENT_MS = 10 * 60_000

async function readBefore(context: Context, device: Device, mandateId: string): Promise<Before> {
  const since = new Date(context.now() - RECENT_MS)
  const [row] = await context.db.query<Before>(BEFORE, [device.accountId, mandateId, since], 'before_mandate')
  if (row === undefined) throw new Error('an aggregate without a row')
  return row
}

function replay(earlier: Earlier, device: Device, fingerprint: string): Authorised {
  if (earlier.fingerprint !== fingerprint || earlier.device_id !== device.deviceId) {
    throw new ProblemError('idempotency_conflict')
  }
  return { answer: earlier.answer, replayed: true }
}

/**
 * One statement, so one durable commit and no moment in which the mandate is used but the payment is not there.
 * Whoever comes second waits in the index for the first to commit, and then inserts nothing.
 */
const CONSUME = `
WITH used AS (
  INSERT INTO mandate (account_id, mandate_id, device_id, digest, attempt_id, jws, assertion, "order", fingerprint,
      payment_id, answer, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (account_id, mandate_id) DO NOTHING
    RETURNING 1
), paid AS (
  INSERT INTO payment (account_id, payment_id, mandate_id, device_id, attempt_id, digest, rail, state, amount,
      currency, payee_id, payee_website, merchant_order_id, receipt, created_at, updated_at)
    SELECT $1, $10, $2, $3, $5, $4, $13, 'authorised', $14, $15, $16, $17, $18, $19, $12, $12 FROM used
), noted AS (
  INSERT INTO event (account_id, type, subject, data, at)
    SELECT $1, 'payment.authorised', $10, $21::jsonb, $12 FROM used
), counted AS (
  UPDATE device SET sign_count = greatest(sign_count, $20)
    WHERE account_id = $1 AND device_id = $3 AND $20 > 0 AND EXISTS (SELECT 1 FROM used)
)
SELECT 1 FROM used`

/**
 * Caps are enforced, and on the wallet rail the order is approved and its charge put in the outbox, in the same
 * transaction. Where there is neither, the statement is a transaction of its own.
 */
async function write(
  context: Context,
  device: Device,
  mandate: VerifiedMandate,
  paymentId: string,
  values: unknown[],
  capped: boolean,
): Promise<boolean> {
  if (mandate.claims.rail === 'shop' && !capped) {
    return (await context.db.query(CONSUME, values, 'consume_mandate')).length === 1
  }
  return context.db.transaction(async (tx) => {
    if (capped) await enforceCaps(context, tx, device.accountId, mandate.claims.payee.id, mandate.amount)
    const used = await tx.query(CONSUME, values, 'consume_mandate')
    if (used.length === 1 && mandate.claims.rail === 'wallet')
      await approveOrder(context, tx, device.accountId, mandate, paymentId)
    return used.length === 1
  })
}

async function consume(
  context: Context,
  device: Device,
  submission: MandateSubmission,
  mandate: VerifiedMandate,
  fingerprint: string,
  capped: boolean,
): Promise<Authorised> {
  const { claims, order, amount } = mandate
  const at = context.now()
  const paymentId = newIdOf(device.accountId, 'pay')
  const receipt = await context.receipts.sign({
    paymentId,
    mandateId: claims.jti,
    digest: claims.transaction_id,
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
  const values = [
    device.accountId,
    claims.jti,
    device.deviceId,
    claims.transaction_id,
    claims.attempt_id,
    submission.mandate,
    submission.assertion === null ? null : JSON.stringify(submission.assertion),
    JSON.stringify(order),
    fingerprint,
    paymentId,
    JSON.stringify(answer),
    new Date(at),
    claims.rail,
    amount.amount,
    amount.currency,
    claims.payee.id,
    claims.payee.website,
    order.merchantOrder,
    receipt,
    mandate.counter ?? 0,
    JSON.stringify({
      mandate: claims.jti,
      digest: claims.transaction_id,
      amount: amount.amount.toString(),
      currency: amount.currency,
      payee: claims.payee.website,
      rail: claims.rail,
      factor: claims.factor,
    }),
  ]
  let refusal: unknown = null
  try {
    if (await write(context, device, mandate, paymentId, values, capped)) {
      context.wake()
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
  if (earlier !== null) return replay(earlier, device, fingerprint)
  if (refusal instanceof ProblemError) throw refusal
  throw new ProblemError(broken === 'payment_attempt_once' ? 'attempt_paid' : 'consent_used')
}
