/**
 * Tokens of agents, kept by the backend. A new one widens who may ask, so it needs the factor; revoking does not. The
 * token passes through to the page that shows it and is written nowhere.
 */
import { actionDigest } from '../../utils/contract/action.ts'
import type { AgentAnswer, AgentRequest } from '../../utils/contract/orders.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import type { BackendAnswer } from '../../utils/forward/backend.ts'
import type { Wallet } from '../../utils/forward/wallet.ts'
import { checkProof } from '../../utils/identity/identity.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import type { Proof } from '../../utils/messages/page.ts'
import { alone, db, now, wallet } from './services.ts'

export async function listAgents(): Promise<{ agents: AgentAnswer[] }> {
  return { agents: valueFrom(await (await paired()).agents()) }
}

export function issueAgent(agent: AgentRequest, proof: Proof | null): Promise<{ token: string }> {
  return alone('agents', async () => {
    const service = await paired()
    await checkProof(db, proof, await actionDigest({ command: 'issue-agent', agent }), now())
    const issued = valueFrom(await service.issueAgent(agent, crypto.randomUUID()))
    await note('agent.issued', { agent: issued.agent_id, label: agent.label })
    return { token: issued.token }
  })
}

export function revokeAgent(agentId: string): Promise<void> {
  return alone('agents', async () => {
    valueFrom(await (await paired()).revokeAgent(agentId))
    await note('agent.revoked', { agent: agentId })
  })
}

async function paired(): Promise<Wallet> {
  const service = await wallet()
  if (service === null) throw new Refusal('backend_unreachable', 'no backend is paired')
  return service
}

function valueFrom<T>(answer: BackendAnswer<T>): T {
  if (answer.kind === 'ok') return answer.value
  throw new Refusal(answer.kind === 'refused' ? 'backend_refused' : 'backend_unreachable', answer.detail)
}

async function note(event: string, data: Record<string, string>): Promise<void> {
  await db.transaction('rw', db.log, () => appendLog(db, now(), { event, attemptId: null, data }))
}
