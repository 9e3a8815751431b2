import { useId, useState } from 'preact/hooks'
import {
  CAP_WINDOWS,
  type Cap,
  type CapScope,
  type CapWindow,
  isSlidingHours,
  MAX_SLIDING_HOURS,
  ORDERS,
} from '../../utils/caps/cap.ts'
import type { CapInput } from '../../utils/messages/page.ts'
import { allCurrencies } from '../../utils/money/currencies.ts'
import { fromDecimal, type Money, money, toDecimal, toWire } from '../../utils/money/money.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'
import { plainDecimal } from './plainDecimal.ts'

const WINDOWS: readonly CapWindow[] = [...CAP_WINDOWS, 'sliding']

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
  const [amount, setAmount] = useState(cap === null ? '' : plainLimit(cap))
  const [unit, setUnit] = useState(cap?.limit.currency ?? currency)
  const [window, setWindow] = useState<CapWindow>(cap?.window ?? 'month')
  const [hours, setHours] = useState(cap?.hours ?? 24)
  const [wrong, setWrong] = useState(false)

  function save() {
    const limit = unit === ORDERS ? countOf(amount) : fromDecimal(plainDecimal(amount), unit)
    if (limit === null || limit.amount < 0n) return setWrong(true)
    if (window === 'sliding' && !isSlidingHours(hours)) return
    onSave({
      id: cap?.id ?? null,
      scope: cap?.scope ?? scope,
      window,
      ...(window === 'sliding' ? { hours } : {}),
      limit: toWire(limit),
    })
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
            <option value={ORDERS}>{t('cap_unit_orders')}</option>
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
              const chosen = WINDOWS.find((known) => known === event.currentTarget.value)
              if (chosen !== undefined) setWindow(chosen)
            }}
          >
            {WINDOWS.map((known) => (
              <option key={known} value={known}>
                {t(`window_${known}`)}
              </option>
            ))}
          </select>
        </div>
        {window === 'sliding' && (
          <div class="field">
            <label for={`${id}-hours`}>{t('cap_hours')}</label>
            <input
              id={`${id}-hours`}
              type="number"
              min={1}
              max={MAX_SLIDING_HOURS}
              step={1}
              required
              value={hours}
              disabled={cap !== null}
              onInput={(event) => setHours(event.currentTarget.valueAsNumber)}
            />
          </div>
        )}
      </div>
      {wrong && (
        <p class="alert" id={`${id}-wrong`} role="alert">
          {t('cap_amount_wrong', { currency: unit === ORDERS ? t('cap_unit_orders') : unit })}
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

/** A whole number of orders, at most a million; null for anything else. */
function countOf(text: string): Money | null {
  return /^\d{1,6}$/.test(text.trim()) ? money(BigInt(text.trim()), ORDERS) : null
}

function plainLimit(cap: Cap): string {
  return cap.limit.currency === ORDERS ? cap.limit.amount.toString() : toDecimal(cap.limit)
}
