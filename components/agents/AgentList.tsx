import type { AgentAnswer } from '../../utils/contract/orders.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'
import { scopeText } from './scopes.ts'

interface AgentListProps {
  agents: readonly AgentAnswer[]
  busy: boolean
  onRevoke: (agentId: string) => void
}

/** Who may ask for payments, and what each may do. */
export function AgentList({ agents, busy, onRevoke }: AgentListProps) {
  const date = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' })
  if (agents.length === 0) return <p class="quiet">{t('agents_none')}</p>
  return (
    <ul class="stack agent-list" data-testid="agents">
      {agents.map((agent) => (
        <li key={agent.agent_id} class="spread">
          <div class="stack-tight">
            <strong class="wrap">
              <Icon name="agent" /> <bdi>{agent.label}</bdi>
            </strong>
            <span class="small quiet wrap">{agent.scopes.map(scopeText).join(' · ')}</span>
            <span class="small quiet">
              {agent.revoked_at === null
                ? t('agent_since', { when: date.format(Date.parse(agent.created_at)) })
                : t('agent_revoked', { when: date.format(Date.parse(agent.revoked_at)) })}
            </span>
          </div>
          {agent.revoked_at === null && (
            <button
              type="button"
              class="button button-small button-danger"
              disabled={busy}
              aria-label={`${t('agent_revoke')}: ${agent.label}`}
              onClick={() => onRevoke(agent.agent_id)}
            >
              {t('agent_revoke')}
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
