import { useId, useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface HoldSettingsProps {
  holdSeconds: number
  zone: string
  outcome: 'saved' | Failure | null
  onSave: (changed: { holdSeconds: number; zone: string }) => void
}

const HOLD_CHOICES = [60, 180, 300, 600, 1_200, 3_600]

/** How long a payment may wait, and whose midnight ends a day. */
export function HoldSettings({ holdSeconds, zone, outcome, onSave }: HoldSettingsProps) {
  const id = useId()
  const [seconds, setSeconds] = useState(holdSeconds)
  const [place, setPlace] = useState(zone)
  const choices = [...new Set([...HOLD_CHOICES, holdSeconds])].sort((a, b) => a - b)
  const zones = [...new Set([zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort()
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        onSave({ holdSeconds: seconds, zone: place })
      }}
    >
      <div class="field">
        <label for={`${id}-hold`}>{t('hold_label')}</label>
        <select
          id={`${id}-hold`}
          value={seconds}
          onChange={(event) => setSeconds(Number(event.currentTarget.value))}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice < 60
                ? t('seconds', { count: choice })
                : t('minutes', { count: Math.round(choice / 60) })}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-zone`}>{t('zone_label')}</label>
        <select id={`${id}-zone`} value={place} onChange={(event) => setPlace(event.currentTarget.value)}>
          {zones.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <p class="small quiet">{t('zone_hint')}</p>
      </div>
      <div class="row">
        <button type="submit" class="button">
          {t('save')}
        </button>
        <span role="status" class="small">
          {outcome === 'saved' ? t('saved') : outcome === null ? '' : failureSentence(outcome)}
        </span>
      </div>
    </form>
  )
}
