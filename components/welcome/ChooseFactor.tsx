import { useState } from 'preact/hooks'
import { isWeakPin } from '../../utils/identity/pin.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'
import '../factor/factor.css'
import { PinField } from '../factor/PinField.tsx'
import { Icon } from '../Icon.tsx'

interface ChooseFactorProps {
  busy: boolean
  failure: Failure | null
  /** The passkey prompt was cancelled or nothing here can make one. */
  passkeyFailed: boolean
  onPasskey: () => void
  onPin: (pin: string) => void
}

/** Step 2: the thing that an agent does not have. A passkey first; a PIN, typed twice, where there is none. */
export function ChooseFactor({ busy, failure, passkeyFailed, onPasskey, onPin }: ChooseFactorProps) {
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<'weak' | 'differs' | null>(null)

  function choose() {
    if (busy) return
    if (isWeakPin(pin)) return setProblem('weak')
    if (pin !== again) return setProblem('differs')
    setProblem(null)
    onPin(pin)
  }

  return (
    <>
      <p>{t('factor_why')}</p>
      {failure !== null && (
        <p class="alert" role="alert">
          {failureSentence(failure)}
        </p>
      )}
      <div class="factors">
        <section class="card stack" aria-labelledby="passkey-heading">
          <h2 id="passkey-heading">
            <Icon name="key" /> {t('factor_passkey_heading')}{' '}
            <span class="tag tag-accent">{t('recommended')}</span>
          </h2>
          <p class="quiet">{t('factor_passkey_text')}</p>
          {passkeyFailed && (
            <p class="alert" role="alert">
              {t('factor_passkey_failed')}
            </p>
          )}
          <div>
            <button
              type="button"
              class="button button-primary"
              data-testid="use-passkey"
              aria-disabled={busy}
              onClick={() => !busy && onPasskey()}
            >
              {t('factor_make_passkey')}
            </button>
          </div>
        </section>
        <div class="card">
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault()
              choose()
            }}
          >
            <h2>{t('factor_pin_heading')}</h2>
            <p class="quiet">{t('factor_pin_text')}</p>
            <PinField
              value={pin}
              isNew
              onInput={setPin}
              onEnter={choose}
              error={problem === 'weak' ? t('error_weak_pin') : null}
            />
            <PinField
              value={again}
              isNew
              label={t('pin_again')}
              testId="pin-again"
              onInput={setAgain}
              onEnter={choose}
              error={problem === 'differs' ? t('pin_differs') : null}
            />
            <div>
              <button type="submit" class="button" data-testid="use-pin" aria-disabled={busy}>
                {t('factor_use_pin')}
              </button>
            </div>
          </form>
        </div>
      </div>
    </>
  )
}
