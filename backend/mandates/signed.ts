/** What every consent of a person has in common: whose signature, for whom, when, and the factor. */
import type { ActionConsent } from '../../utils/contract/caps.ts'
import type { MandateClaims } from '../../utils/contract/mandate.ts'
import type { Device } from '../auth/device-request.ts'
import { checkEs256, unverifiedClaims } from '../auth/es256.ts'
import { webauthn } from '../auth/webauthn.ts'
import { ProblemError } from '../http/problems.ts'

/** Clocks of devices may be ahead of ours by this much. */
const SKEW_S = 60
const LONGEST_S = 3600

/** Claims of payment and action mandates alike. */
export interface SignedClaims {
  jti: string
  iss: string
  aud: string
  iat: number
  exp: number
  transaction_id: string
  factor: MandateClaims['factor']
}

/**
 * The claims as they were signed by the key that was registered for consent. Under an allowance nobody is asked, and an
 * approval comes from another device, so the device signs; the caller must then find the allowance or the approval.
 */
export async function verifySignature(jws: string, device: Device): Promise<Record<string, unknown>> {
  const byDevice = isByDevice(unverifiedClaims(jws)?.factor)
  const key = device.consent.kind === 'pin' && !byDevice ? device.consent.key : device.deviceKey
  const claims = await checkEs256(jws, key)
  if (claims === null) throw new ProblemError('mandate_invalid')
  return claims
}

/** The person's consent is elsewhere, and the mandate names it. */
export function isByDevice(factor: unknown): factor is 'allowance' | 'approver' {
  return factor === 'allowance' || factor === 'approver'
}

export function parseSigned(value: Record<string, unknown>): SignedClaims | null {
  const { jti, iss, aud, iat, exp, transaction_id, factor } = value
  if (!isShortText(jti) || !isShortText(iss) || !isShortText(aud) || !isShortText(transaction_id)) return null
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return null
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return null
  if (factor !== 'pin' && factor !== 'passkey' && !isByDevice(factor)) return null
  return { jti, iss, aud, iat, exp, transaction_id, factor }
}

/** `now` in epoch ms. */
export function checkSigned(
  claims: SignedClaims,
  device: Device,
  audiences: readonly string[],
  now: number,
): void {
  if (claims.iss !== device.deviceId) throw new ProblemError('wrong_issuer')
  if (!audiences.includes(claims.aud)) throw new ProblemError('wrong_audience')
  const seconds = now / 1000
  if (claims.exp <= seconds) throw new ProblemError('mandate_expired')
  if (claims.iat > seconds + SKEW_S || claims.exp - claims.iat > LONGEST_S)
    throw new ProblemError('mandate_time')
}

/** New signature counter of the passkey; null with a PIN, whose proof is the signature itself. */
export async function checkFactor(
  claims: SignedClaims,
  assertion: ActionConsent['assertion'],
  device: Device,
): Promise<number | null> {
  const { consent } = device
  if (claims.factor !== consent.kind) throw new ProblemError('factor_missing')
  if (consent.kind === 'pin') return null
  if (assertion === null) throw new ProblemError('factor_missing')
  const { verifyAuthenticationResponse } = await webauthn()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: assertion,
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

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 300
}
