/**
 * Recovery codes: eight, each good once, and only to set or remove the factor. 80 random bits each, so a salted SHA-256 is
 * as safe at rest as a slow hash: there is nothing to guess.
 */
import { base64url } from '../contract/order-wire.ts'

export interface StoredCode {
  salt: string
  hash: string
}

const CODES = 8
/** Crockford's alphabet: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Codes to show once, and what is kept of them. */
export async function makeRecoveryCodes(): Promise<{ codes: string[]; stored: StoredCode[] }> {
  const codes = Array.from({ length: CODES }, newCode)
  const stored = await Promise.all(
    codes.map(async (code) => {
      const salt = base64url(crypto.getRandomValues(new Uint8Array(16)))
      return { salt, hash: await hashOf(code, salt) }
    }),
  )
  return { codes, stored }
}

/** What is left after this code was used, or null where it is none of them. */
export async function withoutCode(stored: readonly StoredCode[], code: string): Promise<StoredCode[] | null> {
  for (const [index, one] of stored.entries()) {
    if ((await hashOf(code, one.salt)) === one.hash) return stored.filter((_, other) => other !== index)
  }
  return null
}

/** 16 letters and digits in groups of four. */
function newCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const text = [...bytes].map((byte) => ALPHABET[byte % 32]).join('')
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

/** As people type it: any case, with or without dashes, O for 0, I and L for 1. */
async function hashOf(code: string, salt: string): Promise<string> {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${salt}:${plain}`))
  return base64url(new Uint8Array(hash))
}
