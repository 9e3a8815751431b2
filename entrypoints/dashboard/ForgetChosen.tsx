import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Choosing } from '../../components/history/Choosing.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import { t } from '../../utils/words/words.ts'
import { readIdentityView } from '../shared/ledger.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'
import { useLive } from '../shared/useLive.ts'

interface ForgetChosenProps {
  ids: readonly string[]
  onDone: (gone: number) => void
  onCancel: () => void
}

/** Deletes what is ticked in the history; it cannot be undone, so the factor is asked. */
export function ForgetChosen({ ids, onDone, onCancel }: ForgetChosenProps) {
  const identity = useLive(readIdentityView, [])
  const guarded = useGuarded(identity.value)

  function forget() {
    const chosen = [...ids]
    let gone = 0
    guarded.run({
      purpose: t('purpose_forget_these', { count: chosen.length }),
      digest: () => actionDigest({ command: 'forget-these', ids: chosen }),
      async send(proof) {
        const answer = await send('forget-these', { ids: chosen, proof })
        if (answer.ok) gone = answer.value.gone
        return answer
      },
      onDone: () => onDone(gone),
    })
  }

  return (
    <>
      <Choosing
        count={ids.length}
        busy={guarded.busy}
        failure={guarded.failure}
        onDelete={forget}
        onCancel={onCancel}
      />
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
