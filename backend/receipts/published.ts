/** The backend's public keys, old ones too: what they signed must be verifiable for as long as it matters. */
import type { PublishedKey } from '../../utils/contract/keys.ts'
import type { Sql } from '../db/database.ts'
import type { Purpose } from './signing-keys.ts'

interface Row {
  purpose: Purpose
  key_id: string
  public_jwk: { kty: string; crv: string; x: string; y?: string }
  created_at: Date
  retired_at: Date | null
  handover: string | null
}

/** Oldest first; null: of every purpose. */
export async function publishedKeys(sql: Sql, purpose: Purpose | null): Promise<PublishedKey[]> {
  const rows = await sql.query<Row>(
    `SELECT purpose, key_id, public_jwk, created_at, handover,
            lead(created_at) OVER (PARTITION BY purpose ORDER BY key_id::int) AS retired_at
       FROM backend_key WHERE $1::text IS NULL OR purpose = $1 ORDER BY purpose DESC, key_id::int`,
    [purpose],
  )
  return rows.map(({ public_jwk: { kty, crv, x, y }, ...row }) => ({
    kty,
    crv,
    x,
    ...(y === undefined ? {} : { y }),
    kid: row.purpose === 'receipt' ? row.key_id : `log-${row.key_id}`,
    alg: row.purpose === 'receipt' ? 'ES256' : 'EdDSA',
    use: 'sig',
    purpose: row.purpose,
    created_at: row.created_at.toISOString(),
    retired_at: row.retired_at?.toISOString() ?? null,
    handover: row.handover,
  }))
}
