/**
 * The statements that consume mandates and record their payments: one statement, so one durable commit and no moment in
 * which a mandate is used but its payment is not there. Whoever comes second waits in the index for the first to
 * commit, and then inserts nothing.
 *
 * $1 is a JSON array of `PaymentRow`, at most one of an account: rows are told apart by it.
 */
import type { PaymentAnswer } from '../../utils/contract/api.ts'
import type { MandateSubmission } from '../../utils/contract/mandate.ts'
import type { Device } from '../auth/device-request.ts'
import { DECLINES, RECENT_MS, VELOCITY } from '../risk/rules.ts'
import type { VerifiedMandate } from './verify.ts'

const GIVEN = `given AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS one (account_id text, device_id text, device_key_x text, jti text,
    mandate_id text, digest text, attempt_id text, jws text, assertion jsonb, "order" jsonb,
    fingerprint text, payment_id text, answer jsonb, at timestamptz, rail text, amount bigint, currency text,
    payee_id text, payee_website text, merchant_order_id text, receipt text, counter bigint, event jsonb)
)`

/** `source` names the accounts whose rows are written. */
function writeFrom(source: string): string {
  return `used AS (
  INSERT INTO mandate (account_id, mandate_id, device_id, digest, attempt_id, jws, assertion, "order", fingerprint,
      payment_id, answer, request_jti, created_at)
    SELECT account_id, mandate_id, device_id, digest, attempt_id, jws, assertion, "order", fingerprint, payment_id,
      answer, jti, at FROM given JOIN ${source} USING (account_id)
    ON CONFLICT (account_id, mandate_id) DO NOTHING
    RETURNING account_id
), paid AS (
  INSERT INTO payment (account_id, payment_id, mandate_id, device_id, attempt_id, digest, rail, state, amount,
      currency, payee_id, payee_website, merchant_order_id, receipt, created_at, updated_at)
    SELECT account_id, payment_id, mandate_id, device_id, attempt_id, digest, rail, 'authorised', amount, currency,
      payee_id, payee_website, merchant_order_id, receipt, at, at FROM given JOIN used USING (account_id)
), noted AS (
  INSERT INTO event (account_id, type, subject, data, at)
    SELECT account_id, 'payment.authorised', payment_id, event, at FROM given JOIN used USING (account_id)
), counted AS (
  UPDATE device SET sign_count = greatest(sign_count, counter) FROM given JOIN used USING (account_id)
   WHERE device.account_id = given.account_id AND device.device_id = given.device_id AND counter > 0
)`
}

/** For a request that has been heard and judged: inside a transaction, after caps and risk. */
export const CONSUME = `WITH ${GIVEN}, ${writeFrom('(SELECT account_id FROM given) AS every')}
SELECT EXISTS (SELECT 1 FROM used) AS used`

/**
 * The ordinary case in one round trip: the device still has its key, the signed request is new, the account has no caps
 * and pays at an ordinary pace, the mandate is new. Where any of this is not so, nothing is paid and the answer says
 * what was; the long way then finds the reason. Sorted, so that two groups that meet wait in one order.
 *
 * The mandate's row says which request brought it (`request_jti`): the same token again meets the same mandate, used.
 */
export const HEAR_AND_CONSUME = `
WITH ${GIVEN}, device_now AS (
  SELECT account_id FROM given
   WHERE device_key_x = (SELECT device_key->>'x' FROM device WHERE device.account_id = given.account_id
     AND device.device_id = given.device_id AND revoked_at IS NULL)
), fresh AS (
  SELECT account_id FROM device_now JOIN given USING (account_id)
   WHERE NOT EXISTS (SELECT 1 FROM device_request AS heard WHERE heard.account_id = given.account_id
     AND heard.device_id = given.device_id AND heard.jti = given.jti)
), calm AS (
  SELECT account_id FROM fresh JOIN given USING (account_id)
   WHERE NOT EXISTS (SELECT 1 FROM cap WHERE cap.account_id = given.account_id)
     AND NOT EXISTS (SELECT 1 FROM account WHERE account.account_id = given.account_id AND approver_required)
     AND (SELECT count(*) < ${VELOCITY} FROM (SELECT 1 FROM payment WHERE payment.account_id = given.account_id
       AND created_at > given.at - interval '${RECENT_MS} milliseconds' LIMIT ${VELOCITY}) AS recent)
     AND (SELECT count(*) < ${DECLINES} FROM (SELECT 1 FROM payment WHERE payment.account_id = given.account_id
       AND created_at > given.at - interval '${RECENT_MS} milliseconds' AND state = 'failed' LIMIT ${DECLINES}) AS failed)
   ORDER BY account_id
), ${writeFrom('calm')}
SELECT account_id, EXISTS (SELECT 1 FROM device_now WHERE device_now.account_id = given.account_id) AS known,
       EXISTS (SELECT 1 FROM fresh WHERE fresh.account_id = given.account_id) AS fresh,
       EXISTS (SELECT 1 FROM used WHERE used.account_id = given.account_id) AS used
  FROM given`

/** What is written of one payment; `bigint` as text, because JSON numbers end at 2^53. */
export interface PaymentRow {
  account_id: string
  mandate_id: string
  device_id: string
  digest: string
  attempt_id: string
  jws: string
  assertion: MandateSubmission['assertion']
  order: MandateSubmission['order']
  fingerprint: string
  payment_id: string
  answer: PaymentAnswer
  at: Date
  rail: string
  amount: string
  currency: string
  payee_id: string
  payee_website: string
  merchant_order_id: string | null
  receipt: string
  counter: number
  event: Record<string, string>
}

export function paymentRow(
  device: Device,
  submission: MandateSubmission,
  mandate: VerifiedMandate,
  answer: PaymentAnswer,
  at: number,
): PaymentRow {
  const { claims, order, amount } = mandate
  return {
    account_id: device.accountId,
    mandate_id: claims.jti,
    device_id: device.deviceId,
    digest: claims.transaction_id,
    attempt_id: claims.attempt_id,
    jws: submission.mandate,
    assertion: submission.assertion,
    order,
    fingerprint: mandate.fingerprint,
    payment_id: answer.payment_id,
    answer,
    at: new Date(at),
    rail: claims.rail,
    amount: amount.amount.toString(),
    currency: amount.currency,
    payee_id: claims.payee.id,
    payee_website: claims.payee.website,
    merchant_order_id: order.merchantOrder,
    receipt: answer.receipt,
    counter: mandate.counter ?? 0,
    event: {
      mandate: claims.jti,
      digest: claims.transaction_id,
      amount: amount.amount.toString(),
      currency: amount.currency,
      payee: claims.payee.website,
      rail: claims.rail,
      factor: claims.factor,
    },
  }
}
