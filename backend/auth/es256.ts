/**
 * Compact ES256 signatures (RFC 7515, RFC 7518 section 3.4) with `node:crypto`. A payment costs two checks and one
 * signature; through WebCrypto, which jose uses, these took 0.5 ms of the main thread, directly 0.15 ms (measured,
 * docs/backend.md). The tests sign with jose, so that the two check each other.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { fromDer, toDer } from './ecdsa-der.ts'

/** What is read of a public key: the point. */
export interface PublicPoint {
  x?: string | undefined
  y?: string | undefined
}

const KEPT = 10_000
const keys = new Map<string, KeyObject>()

/** Parsing a key costs more than using it, so parsed keys are kept. */
function keyOf(jwk: PublicPoint): KeyObject {
  const name = `${jwk.x}.${jwk.y}`
  const kept = keys.get(name)
  if (kept !== undefined) return kept
  const key = createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '' },
    format: 'jwk',
  })
  const oldest = keys.size >= KEPT ? keys.keys().next().value : undefined
  if (oldest !== undefined) keys.delete(oldest)
  keys.set(name, key)
  return key
}

/** Whether the JWK is a point on P-256 at all. */
export function isVerifyKey(jwk: PublicPoint): boolean {
  try {
    keyOf(jwk)
    return true
  } catch {
    return false
  }
}

/** The payload, or null where the signature is not by this key. */
export function verifyEs256(jws: string, jwk: PublicPoint): Record<string, unknown> | null {
  try {
    const token = readToken(jws)
    return token !== null && verify('sha256', token.input, keyOf(jwk), token.signature) ? token.claims : null
  } catch {
    return null
  }
}

/**
 * The same on another core, for what every payment needs: two checks are a third of its work, and the main thread is what
 * a backend runs out of first.
 */
export function checkEs256(jws: string, jwk: PublicPoint): Promise<Record<string, unknown> | null> {
  return new Promise((resolve) => {
    try {
      const token = readToken(jws)
      if (token === null) return resolve(null)
      const { input, signature, claims } = token
      verify('sha256', input, keyOf(jwk), signature, (error, holds) =>
        resolve(error === null && holds ? claims : null),
      )
    } catch {
      resolve(null)
    }
  })
}

interface Token {
  /** What is signed (RFC 7515 section 5.1). */
  input: Buffer
  signature: Buffer
  /** Nothing, until the signature holds. */
  claims: Record<string, unknown> | null
}

function readToken(jws: string): Token | null {
  const [head = '', body = '', tail = '', ...more] = jws.split('.')
  const header = headerOf(head)
  // "crit" names rules that we would have to know; "b64" changes what is signed. We know neither.
  if (more.length > 0 || header?.alg !== 'ES256' || 'crit' in header || 'b64' in header) return null
  const signature = toDer(Buffer.from(tail, 'base64url'))
  return signature === null ? null : { input: Buffer.from(`${head}.${body}`), signature, claims: parse(body) }
}

const headers = new Map<string, Record<string, unknown> | null>()
const HEADERS_KEPT = 100

/** Most tokens of the world begin with one of a few headers. */
function headerOf(part: string): Record<string, unknown> | null {
  const known = headers.get(part)
  if (known !== undefined) return known
  const header = parse(part)
  if (headers.size < HEADERS_KEPT && part.length < 200) headers.set(part, header)
  return header
}

export function signEs256(claims: object, key: KeyObject, keyId: string): string {
  const text = `${encode({ alg: 'ES256', kid: keyId })}.${encode(claims)}`
  return `${text}.${signatureOf(text, key)}`
}

/** r and s of the signature over a signing input (RFC 7515 section 5.1), base64url. */
export function signatureOf(text: string, key: KeyObject): string {
  return fromDer(sign('sha256', Buffer.from(text), key)).toString('base64url')
}

/** Claims before verification: only to find the key, never to believe. */
export function unverifiedClaims(jws: string): Record<string, unknown> | null {
  try {
    return parse(jws.split('.')[1] ?? '')
  } catch {
    return null
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A token is read to find its key, and again to check it, with nothing in between. */
let latest: { part: string; value: Record<string, unknown> | null } = { part: '', value: null }

function parse(part: string): Record<string, unknown> | null {
  if (part === latest.part) return latest.value
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  latest = { part, value: isObject ? Object.freeze({ ...value }) : null }
  return latest.value
}
