/**
 * Follows the backend's receipt key from the one that was pinned at pairing to those that it was handed over to, also
 * offline and years later: each statement is by the key before.
 */
import { compactVerify, importJWK } from 'jose'
import { HANDOVER_VCT } from './keys.ts'

/** A clock of another process may be behind by this much when a key is handed over. */
const LATE_S = 120

export interface TrustedKey {
  key: JsonWebKey
  /** Seconds since 1970 when it was handed over; null: it still signs. */
  until: number | null
}

/** The pinned key and those that follow from it by `handovers` (oldest first); others are left out. */
export async function followHandovers(
  pinned: JsonWebKey,
  handovers: readonly string[],
): Promise<TrustedKey[]> {
  const trusted: TrustedKey[] = [{ key: pinned, until: null }]
  for (const handover of handovers) {
    const last = trusted.at(-1)
    const claims = last === undefined ? null : await payloadBy(handover, last.key)
    if (last === undefined || claims === null || claims.vct !== HANDOVER_VCT) continue
    if (typeof claims.iat !== 'number' || typeof claims.key !== 'object' || claims.key === null) continue
    last.until = claims.iat
    trusted.push({ key: claims.key as JsonWebKey, until: null })
  }
  return trusted
}

/** Payload of a statement by one of the keys, at a time when it was that key's to make; null otherwise. */
export async function statementBy(
  jws: string,
  trusted: readonly TrustedKey[],
): Promise<Record<string, unknown> | null> {
  for (const { key, until } of trusted.toReversed()) {
    const payload = await payloadBy(jws, key)
    if (payload === null) continue
    const late = until !== null && !(typeof payload.iat === 'number' && payload.iat <= until + LATE_S)
    return late ? null : payload
  }
  return null
}

async function payloadBy(jws: string, jwk: JsonWebKey): Promise<Record<string, unknown> | null> {
  try {
    const { kty, crv, x, y } = jwk
    const key = await importJWK({ kty, crv, x, y, alg: 'ES256' } as Parameters<typeof importJWK>[0])
    const { payload } = await compactVerify(jws, key, { algorithms: ['ES256'] })
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
    return typeof claims === 'object' && claims !== null ? { ...claims } : null
  } catch {
    return null
  }
}
