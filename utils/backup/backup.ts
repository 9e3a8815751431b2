/**
 * Backup of what the person has decided (caps, holding time, zone), sealed with a passphrase: PBKDF2-SHA256 with
 * 600,000 rounds (OWASP 2023) and AES-256-GCM, so that a changed or cut file does not open at all. Keys, factor and
 * pairing stay on the device: a backup must not be a way around the person.
 */
import { base64url, fromBase64url } from '../contract/order-wire.ts'
import type { CapInput } from '../messages/page.ts'
import { parseCap } from '../messages/parse-page.ts'

export interface Backup {
  caps: CapInput[]
  holdSeconds: number
  zone: string
}

const FORMAT = 'consent-guard-backup'
const VERSION = 1
const ROUNDS = 600_000
export const PASSPHRASE_MIN = 10

/** The file's text. */
export async function sealBackup(backup: Backup, passphrase: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await keyOf(passphrase, salt, ['encrypt'])
  const plain = new TextEncoder().encode(JSON.stringify(backup))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)
  const file = {
    format: FORMAT,
    version: VERSION,
    salt: base64url(salt),
    iv: base64url(iv),
    data: base64url(new Uint8Array(data)),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

export type Opened = { ok: true; backup: Backup } | { ok: false; problem: 'no_backup' | 'does_not_open' }

/** Reads a file's text. `does_not_open`: wrong passphrase or changed content; which of the two cannot be told. */
export async function openBackup(text: string, passphrase: string): Promise<Opened> {
  const file = parseFile(text)
  if (file === null) return { ok: false, problem: 'no_backup' }
  try {
    const key = await keyOf(passphrase, file.salt, ['decrypt'])
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: file.iv }, key, file.data)
    const backup = parseBackup(JSON.parse(new TextDecoder().decode(plain)))
    return backup === null ? { ok: false, problem: 'no_backup' } : { ok: true, backup }
  } catch {
    return { ok: false, problem: 'does_not_open' }
  }
}

/** Whole or not at all: one cap that is none makes the backup none. */
export function parseBackup(value: unknown): Backup | null {
  if (!isRecord(value) || !Array.isArray(value.caps) || value.caps.length > 1_000) return null
  const { holdSeconds, zone } = value
  if (typeof holdSeconds !== 'number' || typeof zone !== 'string') return null
  const caps = value.caps.map(parseCap)
  return caps.every((cap) => cap !== null) ? { caps, holdSeconds, zone } : null
}

function parseFile(text: string) {
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || value.format !== FORMAT || value.version !== VERSION) return null
    const { salt, iv, data } = value
    if (typeof salt !== 'string' || typeof iv !== 'string' || typeof data !== 'string') return null
    return { salt: fromBase64url(salt), iv: fromBase64url(iv), data: fromBase64url(data) }
  } catch {
    return null
  }
}

async function keyOf(passphrase: string, salt: BufferSource, uses: KeyUsage[]): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(passphrase.normalize('NFKC')),
    'PBKDF2',
    false,
    ['deriveKey'],
  )
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    uses,
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
