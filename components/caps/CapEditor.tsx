import { useId, useState } from 'preact/hooks'
import { CAP_WINDOWS, type Cap, type CapScope, type CapWindow } from '../../utils/caps/cap.ts'
import type { CapInput } from '../../utils/messages/page.ts'
import { allCurrencies } from '../../utils/money/currencies.ts'
import { fromDecimal, toDecimal, toWire } from '../../utils/money/money.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

interface CapEditorProps {
  /** The cap to change, or null for a new one. */
  cap: Cap | null
  scope: CapScope
  currency: string
  busy: boolean
  failure: Failure | null
  onSave: (input: CapInput) => void
  onCancel: () => void
}

/** Sets or changes one cap. The amount is read exactly or not at all: "12,3456" is an error, never 12. */
export function CapEditor({ cap, scope, currency, busy, failure, onSave, onCancel }: CapEditorProps) {
  const id = useId()
  const [amount, setAmount] = useState(cap === null ? '' : toDecimal(cap.limit))
  const [unit, setUnit] = useState(cap?.limit.currency ?? currency)
  const [window, setWindow] = useState<CapWindow>(cap?.window ?? 'month')
  const [wrong, setWrong] = useState(false)

  function save() {
    const limit = fromDecimal(plainDecimal(amount), unit)
    if (limit === null || limit.amount < 0n) return setWrong(true)
    onSave({ id: cap?.id ?? null, scope: cap?.scope ?? scope, window, limit: toWire(limit) })
  }

  return (
    <form
      class="cap-editor stack"
      data-testid="cap-editor"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) save()
      }}
    >
      <div class="cap-editor-fields">
        <div class="field">
          <label for={`${id}-amount`}>{t('cap_amount')}</label>
          <input
            id={`${id}-amount`}
            class="number"
            inputMode="decimal"
            autocomplete="off"
            value={amount}
            aria-invalid={wrong}
            aria-describedby={wrong ? `${id}-wrong` : undefined}
            onInput={(event) => {
              setAmount(event.currentTarget.value)
              setWrong(false)
            }}
          />
        </div>
        <div class="field">
          <label for={`${id}-currency`}>{t('cap_currency')}</label>
          <select
            id={`${id}-currency`}
            value={unit}
            disabled={cap !== null}
            onChange={(event) => setUnit(event.currentTarget.value)}
          >
            {allCurrencies().map((code) => (
              <option key={code} value={code}>
                {code}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for={`${id}-window`}>{t('cap_window')}</label>
          <select
            id={`${id}-window`}
            value={window}
            disabled={cap !== null}
            onChange={(event) => {
              const chosen = CAP_WINDOWS.find((known) => known === event.currentTarget.value)
              if (chosen !== undefined) setWindow(chosen)
            }}
          >
            {CAP_WINDOWS.map((known) => (
              <option key={known} value={known}>
                {t(`window_${known}`)}
              </option>
            ))}
          </select>
        </div>
      </div>
      {wrong && (
        <p class="alert" id={`${id}-wrong`} role="alert">
          {t('cap_amount_wrong', { currency: unit })}
        </p>
      )}
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div class="row">
        <button type="submit" class="button button-primary button-small" aria-disabled={busy}>
          {t('cap_save')}
        </button>
        <button type="button" class="button button-small" onClick={onCancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  )
}

/** "12,50" as people write it in half of the world; grouping signs are not guessed at. */
function plainDecimal(text: string): string {
  const trimmed = text.trim()
  return /^\d+,\d{1,4}$/.test(trimmed) ? trimmed.replace(',', '.') : trimmed
}
