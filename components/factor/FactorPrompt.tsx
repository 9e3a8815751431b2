import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from './failure.ts'
import './factor.css'
import { PinField } from './PinField.tsx'

export interface FactorPromptProps {
  /** What the proof is for, in words. */
  purpose: string
  factor: 'pin' | 'passkey'
  busy: boolean
  failure: Failure | null
  onProve: (pin: string | null) => void
  /** With a recovery code instead; null where none serves. */
  onRecover: ((code: string) => void) | null
  onCancel: () => void
}

/** Asks for the factor before something that spends or loosens. A native dialog: focus stays inside, Escape cancels. */
export function FactorPrompt({
  purpose,
  factor,
  busy,
  failure,
  onProve,
  onRecover,
  onCancel,
}: FactorPromptProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [pin, setPin] = useState('')
  useEffect(() => {
    const element = dialog.current
    if (element?.isConnected && !element.open) element.showModal?.()
  }, [])

  function prove() {
    if (busy) return
    if (factor === 'passkey') return onProve(null)
    if (pin === '') return
    onProve(pin)
    setPin('')
  }

  return (
    <dialog
      ref={dialog}
      class="factor-dialog"
      aria-labelledby="factor-heading"
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <div class="stack">
        <h2 id="factor-heading">{t('factor_heading')}</h2>
        <p class="wrap">{purpose}</p>
        {factor === 'pin' ? (
          <PinField
            value={pin}
            onInput={setPin}
            onEnter={prove}
            error={failure === null ? null : failureSentence(failure)}
          />
        ) : (
          <>
            <p class="quiet small">{t('factor_passkey_hint')}</p>
            {failure !== null && (
              <p class="alert" role="alert">
                {failureSentence(failure)}
              </p>
            )}
          </>
        )}
        {onRecover !== null && <Recover busy={busy} onRecover={onRecover} />}
        <div class="row">
          <button type="button" class="button button-primary" aria-disabled={busy} onClick={prove}>
            {factor === 'pin' ? t('factor_confirm') : t('factor_use_passkey')}
          </button>
          <button type="button" class="button" onClick={onCancel}>
            {t('cancel')}
          </button>
        </div>
      </div>
    </dialog>
  )
}

function Recover({ busy, onRecover }: { busy: boolean; onRecover: (code: string) => void }) {
  const id = useId()
  const [code, setCode] = useState('')
  return (
    <details>
      <summary class="small">{t('recovery_use')}</summary>
      <form
        class="row other-body"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && code.trim() !== '') onRecover(code.trim())
        }}
      >
        <div class="field grow">
          <label for={id}>{t('recovery_code')}</label>
          <input
            id={id}
            class="number"
            autocomplete="off"
            spellcheck={false}
            maxLength={40}
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button button-small">
          {t('factor_confirm')}
        </button>
      </form>
    </details>
  )
}
