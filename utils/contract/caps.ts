/**
 * Caps at the backend, and consent to anything that is not an order. Lowering a cap, or setting the first one, needs
 * no consent; raising and removing do. Agents read caps and never write them.
 */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { WireMoney } from '../money/money.ts'

export const ACTION_VCT = 'mandate.action.1'

/**
 * Signed by the consent key like a payment mandate. `transaction_id` is `actionDigest(action)`; with a passkey it is the
 * assertion's challenge.
 */
export interface ActionClaims {
  vct: typeof ACTION_VCT
  jti: string
  iss: string
  aud: string
  iat: number
  exp: number
  transaction_id: string
  factor: 'pin' | 'passkey'
}

export interface ActionConsent {
  mandate: string
  assertion: AuthenticationResponseJSON | null
}

/** `tip`: all tips. Where there is a cap on tips in a currency, it takes the place of the share of the order. */
export type WireCapScope = { kind: 'all' } | { kind: 'site'; site: string } | { kind: 'tip' }
export type WireCapWindow = 'order' | 'day' | 'week' | 'month' | 'year' | 'total'

/** What identifies a cap is scope, window and currency; there is one of each. */
export interface WireCap {
  scope: WireCapScope
  window: WireCapWindow
  limit: WireMoney
}

/**
 * `PUT /v1/caps` (device). `version`: that of the cap as it was read, 0 for a new one. Consent where needed is over
 * `actionDigest({ command: 'set-cap', cap, version })`.
 */
export interface CapRequest {
  cap: WireCap
  version: number
  consent: ActionConsent | null
}

/** `POST /v1/caps/remove` (device), consent over `actionDigest({ command: 'remove-cap', cap_id, version })`. */
export interface CapRemoval {
  cap_id: string
  version: number
  consent: ActionConsent
}

/** `GET /v1/caps` (device, agent with `caps:read`): each with what is used of it now. */
export interface CapAnswer extends WireCap {
  cap_id: string
  version: number
  used: WireMoney
  left: WireMoney
  /** ISO 8601; null where the window never starts anew. */
  resets_at: string | null
}

/** `GET /v1/account` (device). `version` is the zone's. */
export interface AccountAnswer {
  account_id: string
  /** IANA. */
  zone: string
  version: number
}

/** `PUT /v1/account/zone` (device), consent over `actionDigest({ command: 'set-zone', zone, version })`. */
export interface ZoneRequest {
  zone: string
  version: number
  consent: ActionConsent
}
