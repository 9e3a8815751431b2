/**
 * Who is asking, for agents: `Authorization: Bearer cga_<account>_<agent>_<secret>`. A token can ask, change its mind
 * and look; there is no scope that approves, and none that writes a cap.
 */
import type { AgentScope } from '../../utils/contract/orders.ts'
import type { Database } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { newSecret, type Secret, secretFits } from './bearer.ts'

export interface AgentPrincipal {
  kind: 'agent'
  accountId: string
  agentId: string
  label: string
  scopes: AgentScope[]
}

const TOKEN = /^Bearer (cga_([0-9a-z]{20})_([0-9a-z]{20})_[\w-]{43})$/

export function newAgentToken(agentId: string): Secret {
  return newSecret(`cga_${agentId.slice('agt_'.length)}`)
}

export async function authenticateAgent(db: Database, authorization: string): Promise<AgentPrincipal> {
  const match = TOKEN.exec(authorization)
  if (match === null) throw new ProblemError('unauthenticated')
  const [, token = '', account = '', own = ''] = match
  const accountId = `acc_${account}`
  const agentId = `agt_${account}_${own}`
  const [row] = await db.query<{ label: string; scopes: AgentScope[]; token_hash: Buffer }>(
    `SELECT label, scopes, token_hash FROM agent
      WHERE account_id = $1 AND agent_id = $2 AND revoked_at IS NULL`,
    [accountId, agentId],
    'find_agent',
  )
  if (row === undefined || !secretFits(token, row.token_hash)) throw new ProblemError('key_unknown')
  return { kind: 'agent', accountId, agentId, label: row.label, scopes: row.scopes }
}
