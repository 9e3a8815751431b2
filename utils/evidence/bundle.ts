/**
 * An evidence bundle: everything that was agreed to, signed, answered and logged about some payments, as one JSON file
 * that anybody can check without us (`consent-guard verify`). Log rows of other payments are in it as bare links.
 */

import type { ChainContent, ChainLink } from '../contract/chain.ts'
import type { WireOrder } from '../contract/order-wire.ts'
import type { Allowance } from '../contract/subscriptions.ts'

export const BUNDLE_FORMAT = 'consent-guard.evidence.1'

export interface EvidenceBundle {
  format: typeof BUNDLE_FORMAT
  /** Epoch ms. */
  exportedAt: number
  /** Id of the ledger. */
  ledger: string
  keys: EvidenceKeys
  attempts: EvidenceAttempt[]
  consents: EvidenceConsent[]
  mandates: EvidenceMandate[]
  receipts: EvidenceReceipt[]
  /** A run of the log without gaps, behind `from`. */
  log: EvidenceLogRow[]
  from: { seq: number; hash: string }
  checkpoints: EvidenceCheckpoint[]
}

export interface EvidenceKeys {
  /** Device id at the backend, or 'local'. */
  deviceId: string
  /** Origin of the backend, null where none is paired. */
  backend: string | null
  /** Signs checkpoints, and mandates where the factor is a passkey. */
  device: JsonWebKey
  /** Signs mandates where the factor is a PIN; where it is a passkey, what checks its assertions. */
  consent: ConsentKey
  /** Those that the person had before, newest first; absent where there were none. */
  former?: ConsentKey[]
  /** Signs receipts and anchors. */
  receipt: JsonWebKey | null
  /** By which that key was handed over to later ones; absent: never. */
  handovers?: string[]
}

export type ConsentKey =
  | { kind: 'pin'; key: JsonWebKey }
  | { kind: 'passkey'; credentialId: string; publicKey: string; rpId: string; origin: string }

export interface EvidenceAttempt {
  id: string
  createdAt: number
  state: string
  reason: string | null
  order: WireOrder
  digest: string
}

export interface EvidenceConsent {
  id: string
  attemptId: string
  digest: string
  decision: 'approved' | 'rejected'
  factor: 'pin' | 'passkey' | null
  at: number
}

export interface EvidenceMandate {
  id: string
  attemptId: string
  jws: string
  /** WebAuthn assertion as JSON text where the factor was a passkey. */
  assertion: string | null
  /** `StandingConsent` as JSON text where nobody was asked; absent otherwise. */
  standing?: string
  /** The backend's statement about an approval on another device; absent otherwise. */
  approval?: string
}

/** The person's consent to an allowance, under which the device signed mandates by itself. */
export interface StandingConsent {
  allowance: Allowance
  /** Action mandate over `actionDigest({ command: 'allow', allowance })`: compact JWS, and its id. */
  mandate: string
  mandateId: string
  factor: 'pin' | 'passkey'
  assertion: string | null
}

export interface EvidenceReceipt {
  id: string
  attemptId: string
  state: 'authorised' | 'settled' | 'failed' | 'voided'
  /** null: no backend was paired, so nobody but the log vouches for it. */
  jws: string | null
  at: number
}

/** `salt` null: another payment's row, or one whose content was deleted; only its link is there. */
export type EvidenceLogRow = ChainLink & Omit<ChainContent, 'salt'> & { salt: string | null }

export interface EvidenceCheckpoint {
  seq: number
  hash: string
  at: number
  jws: string
  anchor: string | null
}

/** Shape only, deep enough that checking cannot stumble; null where it is no bundle. */
export function parseBundle(value: unknown): EvidenceBundle | null {
  if (!isRecord(value) || value.format !== BUNDLE_FORMAT) return null
  const lists = ['attempts', 'consents', 'mandates', 'receipts', 'log', 'checkpoints'] as const
  const fits =
    typeof value.exportedAt === 'number' &&
    typeof value.ledger === 'string' &&
    isKeys(value.keys) &&
    isRecord(value.from) &&
    typeof value.from.seq === 'number' &&
    typeof value.from.hash === 'string' &&
    lists.every((name) => isListOf(value[name], SHAPES[name]))
  return fits ? (value as Record<string, unknown> & EvidenceBundle) : null
}

type Kind = 'string' | 'number' | 'object' | 'text?'
const SHAPES: Record<
  'attempts' | 'consents' | 'mandates' | 'receipts' | 'log' | 'checkpoints',
  Record<string, Kind>
> = {
  attempts: {
    id: 'string',
    createdAt: 'number',
    state: 'string',
    reason: 'text?',
    order: 'object',
    digest: 'string',
  },
  consents: {
    id: 'string',
    attemptId: 'string',
    digest: 'string',
    decision: 'string',
    factor: 'text?',
    at: 'number',
  },
  mandates: { id: 'string', attemptId: 'string', jws: 'string', assertion: 'text?' },
  receipts: { id: 'string', attemptId: 'string', state: 'string', jws: 'text?', at: 'number' },
  log: {
    seq: 'number',
    at: 'number',
    content: 'string',
    previous: 'string',
    hash: 'string',
    event: 'string',
    attemptId: 'text?',
    data: 'object',
    salt: 'text?',
  },
  checkpoints: { seq: 'number', hash: 'string', at: 'number', jws: 'string', anchor: 'text?' },
}

function isListOf(value: unknown, shape: Record<string, Kind>): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && isShape(item, shape))
}

function isShape(item: Record<string, unknown>, shape: Record<string, Kind>): boolean {
  for (const name in shape) {
    const kind = shape[name]
    const field = item[name]
    if (kind === 'text?' ? field !== null && typeof field !== 'string' : typeof field !== kind) return false
    if (kind === 'object' && field === null) return false
  }
  return true
}

function isKeys(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.deviceId === 'string' &&
    isRecord(value.device) &&
    isRecord(value.consent) &&
    (value.former === undefined || (Array.isArray(value.former) && value.former.every(isRecord))) &&
    (value.receipt === null || isRecord(value.receipt)) &&
    (value.handovers === undefined ||
      (Array.isArray(value.handovers) && value.handovers.every((one) => typeof one === 'string')))
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
