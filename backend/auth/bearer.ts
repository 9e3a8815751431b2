/** Bearer secrets: shown once, kept as a hash, compared in constant time. They have 256 bits, so no slow hash. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Secret {
  text: string
  hash: Buffer
}

/** `prefix` carries what is needed to find the row: kind, account, own id. */
export function newSecret(prefix: string): Secret {
  const text = `${prefix}_${randomBytes(32).toString('base64url')}`
  return { text, hash: secretHash(text) }
}

export function secretHash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function secretFits(text: string, hash: Buffer): boolean {
  const own = secretHash(text)
  return own.length === hash.length && timingSafeEqual(own, hash)
}
