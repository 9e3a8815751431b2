import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { IdentityState } from '../../components/settings/IdentityState.tsx'
import { RecoveryCodes } from '../../components/settings/RecoveryCodes.tsx'
import { ChooseFactor } from '../../components/welcome/ChooseFactor.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { NewFactor } from '../../utils/messages/page.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { makePasskey } from '../shared/passkey.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'
import { useNow } from '../shared/useNow.ts'

/** The factor: its state, recovery codes, another one, or none. */
export function IdentitySection({ identity, on }: { identity: IdentityView | null; on: boolean }) {
  const now = useNow()
  const guarded = useGuarded(identity)
  const [codes, setCodes] = useState<string[] | null>(null)
  const [changed, setChanged] = useState(false)
  const [passkeyFailed, setPasskeyFailed] = useState(false)

  function make() {
    let made: string[] = []
    guarded.run({
      purpose: t('purpose_recovery'),
      digest: () => actionDigest({ command: 'make-recovery-codes' }),
      async send(proof) {
        const answer = await send('make-recovery-codes', { proof })
        if (answer.ok) made = answer.value.codes
        return answer
      },
      onDone: () => setCodes(made),
    })
  }

  function change(factor: NewFactor) {
    setChanged(false)
    guarded.run({
      purpose: t('purpose_change_factor'),
      recoverable: true,
      digest: () => actionDigest({ command: 'change-factor', factor }),
      send: (proof) => send('change-factor', { factor, proof }),
      onDone: () => setChanged(true),
    })
  }

  async function changeToPasskey() {
    setPasskeyFailed(false)
    const answer = await send('factor-challenge', {})
    const made = answer.ok ? await makePasskey(answer.value.challenge) : null
    if (made === null) setPasskeyFailed(true)
    else change(made)
  }

  function remove() {
    guarded.run({
      purpose: t('purpose_remove_factor'),
      recoverable: true,
      digest: () => actionDigest({ command: 'remove-factor' }),
      send: (proof) => send('remove-factor', { proof }),
      onDone: () => {},
    })
  }

  return (
    <div class="stack">
      <IdentityState identity={identity} on={on} now={now} />
      {changed && <p role="status">{t('factor_changed')}</p>}
      {identity !== null && (
        <>
          <RecoveryCodes
            left={identity.recoveryLeft ?? 0}
            codes={codes}
            busy={guarded.busy}
            onMake={make}
            onKept={() => setCodes(null)}
          />
          <details class="fold">
            <summary>{t('factor_change')}</summary>
            <div class="stack other-body">
              <p class="quiet">{t('factor_change_text')}</p>
              <ChooseFactor
                busy={guarded.busy}
                failure={guarded.failure}
                passkeyFailed={passkeyFailed}
                onPasskey={() => void changeToPasskey()}
                onPin={(pin) => change({ kind: 'pin', pin })}
              />
              <div>
                <button
                  type="button"
                  class="button button-danger button-small"
                  disabled={guarded.busy}
                  onClick={remove}
                >
                  {t('factor_remove')}
                </button>
              </div>
            </div>
          </details>
        </>
      )}
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </div>
  )
}
