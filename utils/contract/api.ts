/**
 * What the backend answers. Requests of a device carry `Authorization: Device <jws>`: a compact JWS (ES256) by the
 * device key with claims { iss: device id, aud: backend origin, htm: method, htu: path, iat, jti, bh: SHA-256 of the
 * body, base64url }, after RFC 9449 (DPoP). Nothing secret is stored but that key, which cannot be exported.
 */
import type { WireMoney } from '../money/money.ts'

/** `POST /v1/devices`, unauthenticated: the one-time code is the authority. */
export interface ActivationRequest {
  code: string
  device_key: JsonWebKey
  consent:
    | { kind: 'pin'; key: JsonWebKey }
    /** `public_key`: COSE key, base64url. */
    | { kind: 'passkey'; credential_id: string; public_key: string; rp_id: string; origin: string }
  label: string
}

export interface ActivationAnswer {
  device_id: string
  account_id: string
  /** Public key that signs receipts, as JWK. */
  receipt_key: JsonWebKey
}

export const PAYMENT_STATES = ['authorised', 'settled', 'failed', 'voided'] as const
export type PaymentState = (typeof PAYMENT_STATES)[number]

/** `POST /v1/mandates` (201 first, 200 on replay), `GET /v1/payments/:id`, `POST /v1/payments/:id/outcome`. */
export interface PaymentAnswer {
  payment_id: string
  mandate_id: string
  state: PaymentState
  amount: WireMoney
  /** Compact JWS (ES256) by the backend's receipt key over ReceiptClaims. */
  receipt: string
  /** Only in `GET /v1/payments/:id`: an integrated merchant has consumed this consent, so the order was placed. */
  merchant_used?: boolean
}

export interface ReceiptClaims {
  iss: string
  iat: number
  payment_id: string
  mandate_id: string
  /** Order digest. */
  reference: string
  state: PaymentState
  amount: WireMoney
}

/** `POST /v1/payments/:id/outcome`: what the extension saw after the release, or `voided` if nothing was released. */
export interface OutcomeRequest {
  outcome: 'settled' | 'failed' | 'voided'
  detail: string
}

/** RFC 9457 problem. `code` is stable and is what programs read. */
export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail?: string
}

/** `POST /v1/merchant/orders` with `Authorization: Bearer <merchant key>`. */
export interface MerchantOrderRequest {
  reference: string
  amount: WireMoney
  description: string
  /** Where the order is paid; must be the merchant's own registered origin. */
  origin: string
}

export interface MerchantOrderAnswer {
  order_id: string
  state: 'requested' | 'authorised' | 'consumed'
  amount: WireMoney
}

/**
 * `POST /v1/merchant/orders/:id/consume`: 200 once for ever when a mandate for exactly this order, payee and amount
 * is authorised; 402 `consent_required` before that; 409 `consent_consumed` afterwards.
 */
export interface ConsumeAnswer {
  order_id: string
  payment_id: string
  receipt: string
}
