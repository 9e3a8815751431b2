import { useEffect, useState } from 'preact/hooks'
import { AgentList } from '../../components/agents/AgentList.tsx'
import { IssueAgent } from '../../components/agents/IssueAgent.tsx'
import { NewToken } from '../../components/agents/NewToken.tsx'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { AgentAnswer, AgentRequest } from '../../utils/contract/orders.ts'
import type { BackendPairing, IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

interface AgentSectionProps {
  backend: BackendPairing | null
  identity: IdentityView | null
}

/** Tokens of agents: issued with the factor, revoked without. The token lives in this page only, until it is left. */
export function AgentSection({ backend, identity }: AgentSectionProps) {
  const guarded = useGuarded(identity)
  const [agents, setAgents] = useState<AgentAnswer[] | 'failed' | null>(null)
  const [issued, setIssued] = useState<{ label: string; token: string } | null>(null)
  const url = backend?.url ?? null

  async function load() {
    const answer = await send('agents', {})
    setAgents(answer.ok ? answer.value.agents : 'failed')
  }
  useEffect(() => {
    if (url !== null) void load()
  }, [url])

  if (url === null) return <p class="quiet">{t('agents_unpaired')}</p>

  function issue(agent: AgentRequest) {
    setIssued(null)
    guarded.run({
      purpose: t('purpose_issue_agent', { name: agent.label }),
      digest: () => actionDigest({ command: 'issue-agent', agent }),
      send: async (proof) => {
        const answer = await send('issue-agent', { agent, proof })
        if (answer.ok) setIssued({ label: agent.label, token: answer.value.token })
        return answer
      },
      onDone: () => void load(),
    })
  }

  async function revoke(agentId: string) {
    await send('revoke-agent', { agentId })
    await load()
  }

  return (
    <>
      {agents === 'failed' && (
        <p class="alert" role="alert">
          {t('agents_failed')}
        </p>
      )}
      {Array.isArray(agents) && (
        <AgentList agents={agents} busy={guarded.busy} onRevoke={(agentId) => void revoke(agentId)} />
      )}
      {issued !== null && <NewToken url={url} token={issued.token} label={issued.label} />}
      <IssueAgent busy={guarded.busy} failure={guarded.failure} onIssue={issue} />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
