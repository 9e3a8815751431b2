import { useRef, useState } from 'preact/hooks'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { type Failure, failureSentence, isFactorFailure } from '../factor/failure.ts'
import { PinField } from '../factor/PinField.tsx'
import { Icon } from '../Icon.tsx'
import type { Remembering } from './Remember.tsx'
import type { Arming } from './useArming.ts'

/** 'press': nothing but the press; 'elsewhere': only on another device; null: none set, nothing can be approved. */
export type Factor = 'pin' | 'passkey' | 'press' | 'elsewhere' | null

export interface DecisionProps {
  attempt: AttemptRow
  /** Which factor Approve needs. */
  factor: Factor
  /** Asked on another device too; null: it cannot be, because the backend does not answer. */
  elsewhere: boolean | null
  arming: Arming
  /** Blocking notes that still wait for an answer. */
  openNotes: number
  /** Approve was pressed before they were answered. */
  onOpenNotes: () => void
  /** Why approving would be refused whatever the person does here; null where it would not. */
  impossible: 'hint_total_unknown' | 'hint_total_negative' | 'hint_cap' | null
  busy: boolean
  failure: Failure | null
  /** Terms that Approve would agree to as well. */
  remembering: Remembering
  onApprove: (pin: string | null) => void
  onReject: () => void
}

/**
 * Approve and Reject. Approve does something only while armed, with every blocking note answered; a press that comes
 * earlier does nothing. With a PIN, Enter approves from the PIN field and nowhere else, so that a stray Enter cannot.
 */
export function Decision(props: DecisionProps) {
  const { attempt, factor, arming, openNotes, impossible, busy, failure, remembering } = props
  const { onApprove, onReject } = props
  const [pin, setPin] = useState('')
  const [pinMissing, setPinMissing] = useState(false)
  const pinField = useRef<HTMLInputElement>(null)
  const ready =
    arming === 'awake' &&
    openNotes === 0 &&
    impossible === null &&
    remembering !== 'invalid' &&
    !busy &&
    factor !== null

  function approve() {
    if (!ready) {
      // The warning that waits may be out of sight.
      if (openNotes > 0) props.onOpenNotes()
      return
    }
    if (factor !== 'pin') return onApprove(null)
    if (pin === '') {
      setPinMissing(true)
      pinField.current?.focus()
      return
    }
    onApprove(pin)
    setPin('')
  }

  function pinError(): string | null {
    if (pinMissing) return t('pin_missing')
    return failure !== null && isFactorFailure(failure.code) ? failureSentence(failure) : null
  }

  const showFailure = failure !== null && !(factor === 'pin' && isFactorFailure(failure.code))
  return (
    <footer class="decision">
      {showFailure && failure !== null && (
        <p class="alert" role="alert" data-testid="consent-failure">
          {failureSentence(failure)}
        </p>
      )}
      {factor === 'pin' && impossible === null && (
        <PinField
          value={pin}
          inputRef={pinField}
          error={pinError()}
          onInput={(value) => {
            setPin(value)
            setPinMissing(false)
          }}
          onEnter={approve}
        />
      )}
      {(props.elsewhere === null || props.elsewhere) && factor !== 'elsewhere' && (
        <p class="small quiet" role="status" data-testid="elsewhere-asked">
          {t(props.elsewhere ? 'elsewhere_asked' : 'elsewhere_unreachable')}
        </p>
      )}
      {factor === null && <p class="alert">{t('error_not_activated')}</p>}
      <p class="small quiet decision-hint" data-testid="arming">
        {hint()}
      </p>
      <div class="decision-buttons">
        <button
          type="button"
          class="button button-danger"
          data-testid="reject"
          disabled={busy}
          onClick={onReject}
        >
          {t('reject')}
        </button>
        <button
          type="button"
          class="button button-primary"
          data-testid="approve"
          aria-disabled={!ready}
          data-arming={busy || openNotes > 0 || impossible !== null ? undefined : arming}
          onClick={approve}
          onKeyDown={(event) => {
            const stray = event.key === 'Enter' && factor === 'pin'
            if (event.repeat || stray) event.preventDefault()
          }}
        >
          {factor === 'passkey' && <Icon name="key" />}
          {remembering === null ? t('approve') : t('approve_remember')}
        </button>
      </div>
    </footer>
  )

  function hint(): string {
    if (busy) return factor === 'passkey' ? t('hint_passkey_busy') : t('hint_busy')
    if (impossible !== null) return t(impossible)
    if (factor === 'elsewhere') {
      return t(props.elsewhere === null ? 'elsewhere_unreachable' : 'elsewhere_only')
    }
    if (openNotes > 0) return t('hint_notes', { count: openNotes })
    if (arming !== 'awake') return t(arming === 'waking' ? 'hint_arming' : 'hint_asleep')
    const total = attempt.order.total
    const amount = total === null ? t('amount_unknown') : formatMoney(total, currentLocale())
    if (remembering === 'invalid') return t('remember_wrong')
    if (remembering !== null) {
      const limit = formatMoney(remembering.limit, currentLocale())
      return t('hint_remember', { amount, site: attempt.site.key, limit })
    }
    return t('hint_ready', { amount, site: attempt.site.key })
  }
}
