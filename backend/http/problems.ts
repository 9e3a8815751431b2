/**
 * Every refusal that the backend can give, in one table: status, and words a person can read. The code is stable;
 * programs read it. Answers are RFC 9457 problem documents.
 *
 * 409 is only for "ask again later": clients repeat those. A refusal that will not change is 4xx of another kind.
 */
import type { Problem } from '../../utils/contract/api.ts'

const PROBLEMS = {
  malformed: [400, 'The request is not what this route expects.'],
  idempotency_key_required: [400, 'This request needs an Idempotency-Key header.'],
  version_required: [428, 'Send If-Match with the version that you have read.'],
  unauthenticated: [401, 'The request does not say who is asking.'],
  signature_invalid: [401, 'The signature does not fit this request.'],
  request_stale: [401, "The request's time is too far from ours; check the clock."],
  request_replayed: [401, 'This signed request was heard before.'],
  device_unknown: [401, 'This device is not known here.'],
  key_unknown: [401, 'This key is not known here.'],
  consent_required: [402, 'The payer has not consented to this order.'],
  code_invalid: [403, 'This code is wrong, used up or expired. Ask for a new one.'],
  mandate_invalid: [403, 'The mandate is not signed by the key that was registered for consent.'],
  factor_missing: [403, "The person's proof is missing or does not fit this order."],
  forbidden: [403, 'This key may not do that.'],
  not_found: [404, 'There is nothing at this address.'],
  version_conflict: [409, 'It has changed since you read it. Read it again, then decide.'],
  consent_consumed: [409, 'The consent to this order has been used.'],
  in_progress: [409, 'The same request is being carried out. Ask again in a moment.'],
  too_large: [413, 'The request is too large.'],
  unsupported_media_type: [415, 'Send JSON.'],
  idempotency_key_mismatch: [422, "The Idempotency-Key must be the mandate's id."],
  idempotency_conflict: [422, 'This Idempotency-Key was used for another request.'],
  wrong_audience: [422, 'The mandate is for another backend.'],
  wrong_issuer: [422, 'The mandate is by another device.'],
  mandate_expired: [422, 'The mandate has expired. Nothing was paid; ask the person again.'],
  mandate_time: [422, 'The mandate is from the future, or lives too long.'],
  order_malformed: [422, 'The order in the mandate cannot be read.'],
  digest_mismatch: [422, 'The order is not the one that was agreed to.'],
  amount_mismatch: [422, "The mandate's amount is not the order's total."],
  payee_mismatch: [422, "The mandate's payee is not the order's site."],
  unknown_total: [422, 'The order has no known total, so nobody can agree to it.'],
  consent_used: [422, 'This consent was used before. A consent pays once.'],
  attempt_paid: [422, 'This attempt has a payment already.'],
  merchant_order_mismatch: [422, "The order does not fit the merchant's: other origin, amount or state."],
  payment_state: [422, 'The payment is not in a state that allows this.'],
  order_state: [422, 'The order is not in a state that allows this.'],
  order_changed: [422, 'The order has changed since it was shown. Show it again.'],
  too_late: [422, 'Too late: it is being settled. Ask for a refund instead.'],
  refund_exceeds: [422, 'More than what is left to refund.'],
  tip_exceeds: [422, 'The tip is above the limit for tips.'],
  risk_refused: [422, 'Refused: this looks like something no person does.'],
  cap_exceeded: [422, 'This would exceed a cap that the person has set.'],
  approval_required: [422, 'This account only pays what the person approved on their other device.'],
  approval_missing: [422, 'Nobody has approved this order on another device, or that approval was used.'],
  allowance_missing: [422, 'No allowance of the person covers this order. Ask the person.'],
  reference_conflict: [422, 'This reference belongs to an order with other contents.'],
  origin_mismatch: [422, "The order's origin is not the merchant's own."],
  checkpoint_conflict: [
    422,
    'The log does not follow from what was anchored of it: it was cut or rewritten.',
  ],
  rate_limited: [429, 'Too many tries. Wait a little.'],
  internal_error: [
    500,
    'Something went wrong here. Nothing is known to be paid; ask for the state before trying again.',
  ],
  overloaded: [503, 'Too busy right now. Ask again in a moment.'],
  not_ready: [503, 'Not ready.'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof PROBLEMS

/** Thrown to answer with a problem. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly code: ProblemCode
  readonly detail: string | undefined
  constructor(code: ProblemCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }
}

export function problemOf(code: ProblemCode, detail?: string): Problem {
  const [status, title] = PROBLEMS[code]
  return {
    type: `urn:consent-guard:problem:${code}`,
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
  }
}

export function problemCodes(): ProblemCode[] {
  return Object.keys(PROBLEMS) as ProblemCode[]
}
