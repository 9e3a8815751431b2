/** What the person has called an agent. Asked of the backend once for each agent and worker. */
import type { Wallet } from '../../../utils/forward/wallet.ts'

const names = new Map<string, string>()

/** null: the person asked through another device, or the name cannot be had now. */
export async function agentName(service: Wallet, agentId: string | null): Promise<string | null> {
  if (agentId === null) return null
  const known = names.get(agentId)
  if (known !== undefined) return known
  const answer = await service.agents()
  if (answer.kind === 'ok') for (const agent of answer.value) names.set(agent.agent_id, agent.label)
  // A name that cannot be had must not hide the order; caps of an agent go by its id then.
  return names.get(agentId) ?? agentId
}
