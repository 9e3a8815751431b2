import type { LearnedEndpoint } from '../../utils/messages/page.ts'
import { t } from '../../utils/words/words.ts'

interface LearnedListProps {
  endpoints: readonly LearnedEndpoint[]
  busy: boolean
  onRemove: (endpoint: LearnedEndpoint) => void
}

/** What the shield has learned of shops' own payment addresses. Removing one takes protection away. */
export function LearnedList({ endpoints, busy, onRemove }: LearnedListProps) {
  if (endpoints.length === 0) return <p class="quiet small">{t('learned_none')}</p>
  return (
    <ul class="stack-tight" data-testid="learned">
      {endpoints.map((endpoint) => (
        <li key={endpoint.id} class="spread">
          <bdi class="small wrap">
            {endpoint.method.toUpperCase()} {endpoint.address}
          </bdi>
          <button
            type="button"
            class="button button-small"
            disabled={busy}
            aria-label={t('learned_remove_label', { address: endpoint.address })}
            onClick={() => onRemove(endpoint)}
          >
            {t('cap_remove')}
          </button>
        </li>
      ))}
    </ul>
  )
}
