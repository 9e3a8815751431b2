import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Forget } from '../../components/settings/Forget.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

const DAY = 86_400_000

/** Deleting old history; the log keeps its links, so it still verifies. */
export function ForgetSection({ identity }: { identity: IdentityView | null }) {
  const guarded = useGuarded(identity)
  const [said, setSaid] = useState<string | null>(null)
  return (
    <>
      <Forget
        busy={guarded.busy}
        failure={guarded.failure}
        said={said}
        onForget={(days) => {
          const before = Date.now() - days * DAY
          setSaid(null)
          guarded.run({
            purpose: t('purpose_forget', { count: days }),
            digest: () => actionDigest({ command: 'forget', before }),
            send: (proof) => send('forget', { before, proof }),
            onDone: () => setSaid(t('forgotten')),
          })
        }}
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
