import { useId, useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

const CHOICES = [30, 90, 365, 730]

interface ForgetProps {
  busy: boolean
  failure: Failure | null
  said: string | null
  onForget: (days: number) => void
}

/** Deletes by itself, or never. */
export function Retention({
  days,
  busy,
  failure,
  onChange,
}: {
  days: number | null
  busy: boolean
  failure: Failure | null
  onChange: (days: number | null) => void
}) {
  const id = useId()
  return (
    <div class="field" data-testid="retention">
      <label for={id}>{t('retention_label')}</label>
      <select
        id={id}
        value={days ?? ''}
        disabled={busy}
        onChange={(event) => {
          const { value } = event.currentTarget
          // What is set is shown, not what was asked for: a proof may still be refused.
          event.currentTarget.value = String(days ?? '')
          onChange(value === '' ? null : Number(value))
        }}
      >
        <option value="">{t('retention_never')}</option>
        {CHOICES.map((choice) => (
          <option key={choice} value={choice}>
            {t('days', { count: choice })}
          </option>
        ))}
      </select>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
    </div>
  )
}

/** Everything at once. */
export function Erase({
  busy,
  failure,
  onErase,
}: {
  busy: boolean
  failure: Failure | null
  onErase: () => void
}) {
  return (
    <div class="stack-tight" data-testid="erase">
      <p class="quiet small">{t('erase_text')}</p>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div class="row">
        <button type="button" class="button button-danger" disabled={busy} onClick={onErase}>
          {t('erase_now')}
        </button>
      </div>
    </div>
  )
}

/** Deletes what is over and older than the chosen age; it cannot be undone, so the factor is asked. */
export function Forget({ busy, failure, said, onForget }: ForgetProps) {
  const id = useId()
  const [days, setDays] = useState(365)
  return (
    <form
      class="stack"
      data-testid="forget"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) onForget(days)
      }}
    >
      <div class="field">
        <label for={id}>{t('forget_label')}</label>
        <select id={id} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {CHOICES.map((choice) => (
            <option key={choice} value={choice}>
              {t('days', { count: choice })}
            </option>
          ))}
        </select>
      </div>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div class="row">
        <button type="submit" class="button button-danger">
          {t('forget_now')}
        </button>
        <span role="status" class="small">
          {said ?? ''}
        </span>
      </div>
    </form>
  )
}
