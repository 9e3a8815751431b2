import { useState } from 'preact/hooks'
import type { Failure } from '../../components/factor/failure.ts'
import { ChooseFactor } from '../../components/welcome/ChooseFactor.tsx'
import { SwitchOn } from '../../components/welcome/SwitchOn.tsx'
import { Welcome, WhatItDoes } from '../../components/welcome/Welcome.tsx'
import type { NewFactor } from '../../utils/messages/page.ts'
import { t } from '../../utils/words/words.ts'
import { currentSettings } from '../shared/ledger.ts'
import { makePasskey } from '../shared/passkey.ts'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'
import { GuardIsOn } from './GuardIsOn.tsx'
import { Practice } from './Practice.tsx'
import { usePractising } from './usePractising.ts'

/** First run: what it does → identity → switch on, then a try-out. Opened again later, it shows that the guard is on. */
export function WelcomePage() {
  const settings = useLive(currentSettings, [])
  const [practising, practise] = usePractising()
  const [step, setStep] = useState<1 | 2 | 3>(1)
  const [factor, setFactor] = useState<NewFactor | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [passkeyFailed, setPasskeyFailed] = useState(false)

  if (settings.failed) return <p class="alert">{t('empty_failed_text')}</p>
  if (settings.value === undefined) return null
  if (settings.value.on) {
    if (practising) return <Practice onLeave={() => practise(false)} />
    return <GuardIsOn settings={settings.value} onPractise={() => practise(true)} />
  }
  if (step === 1) {
    return (
      <Welcome step={1} heading={t('welcome_heading')}>
        <WhatItDoes onNext={() => setStep(2)} />
      </Welcome>
    )
  }
  if (step === 2 || factor === null) {
    return (
      <Welcome step={2} heading={t('factor_choose_heading')}>
        <ChooseFactor
          busy={busy}
          failure={failure}
          passkeyFailed={passkeyFailed}
          onPasskey={() => void choosePasskey()}
          onPin={(pin) => choose({ kind: 'pin', pin })}
        />
      </Welcome>
    )
  }
  return (
    <Welcome step={3} heading={t('switch_on_heading')}>
      <SwitchOn
        kind={factor.kind}
        busy={busy}
        failure={failure}
        onSwitchOn={() => void switchOn(factor)}
        onBack={() => {
          setFactor(null)
          setFailure(null)
          setStep(2)
        }}
      />
    </Welcome>
  )

  function choose(chosen: NewFactor) {
    setFactor(chosen)
    setStep(3)
  }

  async function choosePasskey() {
    setBusy(true)
    setFailure(null)
    setPasskeyFailed(false)
    const answer = await send('activation-challenge', {})
    const made = answer.ok ? await makePasskey(answer.value.challenge) : null
    setBusy(false)
    if (!answer.ok) setFailure(answer)
    else if (made === null) setPasskeyFailed(true)
    else choose(made)
  }

  async function switchOn(chosen: NewFactor) {
    setBusy(true)
    const answer = await send('activate', { factor: chosen })
    setBusy(false)
    setFailure(answer.ok ? null : answer)
  }
}
