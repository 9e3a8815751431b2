import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Erase, Retention } from '../../components/settings/Forget.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

/** How long history is kept by itself. */
export function RetentionSection({ identity, days }: { identity: IdentityView | null; days: number | null }) {
  const guarded = useGuarded(identity)
  return (
    <>
      <Retention
        days={days}
        busy={guarded.busy}
        failure={guarded.failure}
        onChange={(chosen) =>
          guarded.run({
            purpose: t('purpose_retention', { count: chosen ?? 0 }),
            digest: () => actionDigest({ command: 'set-retention', days: chosen }),
            send: (proof) => send('set-retention', { days: chosen, proof }),
            onDone: () => {},
          })
        }
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}

export function EraseSection({ identity }: { identity: IdentityView | null }) {
  const guarded = useGuarded(identity)
  return (
    <>
      <Erase
        busy={guarded.busy}
        failure={guarded.failure}
        onErase={() =>
          guarded.run({
            purpose: t('purpose_erase'),
            digest: () => actionDigest({ command: 'erase' }),
            send: (proof) => send('erase', { proof }),
            onDone: () => {},
          })
        }
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
