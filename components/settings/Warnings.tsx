import { useId, useState } from 'preact/hooks'
import { DEFAULTS, type Thresholds } from '../../utils/risk/thresholds.ts'
import { TUNABLE, TUNABLE_RULES } from '../../utils/risk/tunable.ts'
import type { Settings } from '../../utils/settings/settings.ts'
import { t, type WordKey } from '../../utils/words/words.ts'
import './warnings.css'

type Risk = NonNullable<Settings['risk']>

interface WarningsProps {
  risk: Risk
  busy: boolean
  onSave: (risk: Risk) => void
}

/** What each number says, after it. */
const UNITS: Record<keyof Thresholds, WordKey> = {
  attempts10Minutes: 'tune_ten_minutes',
  attemptsHour: 'tune_hour',
  attemptsDay: 'tune_day',
  agentAttempts10Minutes: 'tune_ten_minutes',
  ordersForUsual: 'tune_orders',
  timesLargest: 'tune_times',
  largeFirst: 'tune_first',
  cartPercent: 'tune_above',
  pricePercent: 'tune_above',
  feePercent: 'tune_share',
  quantity: 'tune_pieces',
  quantityTimes: 'tune_times_most',
  nightFrom: 'tune_from',
  nightTo: 'tune_to',
  failedDay: 'tune_failed',
  testingUpTo: 'tune_up_to',
}

/** Which warnings the person wants, and from where on. */
export function Warnings({ risk, busy, onSave }: WarningsProps) {
  const id = useId()
  const [muted, setMuted] = useState<readonly string[]>(risk.muted ?? [])
  const [own, setOwn] = useState<Partial<Thresholds>>(risk.thresholds ?? {})

  function tune(name: keyof Thresholds, text: string) {
    const { [name]: _, ...others } = own
    const number = Number(text)
    const usual = text.trim() === '' || !Number.isFinite(number) || number === DEFAULTS[name]
    setOwn(usual ? others : { ...others, [name]: number })
  }

  return (
    <form
      class="warnings stack-tight"
      data-testid="warnings"
      onSubmit={(event) => {
        event.preventDefault()
        onSave({ muted, thresholds: own })
      }}
    >
      {TUNABLE_RULES.map((rule) => {
        const wanted = !muted.includes(rule)
        return (
          <div class="stack-tight" key={rule}>
            <label class="check" id={`${id}-${rule}`}>
              <input
                type="checkbox"
                checked={wanted}
                onChange={() => setMuted(wanted ? [...muted, rule] : muted.filter((one) => one !== rule))}
              />
              {t(`rule_${rule}`)}
            </label>
            {wanted &&
              TUNABLE[rule].map((name) => (
                <div class="row small" key={name}>
                  <input
                    id={`${id}-${name}`}
                    type="number"
                    aria-describedby={`${id}-${rule}`}
                    min="0"
                    max="1000000"
                    value={own[name] ?? DEFAULTS[name]}
                    onChange={(event) => tune(name, event.currentTarget.value)}
                  />
                  <label for={`${id}-${name}`}>{t(UNITS[name])}</label>
                </div>
              ))}
          </div>
        )
      })}
      <div class="row">
        <button type="submit" class="button" disabled={busy}>
          {t('save')}
        </button>
      </div>
    </form>
  )
}
