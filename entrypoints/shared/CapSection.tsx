import { CapList, capName } from '../../components/caps/CapList.tsx'
import { limitText, windowText } from '../../components/caps/capWords.ts'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { type CapReading, type CapScope, parseLimit } from '../../utils/caps/cap.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from './send.ts'
import { useGuarded } from './useGuarded.ts'

interface CapSectionProps {
  scope: CapScope
  readings: readonly CapReading[]
  currency: string
  identity: IdentityView | null | undefined
}

/** Caps of one scope, wired: set, change and remove, with the factor where the background wants it. */
export function CapSection({ scope, readings, currency, identity }: CapSectionProps) {
  const guarded = useGuarded(identity)
  return (
    <>
      <CapList
        scope={scope}
        readings={readings}
        currency={currency}
        busy={guarded.busy}
        failure={guarded.failure}
        onEdit={guarded.clear}
        onSave={(cap, onDone) => {
          const limit = parseLimit(cap.limit)
          guarded.run({
            purpose: t('purpose_set_cap', {
              window: windowText(cap),
              limit: limit === null ? '' : limitText(limit),
            }),
            digest: () => actionDigest({ command: 'set-cap', cap }),
            send: (proof) => send('set-cap', { cap, proof }),
            onDone,
          })
        }}
        onRemove={({ id, ...cap }) =>
          guarded.run({
            purpose: t('purpose_remove_cap', { cap: capName({ id, ...cap }) }),
            digest: () => actionDigest({ command: 'remove-cap', id }),
            send: (proof) => send('remove-cap', { id, proof }),
            onDone: () => {},
          })
        }
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
