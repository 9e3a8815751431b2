/**
 * Verifies a consent to an order: is this mandate by the key that the person controls, for exactly this order, to this
 * payee, for this amount, for us, now? One code path for both rails. Whether it was used before is the database's
 * business.
 */
import { MANDATE_VCT, type MandateClaims, type MandateSubmission } from '../../utils/contract/mandate.ts'
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import { equal, type Money, parseMoney, toWire } from '../../utils/money/money.ts'
import { parseWireOrder } from '../../utils/order/order.ts'
import type { Device } from '../auth/device-request.ts'
import { ProblemError } from '../http/problems.ts'
import { digestsOf } from './digest.ts'
import { checkFactor, checkSigned, isByDevice, parseSigned, verifySignature } from './signed.ts'

export interface VerifiedMandate {
  claims: MandateClaims
  order: WireOrder
  amount: Money
  /** Signature counter of the passkey after this assertion. */
  counter: number | null
  /** Hash of the whole submission (RFC 8785). */
  fingerprint: string
}

/** `now` in epoch ms. */
export async function verifyMandate(
  submission: MandateSubmission,
  device: Device,
  audiences: readonly string[],
  now: number,
): Promise<VerifiedMandate> {
  const claims = parseClaims(await verifySignature(submission.mandate, device))
  if (claims === null) throw new ProblemError('mandate_invalid')
  checkSigned(claims, device, audiences, now)
  const digests = digestsOf(claims.attempt_id, submission)
  if (digests.order !== claims.transaction_id) throw new ProblemError('digest_mismatch')
  const amount = checkOrder(claims, submission.order)
  // Whether the allowance or the approval is there is decided where it is used.
  const counter = isByDevice(claims.factor) ? null : await checkFactor(claims, submission.assertion, device)
  return { claims, order: submission.order, amount, counter, fingerprint: digests.submission }
}

function checkOrder(claims: MandateClaims, order: WireOrder): Money {
  const parsed = parseWireOrder(order)
  if (parsed === null) throw new ProblemError('order_malformed')
  if (parsed.total === null) throw new ProblemError('unknown_total')
  if (parsed.total.amount < 0n) throw new ProblemError('order_malformed', 'the total is below zero')
  if (!equal(parseMoney(claims.payment_amount), parsed.total)) throw new ProblemError('amount_mismatch')
  if (claims.payee.website !== order.site.origin || claims.payee.id !== order.site.key) {
    throw new ProblemError('payee_mismatch')
  }
  return parsed.total
}

/** Claims of a payment mandate, whoever signed them; null for anything else. */
export function parseClaims(value: Record<string, unknown>): MandateClaims | null {
  const signed = parseSigned(value)
  const { vct, attempt_id, rail } = value
  const amount = parseMoney(value.payment_amount)
  const payee = parsePayee(value.payee)
  if (signed === null || amount === null || payee === null || vct !== MANDATE_VCT) return null
  if (typeof attempt_id !== 'string' || attempt_id === '' || attempt_id.length > 300) return null
  if (rail !== 'shop' && rail !== 'wallet') return null
  const claims: MandateClaims = { ...signed, vct, attempt_id, payee, payment_amount: toWire(amount), rail }
  const { allowance, approval } = value
  if (!isByDevice(signed.factor)) return allowance === undefined && approval === undefined ? claims : null
  const named = signed.factor === 'allowance' ? allowance : approval
  if (typeof named !== 'string' || named === '' || named.length > 300) return null
  // Allowances of the wallet rail are the backend's own to draw from.
  if (signed.factor === 'allowance' && rail !== 'shop') return null
  return signed.factor === 'allowance' ? { ...claims, allowance: named } : { ...claims, approval: named }
}

function parsePayee(value: unknown): MandateClaims['payee'] | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, name, website } = value as Record<string, unknown>
  if (typeof id !== 'string' || typeof website !== 'string') return null
  if (name !== null && typeof name !== 'string') return null
  return { id, name, website }
}
