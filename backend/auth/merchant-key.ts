/** Who is asking, for merchants: `Authorization: Bearer <key>`. Only the key's hash is kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'

export interface MerchantPrincipal {
  kind: 'merchant'
  accountId: string
  name: string
  origin: string
}

const KEY = /^Bearer (cgm_([0-9a-z]{20})_[\w-]{43})$/

export function newMerchantKey(accountId: string): { key: string; hash: Buffer } {
  const key = `cgm_${accountId.slice('acc_'.length)}_${randomBytes(32).toString('base64url')}`
  return { key, hash: hashOf(key) }
}

export async function authenticateMerchant(
  db: Database,
  authorization: string | undefined,
): Promise<MerchantPrincipal> {
  const match = KEY.exec(authorization ?? '')
  if (match === null) throw new ProblemError('unauthenticated')
  const [, key = '', part = ''] = match
  const accountId = `acc_${part}`
  const [row] = await db.query<{ name: string; origin: string; key_hash: Buffer }>(
    'SELECT name, origin, key_hash FROM merchant WHERE account_id = $1 AND revoked_at IS NULL',
    [accountId],
    'find_merchant',
  )
  if (row === undefined || !timingSafeEqual(row.key_hash, hashOf(key))) throw new ProblemError('key_unknown')
  return { kind: 'merchant', accountId, name: row.name, origin: row.origin }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
