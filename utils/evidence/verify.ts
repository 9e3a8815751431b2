/** Checks an evidence bundle offline: a verdict for every record, none of them by trusting another one's word. */
import { calculateJwkThumbprint } from 'jose'
import { base64url } from '../contract/order-wire.ts'
import type { EvidenceBundle } from './bundle.ts'
import { verifyLog } from './verify-log.ts'
import { verifyRecords } from './verify-records.ts'

/** ACT's verdict names where they fit; RECORD_MISSING is ours. */
export type Verdict =
  | 'VERIFIED'
  /** The content is not what was hashed, signed or consented to. */
  | 'PAYLOAD_HASH_MISMATCH'
  | 'SIGNATURE_INVALID'
  /** A row, or a run of them, was changed, removed, added or put elsewhere. */
  | 'CHAIN_HASH_MISMATCH'
  /** No signed checkpoint covers it. */
  | 'ANCHOR_NOT_FOUND'
  /** The key that would check it is not there, or is not the one that was asked for. */
  | 'PUBLIC_KEY_UNAVAILABLE'
  /** Something that must be there for it is not. */
  | 'RECORD_MISSING'

export interface Checked {
  kind: 'attempt' | 'consent' | 'mandate' | 'receipt' | 'log' | 'checkpoint' | 'anchor' | 'key'
  id: string
  verdict: Verdict
  /** One sentence; empty where there is nothing to add. */
  detail: string
}

export interface Trusted {
  /** RFC 7638 thumbprints (SHA-256, base64url) that the keys in the bundle must have; absent: taken as they are. */
  deviceKey?: string
  receiptKey?: string
  /** Of the person's own key: without it, whoever holds the device could put a key of theirs in its place. */
  consentKey?: string
}

export interface Verification {
  checked: Checked[]
  /** Records that are not VERIFIED. */
  failed: Checked[]
  thumbprints: { device: string; consent: string; receipt: string | null }
}

export async function verifyBundle(bundle: EvidenceBundle, trusted: Trusted = {}): Promise<Verification> {
  const thumbprints = {
    device: await thumbprintOf(bundle.keys.device),
    consent: await consentThumbprint(bundle.keys.consent),
    receipt: bundle.keys.receipt === null ? null : await thumbprintOf(bundle.keys.receipt),
  }
  const keys: Checked[] = []
  if (trusted.deviceKey !== undefined) {
    keys.push(keyVerdict('device', thumbprints.device === trusted.deviceKey))
  }
  if (trusted.consentKey !== undefined) {
    keys.push(keyVerdict('consent', thumbprints.consent === trusted.consentKey))
  }
  if (trusted.receiptKey !== undefined) {
    keys.push(keyVerdict('receipt', thumbprints.receipt === trusted.receiptKey))
  }
  const checked = [...keys, ...(await verifyLog(bundle)), ...(await verifyRecords(bundle))]
  return { checked, failed: checked.filter((record) => record.verdict !== 'VERIFIED'), thumbprints }
}

function keyVerdict(id: string, same: boolean): Checked {
  return {
    kind: 'key',
    id,
    verdict: same ? 'VERIFIED' : 'PUBLIC_KEY_UNAVAILABLE',
    detail: same ? '' : 'The bundle carries another key than the one asked for.',
  }
}

/** A PIN opens a JWK; a passkey's public key is COSE, of which the bytes are hashed. */
async function consentThumbprint(consent: EvidenceBundle['keys']['consent']): Promise<string> {
  if (consent.kind === 'pin') return thumbprintOf(consent.key)
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(consent.publicKey))
  return base64url(new Uint8Array(hash))
}

async function thumbprintOf(key: JsonWebKey): Promise<string> {
  try {
    return await calculateJwkThumbprint(key as Parameters<typeof calculateJwkThumbprint>[0])
  } catch {
    return ''
  }
}
