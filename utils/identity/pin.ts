/**
 * A PIN that wraps the consent key. PBKDF2-SHA256 with 600,000 rounds (OWASP 2023) over a random salt gives an
 * AES-GCM key; only the right PIN opens the wrapped signing key, so a copied profile cannot sign either.
 */
export const PIN_ROUNDS = 600_000
export const PIN_MIN_LENGTH = 6

export interface PinLock {
  kind: 'pin'
  salt: Uint8Array<ArrayBuffer>
  rounds: number
  iv: Uint8Array<ArrayBuffer>
  /** PKCS #8 of the ECDSA P-256 consent key, encrypted. */
  wrapped: ArrayBuffer
  publicKey: JsonWebKey
}

const SIGNING = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** Too short, one repeated character or a plain run: what is tried first. */
export function isWeakPin(pin: string): boolean {
  if (pin.length < PIN_MIN_LENGTH) return true
  const steps = new Set<number>()
  for (let i = 1; i < pin.length; i++) steps.add(pin.charCodeAt(i) - pin.charCodeAt(i - 1))
  const [step] = steps
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1
}

export async function makePinLock(pin: string, rounds = PIN_ROUNDS): Promise<PinLock> {
  const pair = await crypto.subtle.generateKey(SIGNING, true, ['sign', 'verify'])
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await wrappingKey(pin, salt, rounds)
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', pair.privateKey)
  return {
    kind: 'pin',
    salt,
    rounds,
    iv,
    wrapped: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, pkcs8),
    publicKey: await crypto.subtle.exportKey('jwk', pair.publicKey),
  }
}

/** The consent key, or null where the PIN is wrong (AES-GCM refuses to open). */
export async function openPinLock(lock: PinLock, pin: string): Promise<CryptoKey | null> {
  const key = await wrappingKey(pin, lock.salt, lock.rounds)
  let pkcs8: ArrayBuffer
  try {
    pkcs8 = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: lock.iv }, key, lock.wrapped)
  } catch {
    return null
  }
  return crypto.subtle.importKey('pkcs8', pkcs8, SIGNING, false, ['sign'])
}

async function wrappingKey(pin: string, salt: BufferSource, rounds: number): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(pin.normalize('NFKC')),
    'PBKDF2',
    false,
    ['deriveKey'],
  )
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}
