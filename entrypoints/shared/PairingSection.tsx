import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Pairing } from '../../components/settings/Pairing.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { BackendPairing } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { readIdentityView } from './ledger.ts'
import { send } from './send.ts'
import { useGuarded } from './useGuarded.ts'
import { useLive } from './useLive.ts'

/** Pairing with a payments backend; the proof, where asked for, covers address and code. */
export function PairingSection({ backend }: { backend: BackendPairing | null }) {
  const identity = useLive(readIdentityView, [])
  const guarded = useGuarded(identity.value)
  return (
    <>
      <Pairing
        backend={backend}
        busy={guarded.busy}
        failure={guarded.failure}
        onPair={(url, code) =>
          guarded.run({
            purpose: t('purpose_pair', { url }),
            digest: () => actionDigest({ command: 'pair', url, code }),
            send: (proof) => send('pair', { url, code, proof }),
            onDone: () => {},
          })
        }
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
