/** Public keys of a bundle, and what they have signed. */
import { compactVerify, importJWK } from 'jose'
import { followHandovers, type TrustedKey } from '../contract/handovers.ts'
import type { EvidenceKeys } from './bundle.ts'

/** null where it is no ES256 public key. */
export async function publicKey(jwk: JsonWebKey | null): Promise<CryptoKey | null> {
  if (jwk === null) return null
  try {
    const { kty, crv, x, y } = jwk
    const key = await importJWK({ kty, crv, x, y, alg: 'ES256' } as Parameters<typeof importJWK>[0])
    return key instanceof CryptoKey ? key : null
  } catch {
    return null
  }
}

/** The backend's keys of a bundle; null where it has none. */
export async function receiptKeys({ receipt, handovers = [] }: EvidenceKeys): Promise<TrustedKey[] | null> {
  if (receipt === null || (await publicKey(receipt)) === null) return null
  return followHandovers(receipt, handovers)
}

/** Claims of a compact JWS whose signature holds, else null. Times are not checked: evidence is old by nature. */
export async function signedClaims(jws: string, key: CryptoKey): Promise<Record<string, unknown> | null> {
  try {
    const { payload } = await compactVerify(jws, key, { algorithms: ['ES256'] })
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
    return typeof claims === 'object' && claims !== null ? { ...claims } : null
  } catch {
    return null
  }
}
