import { useId, useState } from 'preact/hooks'
import { AGENT_SCOPES, type AgentRequest, type AgentScope } from '../../utils/contract/orders.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'
import { scopeText } from './scopes.ts'

interface IssueAgentProps {
  busy: boolean
  failure: Failure | null
  onIssue: (agent: AgentRequest) => void
}

/** A token for an agent. Nothing here can let an agent approve or write a cap: there is no such scope. */
export function IssueAgent({ busy, failure, onIssue }: IssueAgentProps) {
  const id = useId()
  const [label, setLabel] = useState('')
  const [scopes, setScopes] = useState<readonly AgentScope[]>(AGENT_SCOPES)
  return (
    <form
      class="stack"
      data-testid="issue-agent"
      onSubmit={(event) => {
        event.preventDefault()
        if (busy || scopes.length === 0) return
        onIssue({ label: label.trim(), scopes: [...scopes] })
        setLabel('')
      }}
    >
      <div class="field">
        <label for={id}>{t('agent_name')}</label>
        <input
          id={id}
          required
          maxLength={60}
          pattern=".*\S.*"
          value={label}
          placeholder="Claude Code"
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
      </div>
      <fieldset class="stack-tight agent-scopes">
        <legend>{t('agent_may')}</legend>
        {AGENT_SCOPES.map((scope) => (
          <label key={scope} class="check">
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={(event) => {
                const on = event.currentTarget.checked
                setScopes(AGENT_SCOPES.filter((known) => (known === scope ? on : scopes.includes(known))))
              }}
            />
            <span>{scopeText(scope)}</span>
          </label>
        ))}
      </fieldset>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div>
        <button type="submit" class="button" aria-disabled={busy || scopes.length === 0}>
          {t('agent_issue')}
        </button>
      </div>
    </form>
  )
}
