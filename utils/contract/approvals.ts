/**
 * Approval on another device: what an agent that drives the whole browser cannot reach. The backend shows the order on a
 * page of its own (`/approve`), where the person agrees with a passkey of that device over the order's digest.
 *
 * Pairing: `POST /v1/approvers/invitations` (device, with the person's consent) answers a token; the page at
 * `/approve#<token>` makes a passkey whose challenge is `invitationChallenge(token)` and takes it to `POST /v1/approvers`.
 * Asking: `POST /v1/approvals` (device), then `GET /v1/approvals/:id?wait_s=20` until it is not pending any more.
 * Paying: a mandate with factor 'approver' that names the approval, signed by the device key, once.
 */
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { ActionConsent } from './caps.ts'
import { base64url, type WireOrder } from './order-wire.ts'

export const APPROVAL_VCT = 'approval.1'

/** Consent over `actionDigest({ command: 'invite-approver', nonce })`. */
export interface InvitationRequest {
  nonce: string
  consent: ActionConsent
}
export interface InvitationAnswer {
  token: string
  /** ISO 8601. */
  expires_at: string
}

/** `POST /v1/approvers`, public: the token is the authority. The key is that page's Bearer `cgp_…`. */
export interface ApproverRequest {
  token: string
  label: string
  registration: RegistrationResponseJSON
}
export interface ApproverAnswer {
  approver_id: string
  label: string
  created_at: string
  revoked_at: string | null
}

export const APPROVAL_STATES = ['pending', 'approved', 'rejected', 'expired', 'used'] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

export interface ApprovalRequest {
  attempt_id: string
  order: WireOrder
  /** ISO 8601; nobody can approve later. */
  expires_at: string
}
export interface ApprovalAnswer {
  approval_id: string
  state: ApprovalState
  /** Where approved: compact JWS (ES256) by the backend's receipt key over ApprovalClaims. */
  statement: string | null
}

export interface ApprovalClaims {
  vct: typeof APPROVAL_VCT
  iss: string
  iat: number
  approval_id: string
  approver_id: string
  device_id: string
  /** Order digest. */
  reference: string
}

/** What the new device's passkey signs at pairing: it binds the registration to this invitation. */
export async function invitationChallenge(token: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`approver:${token}`))
  return base64url(new Uint8Array(hash))
}
