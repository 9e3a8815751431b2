/**
 * The statements that consume a mandate and record its payment: one statement, so one durable commit and no moment in
 * which the mandate is used but the payment is not there. Whoever comes second waits in the index for the first to
 * commit, and then inserts nothing.
 */
import type { PaymentAnswer } from '../../utils/contract/api.ts'
import type { MandateSubmission } from '../../utils/contract/mandate.ts'
import type { Device } from '../auth/device-request.ts'
import { DECLINES, RECENT_MS, VELOCITY } from '../risk/rules.ts'
import type { VerifiedMandate } from './verify.ts'

/** `source` is the table expression that must have a row for anything to be written. */
function writeFrom(source: string): string {
  return `used AS (
  INSERT INTO mandate (account_id, mandate_id, device_id, digest, attempt_id, jws, assertion, "order", fingerprint,
      payment_id, answer, created_at)
    SELECT $1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10, $11::jsonb, $12::timestamptz FROM ${source}
    ON CONFLICT (account_id, mandate_id) DO NOTHING
    RETURNING 1
), paid AS (
  INSERT INTO payment (account_id, payment_id, mandate_id, device_id, attempt_id, digest, rail, state, amount,
      currency, payee_id, payee_website, merchant_order_id, receipt, created_at, updated_at)
    SELECT $1, $10, $2, $3, $5, $4, $13, 'authorised', $14::bigint, $15, $16, $17, $18, $19, $12::timestamptz,
      $12::timestamptz FROM used
), noted AS (
  INSERT INTO event (account_id, type, subject, data, at)
    SELECT $1, 'payment.authorised', $10, $21::jsonb, $12::timestamptz FROM used
), counted AS (
  UPDATE device SET sign_count = greatest(sign_count, $20::bigint)
    WHERE account_id = $1 AND device_id = $3 AND $20::bigint > 0 AND EXISTS (SELECT 1 FROM used)
)`
}

/** For a request that has been heard and judged: inside a transaction, after caps and risk. */
export const CONSUME = `WITH ${writeFrom('(SELECT 1) AS always')} SELECT EXISTS (SELECT 1 FROM used) AS used`

/**
 * The ordinary case in one round trip: the device still has its key, the signed request is new, the account has no caps
 * and pays at an ordinary pace, the mandate is new. Where any of this is not so, nothing is paid and the answer says
 * what was; the long way then finds the reason.
 */
export const HEAR_AND_CONSUME = `
WITH device_now AS (
  SELECT 1 FROM device WHERE account_id = $1 AND device_id = $3 AND revoked_at IS NULL AND device_key->>'x' = $22
), heard AS (
  INSERT INTO device_request (account_id, device_id, jti, expires_at)
    SELECT $1, $3, $23, $24::timestamptz FROM device_now ON CONFLICT DO NOTHING RETURNING 1
), calm AS (
  SELECT 1 FROM heard
   WHERE NOT EXISTS (SELECT 1 FROM cap WHERE account_id = $1)
     AND NOT EXISTS (SELECT 1 FROM account WHERE account_id = $1 AND approver_required)
     AND (SELECT count(*) < ${VELOCITY} AND count(*) FILTER (WHERE state = 'failed') < ${DECLINES}
            FROM (SELECT state FROM payment WHERE account_id = $1
                AND created_at > $12::timestamptz - interval '${RECENT_MS} milliseconds' LIMIT ${VELOCITY}) AS recent)
), ${writeFrom('calm')}
SELECT EXISTS (SELECT 1 FROM device_now) AS known, EXISTS (SELECT 1 FROM heard) AS fresh,
       EXISTS (SELECT 1 FROM used) AS used`

/** $1 to $21 of both statements. */
export function consumeValues(
  device: Device,
  submission: MandateSubmission,
  mandate: VerifiedMandate,
  fingerprint: string,
  answer: PaymentAnswer,
  at: number,
): unknown[] {
  const { claims, order, amount } = mandate
  const event = {
    mandate: claims.jti,
    digest: claims.transaction_id,
    amount: amount.amount.toString(),
    currency: amount.currency,
    payee: claims.payee.website,
    rail: claims.rail,
    factor: claims.factor,
  }
  return [
    device.accountId,
    claims.jti,
    device.deviceId,
    claims.transaction_id,
    claims.attempt_id,
    submission.mandate,
    submission.assertion === null ? null : JSON.stringify(submission.assertion),
    JSON.stringify(order),
    fingerprint,
    answer.payment_id,
    JSON.stringify(answer),
    new Date(at),
    claims.rail,
    amount.amount,
    amount.currency,
    claims.payee.id,
    claims.payee.website,
    order.merchantOrder,
    answer.receipt,
    mandate.counter ?? 0,
    JSON.stringify(event),
  ]
}
