/** Agents' tokens: issued, rotated and revoked by a device of the account. The token itself is shown once. */
import type { AgentAnswer, AgentRequest, AgentScope, AgentTokenAnswer } from '../../utils/contract/orders.ts'
import { newAgentToken } from '../auth/agent-token.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'

interface AgentRow {
  agent_id: string
  label: string
  scopes: AgentScope[]
  created_at: Date
  revoked_at: Date | null
}

const COLUMNS = 'agent_id, label, scopes, created_at, revoked_at'

export async function issueAgent(
  context: Context,
  tx: Sql,
  accountId: string,
  request: AgentRequest,
): Promise<AgentTokenAnswer> {
  const at = context.now()
  const agentId = newIdOf(accountId, 'agt')
  const token = newAgentToken(agentId)
  const [row] = await tx.query<AgentRow>(
    `INSERT INTO agent (account_id, agent_id, label, scopes, token_hash, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [accountId, agentId, request.label, [...new Set(request.scopes)], token.hash, new Date(at)],
  )
  await note(tx, {
    accountId,
    type: 'agent.issued',
    subject: agentId,
    agentId: null,
    data: { label: request.label },
    at,
  })
  return { ...answer(row), token: token.text }
}

export async function listAgents(context: Context, accountId: string): Promise<AgentAnswer[]> {
  const rows = await context.db.query<AgentRow>(
    `SELECT ${COLUMNS} FROM agent WHERE account_id = $1 ORDER BY created_at`,
    [accountId],
  )
  return rows.map(answer)
}

/** A new token for the same agent; the old one is dead at once. */
export async function rotateAgent(
  context: Context,
  accountId: string,
  agentId: string,
): Promise<AgentTokenAnswer> {
  const token = newAgentToken(agentId)
  return context.db.transaction(async (tx) => {
    const [row] = await tx.query<AgentRow>(
      `UPDATE agent SET token_hash = $3 WHERE account_id = $1 AND agent_id = $2 AND revoked_at IS NULL
        RETURNING ${COLUMNS}`,
      [accountId, agentId, token.hash],
    )
    if (row === undefined) throw new ProblemError('not_found')
    await noteChange(context, tx, accountId, 'agent.rotated', agentId)
    return { ...answer(row), token: token.text }
  })
}

export async function revokeAgent(
  context: Context,
  accountId: string,
  agentId: string,
): Promise<AgentAnswer> {
  return context.db.transaction(async (tx) => {
    const [row] = await tx.query<AgentRow>(
      `UPDATE agent SET revoked_at = coalesce(revoked_at, $3) WHERE account_id = $1 AND agent_id = $2
        RETURNING ${COLUMNS}`,
      [accountId, agentId, new Date(context.now())],
    )
    if (row === undefined) throw new ProblemError('not_found')
    await noteChange(context, tx, accountId, 'agent.revoked', agentId)
    return answer(row)
  })
}

function noteChange(
  context: Context,
  tx: Sql,
  accountId: string,
  type: string,
  subject: string,
): Promise<void> {
  return note(tx, { accountId, type, subject, agentId: null, data: {}, at: context.now() })
}

function answer(row: AgentRow | undefined): AgentAnswer {
  if (row === undefined) throw new Error('the agent was not written')
  return {
    agent_id: row.agent_id,
    label: row.label,
    scopes: row.scopes,
    created_at: row.created_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}
