import { useId, useState } from 'preact/hooks'
import { MYSELF_MINUTES } from '../../utils/policy/myself.ts'
import { t } from '../../utils/words/words.ts'

interface MyselfFormProps {
  site: string
  /** Milliseconds that it still runs; null where it does not. */
  left: number | null
  busy: boolean
  onBegin: (minutes: number) => void
  onStop: () => void
}

/** "I'm buying this myself", and while it runs how long still, with the way to stop it. */
export function MyselfForm({ site, left, busy, onBegin, onStop }: MyselfFormProps) {
  const id = useId()
  const [minutes, setMinutes] = useState<number>(MYSELF_MINUTES[1])
  if (left !== null) {
    return (
      <div class="stack-tight" data-testid="myself-running">
        <p role="timer">{t('myself_on', { site, left: clock(left) })}</p>
        <div>
          <button type="button" class="button button-small button-danger" onClick={onStop}>
            {t('myself_stop')}
          </button>
        </div>
      </div>
    )
  }
  return (
    <div class="stack-tight" data-testid="myself">
      <h3>{t('myself_heading')}</h3>
      <p class="small quiet">{t('myself_text', { site })}</p>
      <div class="row">
        <label class="small" for={`${id}-minutes`}>
          {t('myself_minutes')}
        </label>
        <select
          id={`${id}-minutes`}
          class="grow"
          value={minutes}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
        >
          {MYSELF_MINUTES.map((choice) => (
            <option key={choice} value={choice}>
              {t('minutes', { count: choice })}
            </option>
          ))}
        </select>
        <button type="button" class="button button-small" disabled={busy} onClick={() => onBegin(minutes)}>
          {t('myself_start')}
        </button>
      </div>
    </div>
  )
}

/** "14:05". */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
