/** Who is asking, for a person's other device: `Authorization: Bearer cgp_<account>_<own>_<secret>`. */
import type { Database } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { newSecret, type Secret, secretFits } from './bearer.ts'

export interface ApproverPrincipal {
  kind: 'approver'
  accountId: string
  approverId: string
}

const KEY = /^Bearer (cgp_([0-9a-z]{20})_([0-9a-z]{20})_[\w-]{43})$/

export function newApproverKey(approverId: string): Secret {
  return newSecret(`cgp_${approverId.slice('apr_'.length)}`)
}

/** The key lets a device see what waits and reject it. Approving needs its passkey besides. */
export async function authenticateApprover(db: Database, authorization: string): Promise<ApproverPrincipal> {
  const match = KEY.exec(authorization)
  if (match === null) throw new ProblemError('unauthenticated')
  const [, key = '', account = '', own = ''] = match
  const [accountId, approverId] = [`acc_${account}`, `apr_${account}_${own}`]
  const [row] = await db.query<{ key_hash: Buffer }>(
    'SELECT key_hash FROM approver WHERE account_id = $1 AND approver_id = $2 AND revoked_at IS NULL',
    [accountId, approverId],
    'find_approver',
  )
  if (row === undefined || !secretFits(key, row.key_hash)) throw new ProblemError('key_unknown')
  return { kind: 'approver', accountId, approverId }
}
