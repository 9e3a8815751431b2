import { useEffect, useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { LearnedList } from '../../components/settings/LearnedList.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { LearnedEndpoint } from '../../utils/messages/page.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { t } from '../../utils/words/words.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'

export function LearnedSection({ identity }: { identity: IdentityView | null }) {
  const guarded = useGuarded(identity)
  const [endpoints, setEndpoints] = useState<LearnedEndpoint[]>([])
  async function look() {
    const answer = await send('learned-endpoints', {})
    if (answer.ok) setEndpoints(answer.value.endpoints)
  }
  useEffect(() => void look(), [])

  function remove({ id, address }: LearnedEndpoint) {
    guarded.run({
      purpose: t('purpose_forget_endpoint', { address }),
      digest: () => actionDigest({ command: 'forget-endpoint', id, address }),
      send: (proof) => send('forget-endpoint', { id, address, proof }),
      onDone: () => void look(),
    })
  }

  return (
    <>
      <LearnedList endpoints={endpoints} busy={guarded.busy} onRemove={remove} />
      {guarded.failure !== null && (
        <p class="alert" role="alert">
          {t(`error_${guarded.failure.code}`)}
        </p>
      )}
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
