/** Who is asking, for operators: `Authorization: Bearer cgo_<id>_<secret>`. Issued on the command line only. */
import type { Database } from '../db/database.ts'
import { randomText } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { newSecret, secretFits } from './bearer.ts'

export interface OperatorPrincipal {
  kind: 'operator'
  operatorId: string
}

const KEY = /^Bearer (cgo_([0-9a-z]{20})_[\w-]{43})$/

export async function issueOperatorKey(
  db: Database,
  now: number,
  label: string,
): Promise<{ id: string; key: string }> {
  const own = randomText(20)
  const secret = newSecret(`cgo_${own}`)
  const id = `opr_${own}`
  await db.query('INSERT INTO operator (operator_id, label, key_hash, created_at) VALUES ($1, $2, $3, $4)', [
    id,
    label,
    secret.hash,
    new Date(now),
  ])
  return { id, key: secret.text }
}

/** False where no such key is alive. Rotation is a new key and then this. */
export async function revokeOperatorKey(db: Database, now: number, id: string): Promise<boolean> {
  const rows = await db.query(
    'UPDATE operator SET revoked_at = $2 WHERE operator_id = $1 AND revoked_at IS NULL RETURNING 1',
    [id, new Date(now)],
  )
  return rows.length > 0
}

export async function authenticateOperator(db: Database, authorization: string): Promise<OperatorPrincipal> {
  const match = KEY.exec(authorization)
  if (match === null) throw new ProblemError('unauthenticated')
  const [, key = '', own = ''] = match
  const [row] = await db.query<{ key_hash: Buffer }>(
    'SELECT key_hash FROM operator WHERE operator_id = $1 AND revoked_at IS NULL',
    [`opr_${own}`],
    'find_operator',
  )
  if (row === undefined || !secretFits(key, row.key_hash)) throw new ProblemError('key_unknown')
  return { kind: 'operator', operatorId: `opr_${own}` }
}
