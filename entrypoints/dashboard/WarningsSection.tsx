import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { failureSentence } from '../../components/factor/failure.ts'
import { Warnings } from '../../components/settings/Warnings.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { IdentityView, Settings } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

interface WarningsSectionProps {
  risk: NonNullable<Settings['risk']>
  identity: IdentityView | null
}

/** To hear of everything again is free, anything else needs the factor. */
export function WarningsSection({ risk, identity }: WarningsSectionProps) {
  const guarded = useGuarded(identity)
  const [saved, setSaved] = useState(false)
  return (
    <>
      <Warnings
        risk={risk}
        busy={guarded.busy}
        onSave={(wanted) => {
          const settings = { risk: wanted }
          setSaved(false)
          guarded.run({
            purpose: t('purpose_settings'),
            digest: () => actionDigest({ command: 'set-settings', settings }),
            send: (proof) => send('set-settings', { settings, proof }),
            onDone: () => setSaved(true),
          })
        }}
      />
      <p role="status" class="small">
        {saved ? t('saved') : guarded.failure !== null ? failureSentence(guarded.failure) : ''}
      </p>
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
