/** Verifies compact ES256 signatures. Parsing a key costs more than using it, so parsed keys are kept. */
import { compactVerify, importJWK, type CryptoKey as JoseKey, type JWK } from 'jose'

const KEPT = 10_000
const keys = new Map<string, JoseKey>()

async function keyOf(jwk: JWK): Promise<JoseKey> {
  const name = `${jwk.x}.${jwk.y}`
  const kept = keys.get(name)
  if (kept !== undefined) return kept
  const key = await importJWK({ kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '' }, 'ES256')
  if (key instanceof Uint8Array) throw new TypeError('not an EC key')
  const oldest = keys.size >= KEPT ? keys.keys().next().value : undefined
  if (oldest !== undefined) keys.delete(oldest)
  keys.set(name, key)
  return key
}

/** Whether the JWK is a point on P-256 at all. */
export async function isVerifyKey(jwk: JWK): Promise<boolean> {
  return keyOf(jwk).then(
    () => true,
    () => false,
  )
}

/** The payload, or null where the signature is not by this key. */
export async function verifyEs256(jws: string, jwk: JWK): Promise<Record<string, unknown> | null> {
  try {
    const { payload } = await compactVerify(jws, await keyOf(jwk), { algorithms: ['ES256'] })
    return asRecord(JSON.parse(new TextDecoder().decode(payload)))
  } catch {
    return null
  }
}

/** Claims before verification: only to find the key, never to believe. */
export function unverifiedClaims(jws: string): Record<string, unknown> | null {
  try {
    const part = jws.split('.')[1]
    return part === undefined ? null : asRecord(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')))
  } catch {
    return null
  }
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}
