import { useId, useState } from 'preact/hooks'
import { fromDecimal, parseMoney, toDecimal, toWire } from '../../utils/money/money.ts'
import type { Settings, SettingsChange } from '../../utils/settings/settings.ts'
import { LOCALES, t } from '../../utils/words/words.ts'
import { plainDecimal } from '../caps/plainDecimal.ts'

interface GuardSettingsProps {
  settings: Settings
  currency: string
  busy: boolean
  onChange: (change: SettingsChange) => void
}

/** What happens at sites without a cap, and below which amount a press is enough. */
export function GuardSettings({ settings, currency, busy, onChange }: GuardSettingsProps) {
  const id = useId()
  const limit = parseMoney(settings.freeBelow?.find((one) => one.currency === currency))
  const [text, setText] = useState(limit === null ? '' : toDecimal(limit))
  const [wrong, setWrong] = useState(false)

  function save() {
    const others = (settings.freeBelow ?? []).filter((one) => one.currency !== currency)
    if (text.trim() === '') return onChange({ freeBelow: others })
    const amount = fromDecimal(plainDecimal(text), currency)
    if (amount === null || amount.amount < 0n) return setWrong(true)
    onChange({ freeBelow: [...others, toWire(amount)] })
  }

  return (
    <div class="stack">
      <div class="field">
        <label for={`${id}-new`}>{t('new_sites_label')}</label>
        <select
          id={`${id}-new`}
          value={settings.newSites ?? 'ask'}
          disabled={busy}
          onChange={(event) =>
            onChange({ newSites: event.currentTarget.value === 'refuse' ? 'refuse' : 'ask' })
          }
        >
          <option value="ask">{t('new_sites_ask')}</option>
          <option value="refuse">{t('new_sites_refuse')}</option>
        </select>
      </div>
      <form
        class="stack-tight"
        data-testid="threshold"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <div class="field">
          <label for={`${id}-below`}>
            {t('threshold_label')} <bdi>({currency})</bdi>
          </label>
          <input
            id={`${id}-below`}
            class="number"
            inputMode="decimal"
            autocomplete="off"
            value={text}
            aria-invalid={wrong}
            aria-describedby={`${id}-hint`}
            onInput={(event) => {
              setText(event.currentTarget.value)
              setWrong(false)
            }}
          />
          <p class="small quiet" id={`${id}-hint`}>
            {t('threshold_text')} {settings.backend !== null && t('threshold_backend')}
          </p>
          {wrong && (
            <p class="alert" role="alert">
              {t('cap_amount_wrong', { currency })}
            </p>
          )}
        </div>
        <div>
          <button type="submit" class="button" disabled={busy}>
            {t('save')}
          </button>
        </div>
      </form>
    </div>
  )
}

/** Each language by its own name. */
export function LanguageChoice({ value, onChoose }: { value: string; onChoose: (locale: string) => void }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{t('language_label')}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{t('language_auto')}</option>
        {LOCALES.map((locale) => (
          <option key={locale} value={locale} lang={locale}>
            {new Intl.DisplayNames([locale], { type: 'language' }).of(locale)}
          </option>
        ))}
      </select>
    </div>
  )
}
