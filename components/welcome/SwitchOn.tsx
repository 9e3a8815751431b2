import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface SwitchOnProps {
  kind: 'pin' | 'passkey'
  busy: boolean
  failure: Failure | null
  onSwitchOn: () => void
  onBack: () => void
}

/** Step 3: nothing is guarded, and nothing passes, before this button. */
export function SwitchOn({ kind, busy, failure, onSwitchOn, onBack }: SwitchOnProps) {
  return (
    <>
      <p>{t(`switch_on_text_${kind}`)}</p>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div class="row">
        <button
          type="button"
          class="button button-primary"
          data-testid="switch-on"
          aria-disabled={busy}
          onClick={() => !busy && onSwitchOn()}
        >
          {t('switch_on')}
        </button>
        <button type="button" class="button" onClick={onBack}>
          {t('back')}
        </button>
      </div>
    </>
  )
}
