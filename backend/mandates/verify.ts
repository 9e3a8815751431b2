/**
 * Verifies a consent: is this mandate by the key that the person controls, for exactly this order, to this payee, for
 * this amount, for us, now? One code path for both rails. Whether it was used before is the database's business.
 */
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { MANDATE_VCT, type MandateClaims, type MandateSubmission } from '../../utils/contract/mandate.ts'
import { orderDigest, type WireOrder } from '../../utils/contract/order-wire.ts'
import { equal, type Money, parseMoney } from '../../utils/money/money.ts'
import { parseWireOrder } from '../../utils/order/order.ts'
import type { Device } from '../auth/device-request.ts'
import { verifyEs256 } from '../auth/es256.ts'
import { ProblemError } from '../http/problems.ts'

/** Clocks of devices may be ahead of ours by this much. */
const SKEW_S = 60
const LONGEST_S = 3600

export interface VerifiedMandate {
  claims: MandateClaims
  order: WireOrder
  amount: Money
  /** Signature counter of the passkey after this assertion. */
  counter: number | null
}

export async function verifyMandate(
  submission: MandateSubmission,
  device: Device,
  audiences: readonly string[],
  now: number,
): Promise<VerifiedMandate> {
  const key = device.consent.kind === 'pin' ? device.consent.key : device.deviceKey
  const signed = await verifyEs256(submission.mandate, key)
  const claims = signed === null ? null : parseClaims(signed)
  if (claims === null) throw new ProblemError('mandate_invalid')
  if (claims.iss !== device.deviceId) throw new ProblemError('wrong_issuer')
  if (!audiences.includes(claims.aud)) throw new ProblemError('wrong_audience')
  checkTime(claims, now / 1000)
  const amount = await checkOrder(claims, submission.order)
  if (claims.factor !== device.consent.kind) throw new ProblemError('factor_missing')
  const counter = await checkAssertion(submission, claims, device)
  return { claims, order: submission.order, amount, counter }
}

function checkTime(claims: MandateClaims, now: number): void {
  if (claims.exp <= now) throw new ProblemError('mandate_expired')
  if (claims.iat > now + SKEW_S || claims.exp - claims.iat > LONGEST_S) throw new ProblemError('mandate_time')
}

async function checkOrder(claims: MandateClaims, order: WireOrder): Promise<Money> {
  const digest = await orderDigest(claims.attempt_id, order)
  if (digest !== claims.transaction_id) throw new ProblemError('digest_mismatch')
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

async function checkAssertion(
  submission: MandateSubmission,
  claims: MandateClaims,
  device: Device,
): Promise<number | null> {
  const { consent } = device
  if (consent.kind === 'pin') return null
  if (submission.assertion === null) throw new ProblemError('factor_missing')
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: submission.assertion,
      expectedChallenge: claims.transaction_id,
      expectedOrigin: consent.origin,
      expectedRPID: rpIdsOf(consent.rpId, consent.origin),
      credential: {
        id: consent.credentialId,
        publicKey: new Uint8Array(consent.publicKey),
        counter: Number(consent.counter),
      },
      requireUserVerification: true,
    })
    if (verified && authenticationInfo.userVerified) return authenticationInfo.newCounter
  } catch {
    // The library throws for every mismatch: another challenge, origin, key, a counter that went back.
  }
  throw new ProblemError('factor_missing')
}

/** Chromium hashes `chrome-extension://ID` as the RP id of an extension page, whichever of the two was registered. */
function rpIdsOf(rpId: string, origin: string): string[] {
  return origin.startsWith('chrome-extension://') && origin.endsWith(`//${rpId}`) ? [rpId, origin] : [rpId]
}

function parseClaims(value: Record<string, unknown>): MandateClaims | null {
  const { vct, jti, iss, aud, iat, exp, transaction_id, attempt_id, payee, payment_amount, rail, factor } =
    value
  const texts = [jti, iss, aud, transaction_id, attempt_id]
  if (vct !== MANDATE_VCT || !texts.every(isShortText)) return null
  if (typeof iat !== 'number' || typeof exp !== 'number') return null
  if (!Number.isFinite(iat) || !Number.isFinite(exp)) return null
  if ((rail !== 'shop' && rail !== 'wallet') || (factor !== 'pin' && factor !== 'passkey')) return null
  const amount = parseMoney(payment_amount)
  const to = parsePayee(payee)
  if (amount === null || to === null) return null
  return {
    vct,
    jti: String(jti),
    iss: String(iss),
    aud: String(aud),
    iat,
    exp,
    transaction_id: String(transaction_id),
    attempt_id: String(attempt_id),
    payee: to,
    payment_amount: { amount: amount.amount.toString(), currency: amount.currency },
    rail,
    factor,
  }
}

function parsePayee(value: unknown): MandateClaims['payee'] | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, name, website } = value as Record<string, unknown>
  if (typeof id !== 'string' || typeof website !== 'string') return null
  if (name !== null && typeof name !== 'string') return null
  return { id, name, website }
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 300
}
