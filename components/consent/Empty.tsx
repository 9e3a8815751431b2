import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'

/** Nothing to decide yet, or at all, or the ledger cannot be read: then nothing can be approved either. */
export function Empty({ kind }: { kind: 'nothing' | 'failed' }) {
  return (
    <main class="empty" data-testid="consent-empty">
      <div class="result-mark">
        <Icon name={kind === 'failed' ? 'stop' : 'shield'} />
      </div>
      <h1>{t(`empty_${kind}_heading`)}</h1>
      <p class="quiet">{t(`empty_${kind}_text`)}</p>
    </main>
  )
}
