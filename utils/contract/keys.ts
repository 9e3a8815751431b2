/**
 * Keys that take each other's place. A device's new request key proves itself; the backend's own keys are handed over by
 * statements of the key before (`handovers.ts`).
 */
export const KEY_CHANGE_VCT = 'key.change.1'
export const HANDOVER_VCT = 'key.handover.1'

/** `POST /v1/devices/rotate`, signed by the old key. `proof`: compact JWS (ES256) by the new key over KeyChangeClaims. */
export interface KeyChangeRequest {
  device_key: JsonWebKey
  proof: string
}

/** @public */
export interface KeyChangeClaims {
  vct: typeof KEY_CHANGE_VCT
  /** Device id. */
  iss: string
  iat: number
  /** RFC 7638 thumbprint of the key that is replaced. */
  replaces: string
}

/** Compact JWS (ES256) by the receipt key before. */
export interface HandoverClaims {
  vct: typeof HANDOVER_VCT
  iss: string
  /** From now on (seconds) the old key signs nothing more. */
  iat: number
  kid: string
  key: JsonWebKey
}

/** `GET /v1/keys`, public: a JWK set (RFC 7517), oldest first. */
export interface KeySetAnswer {
  keys: PublishedKey[]
}
export interface PublishedKey {
  kty: string
  crv: string
  x: string
  y?: string
  kid: string
  alg: 'ES256' | 'EdDSA'
  use: 'sig'
  purpose: 'receipt' | 'log'
  /** ISO 8601. */
  created_at: string
  /** Since then it signs nothing more; what it signed before still holds. */
  retired_at: string | null
  /** By the key before, for receipts: JWS over HandoverClaims; for the log: Ed25519 over `vkey`, base64. */
  handover: string | null
}
