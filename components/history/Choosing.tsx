import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface ChoosingProps {
  count: number
  busy: boolean
  failure: Failure | null
  onDelete: () => void
  onCancel: () => void
}

/** While payments are ticked in the history: how many, and what to do with them. */
export function Choosing({ count, busy, failure, onDelete, onCancel }: ChoosingProps) {
  return (
    <section class="card stack-tight" data-testid="choosing" aria-label={t('choose_start')}>
      <p class="small quiet">{t('choose_text')}</p>
      <div class="row">
        <strong role="status">{t('choose_count', { count })}</strong>
        <button
          type="button"
          class="button button-small button-danger"
          disabled={busy || count === 0}
          onClick={onDelete}
        >
          {t('choose_delete')}
        </button>
        <button type="button" class="button button-small" onClick={onCancel}>
          {t('cancel')}
        </button>
      </div>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
    </section>
  )
}
