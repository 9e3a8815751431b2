/** Who is asking, for merchants: `Authorization: Bearer cgm_<account>_<secret>`. */
import type { Database } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { newSecret, type Secret, secretFits } from './bearer.ts'

export interface MerchantPrincipal {
  kind: 'merchant'
  accountId: string
  name: string
  origin: string
  /** Hash of the key that was shown. */
  keyHash: Buffer
}

const KEY = /^Bearer (cgm_([0-9a-z]{20})_[\w-]{43})$/

export function newMerchantKey(accountId: string): Secret {
  return newSecret(`cgm_${accountId.slice('acc_'.length)}`)
}

export async function authenticateMerchant(db: Database, authorization: string): Promise<MerchantPrincipal> {
  const match = KEY.exec(authorization)
  if (match === null) throw new ProblemError('unauthenticated')
  const [, key = '', part = ''] = match
  const accountId = `acc_${part}`
  const [row] = await db.query<{ name: string; origin: string; key_hash: Buffer }>(
    'SELECT name, origin, key_hash FROM merchant WHERE account_id = $1 AND revoked_at IS NULL',
    [accountId],
    'find_merchant',
  )
  if (row === undefined || !secretFits(key, row.key_hash)) throw new ProblemError('key_unknown')
  return { kind: 'merchant', accountId, name: row.name, origin: row.origin, keyHash: row.key_hash }
}
