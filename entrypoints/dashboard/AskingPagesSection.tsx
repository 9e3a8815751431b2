import { AskingPages } from '../../components/agents/AskingPages.tsx'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

interface AskingPagesSectionProps {
  origins: readonly string[]
  identity: IdentityView | null
}

/** Allowing a site needs the factor, forbidding does not. */
export function AskingPagesSection({ origins, identity }: AskingPagesSectionProps) {
  const guarded = useGuarded(identity)
  return (
    <>
      <AskingPages
        origins={origins}
        busy={guarded.busy}
        failure={guarded.failure}
        onAllow={(origin) =>
          guarded.run({
            purpose: t('purpose_allow_page', { site: origin }),
            digest: () => actionDigest({ command: 'allow-page', origin, allowed: true }),
            send: (proof) => send('allow-page', { origin, allowed: true, proof }),
            onDone: () => {},
          })
        }
        onForbid={(origin) => void send('allow-page', { origin, allowed: false, proof: null })}
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
