/**
 * The backend's own private keys as they lie in the database: sealed with AES-256-GCM under a secret from outside it
 * (`CONSENT_GUARD_KEY_SECRET`), so that who reads the database or its backup cannot sign receipts. Without a secret
 * they lie open, and the start says so.
 */
import { createCipheriv, createDecipheriv, type JsonWebKey, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Database } from '../db/database.ts'

/** OWASP 2023: 2^17 for passwords; the secret here is a random one of 16 characters or more. */
const COST = 2 ** 15
const derive = promisify<string, Buffer, number, { N: number; maxmem: number }, Buffer>(scrypt)

export const SHORTEST_SECRET = 16
/** What is told on the channel of news when a signing key has followed another. */
export const KEYS_NEWS = 'keys'

/** What is wrong with the secret; the backend must not start with keys that it cannot open. */
export class KeySecretWrong extends Error {
  override name = 'KeySecretWrong'
}

interface Sealed {
  sealed: 'A256GCM'
  salt: string
  iv: string
  tag: string
  data: string
}

export type Purpose = 'receipt' | 'log'

interface KeyRow {
  key_id: string
  private_jwk: JsonWebKey | Sealed
}

/**
 * The key for a purpose; `fresh` is stored where there is none yet, the same for processes that start together. A key
 * that lies open is sealed as soon as there is a secret.
 */
export async function signingKey(
  db: Database,
  purpose: Purpose,
  fresh: { privateJwk: JsonWebKey; publicJwk: JsonWebKey },
  now: number,
  secret: string | null,
): Promise<{ keyId: string; privateJwk: JsonWebKey }> {
  if (secret !== null && secret.length < SHORTEST_SECRET) {
    throw new KeySecretWrong(`CONSENT_GUARD_KEY_SECRET needs ${SHORTEST_SECRET} characters or more`)
  }
  const kept = secret === null ? fresh.privateJwk : await seal(fresh.privateJwk, secret)
  await db.query(
    `INSERT INTO backend_key (purpose, key_id, private_jwk, public_jwk, created_at)
       VALUES ($1, '1', $2, $3, $4) ON CONFLICT DO NOTHING`,
    [purpose, JSON.stringify(kept), JSON.stringify(fresh.publicJwk), new Date(now)],
  )
  const [row] = await db.query<KeyRow>(
    'SELECT key_id, private_jwk FROM backend_key WHERE purpose = $1 ORDER BY key_id::int DESC LIMIT 1',
    [purpose],
  )
  if (row === undefined) throw new Error(`no ${purpose} key`)
  return { keyId: row.key_id, privateJwk: await opened(db, purpose, row, secret) }
}

/**
 * Puts a key in the place of `before`, with the old key's word for it, forgets the old private key, and tells every process. False where another
 * process was faster: its key is the one then.
 */
export async function succeedKey(
  db: Database,
  purpose: Purpose,
  before: string,
  next: { privateJwk: JsonWebKey; publicJwk: JsonWebKey; handover: string },
  now: number,
  secret: string | null,
): Promise<boolean> {
  const kept = secret === null ? next.privateJwk : await seal(next.privateJwk, secret)
  const rows = await db.query(
    `WITH made AS (
       INSERT INTO backend_key (purpose, key_id, private_jwk, public_jwk, created_at, handover)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1
     ), retired AS (
       UPDATE backend_key SET private_jwk = '{}' WHERE purpose = $1 AND key_id = $7 AND EXISTS (SELECT 1 FROM made)
     )
     SELECT pg_notify('consent_guard', '${KEYS_NEWS}') FROM made`,
    [
      purpose,
      nextKeyId(before),
      JSON.stringify(kept),
      JSON.stringify(next.publicJwk),
      new Date(now),
      next.handover,
      before,
    ],
  )
  return rows.length > 0
}

/** Keys of a purpose are counted, so that two rotations of the same key meet. */
export function nextKeyId(before: string): string {
  return String(Number(before) + 1)
}

async function opened(
  db: Database,
  purpose: string,
  row: KeyRow,
  secret: string | null,
): Promise<JsonWebKey> {
  if (isSealed(row.private_jwk)) {
    if (secret === null)
      throw new KeySecretWrong(`the ${purpose} key is sealed: set CONSENT_GUARD_KEY_SECRET`)
    return open(row.private_jwk, secret, purpose)
  }
  if (secret !== null) {
    const sealed = JSON.stringify(await seal(row.private_jwk, secret))
    await db.query(
      `UPDATE backend_key SET private_jwk = $3 WHERE purpose = $1 AND key_id = $2 AND NOT private_jwk ? 'sealed'`,
      [purpose, row.key_id, sealed],
    )
  }
  return row.private_jwk
}

function isSealed(value: JsonWebKey | Sealed): value is Sealed {
  return 'sealed' in value
}

async function seal(jwk: JsonWebKey, secret: string): Promise<Sealed> {
  const [salt, iv] = [randomBytes(16), randomBytes(12)]
  const cipher = createCipheriv(
    'aes-256-gcm',
    await derive(secret, salt, 32, { N: COST, maxmem: 96 * 1024 * 1024 }),
    iv,
  )
  const data = Buffer.concat([cipher.update(JSON.stringify(jwk), 'utf8'), cipher.final()])
  const text = (part: Buffer) => part.toString('base64url')
  return {
    sealed: 'A256GCM',
    salt: text(salt),
    iv: text(iv),
    tag: text(cipher.getAuthTag()),
    data: text(data),
  }
}

async function open(sealed: Sealed, secret: string, purpose: string): Promise<JsonWebKey> {
  const bytes = (part: string) => Buffer.from(part, 'base64url')
  try {
    const key = await derive(secret, bytes(sealed.salt), 32, { N: COST, maxmem: 96 * 1024 * 1024 })
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(sealed.iv))
    decipher.setAuthTag(bytes(sealed.tag))
    const plain = Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()])
    return JSON.parse(plain.toString('utf8'))
  } catch {
    throw new KeySecretWrong(`CONSENT_GUARD_KEY_SECRET does not open the ${purpose} key`)
  }
}
