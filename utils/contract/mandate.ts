/**
 * The payment mandate: what the extension signs and the backend verifies. A compact JWS (ES256) whose claims use
 * AP2 v0.2 payment mandate names where AP2 has them (`vct`, `transaction_id`, `payee`, `payment_amount`, `iat`, `exp`).
 *
 * Signed by the consent key. With a PIN that key is unwrapped by the PIN; with a passkey the device key signs and the
 * passkey assertion over the same order digest goes along, which the backend verifies as well.
 */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { WireMoney } from '../money/money.ts'
import type { WireOrder } from './order-wire.ts'

export const MANDATE_VCT = 'mandate.payment.1'

export interface MandateClaims {
  vct: typeof MANDATE_VCT
  /** Mandate id, unique for ever; also the idempotency key of the authorisation. */
  jti: string
  /** Device id that the backend gave at activation. */
  iss: string
  /** Backend origin. */
  aud: string
  /** Seconds since 1970. */
  iat: number
  exp: number
  /** Order digest: binds attempt and order (`orderDigest`). */
  transaction_id: string
  attempt_id: string
  payee: { id: string; name: string | null; website: string }
  payment_amount: WireMoney
  rail: 'shop' | 'wallet'
  /**
   * 'allowance': nobody was asked. Signed by the device key, under the consent that `allowance` names. Shop rail only.
   * 'press': a small amount for which the person wants no factor. Signed by the device key; no backend takes it.
   * 'approver': approved on another device, see `approvals.ts`. Signed by the device key.
   */
  factor: 'pin' | 'passkey' | 'allowance' | 'press' | 'approver'
  /** Only with factor 'allowance': `jti` of the action mandate by which the person agreed to the allowance. */
  allowance?: string
  /** Only with factor 'approver': id of the approval, which this mandate uses up. */
  approval?: string
}

/** Body of `POST /v1/mandates`. The order is sent so that the backend can recompute the digest. */
export interface MandateSubmission {
  mandate: string
  order: WireOrder
  assertion: AuthenticationResponseJSON | null
}
