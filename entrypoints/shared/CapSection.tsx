import { useState } from 'preact/hooks'
import { CapList, capName } from '../../components/caps/CapList.tsx'
import { limitText, windowText } from '../../components/caps/capWords.ts'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { Undo } from '../../components/Undo.tsx'
import { type Cap, type CapReading, type CapScope, parseLimit } from '../../utils/caps/cap.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import type { CapInput } from '../../utils/messages/page.ts'
import { toWire } from '../../utils/money/money.ts'
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

/** What was just done to a cap: in words, and the cap as it was before. */
interface Done {
  text: string
  back: CapInput
}

/** Caps of one scope, wired: set, change and remove, with the factor where the background wants it, and back again. */
export function CapSection({ scope, readings, currency, identity }: CapSectionProps) {
  const guarded = useGuarded(identity)
  const [done, setDone] = useState<Done | null>(null)

  function save(cap: CapInput, onDone: () => void) {
    const limit = parseLimit(cap.limit)
    const before = readings.find(({ cap: { id } }) => id === cap.id)?.cap
    setDone(null)
    guarded.run({
      purpose: t('purpose_set_cap', {
        window: windowText(cap),
        limit: limit === null ? '' : limitText(limit),
      }),
      digest: () => actionDigest({ command: 'set-cap', cap }),
      send: (proof) => send('set-cap', { cap, proof }),
      onDone: () => {
        onDone()
        if (before === undefined || limit === null) return
        const text = t('cap_was_changed', { from: capName(before), to: limitText(limit) })
        setDone({ text, back: inputOf(before, cap.id) })
      },
    })
  }

  function remove(cap: Cap) {
    const { id } = cap
    setDone(null)
    guarded.run({
      purpose: t('purpose_remove_cap', { cap: capName(cap) }),
      digest: () => actionDigest({ command: 'remove-cap', id }),
      send: (proof) => send('remove-cap', { id, proof }),
      onDone: () => setDone({ text: t('cap_was_removed', { cap: capName(cap) }), back: inputOf(cap, null) }),
    })
  }

  return (
    <>
      <CapList
        scope={scope}
        readings={readings}
        currency={currency}
        busy={guarded.busy}
        failure={guarded.failure}
        onEdit={guarded.clear}
        onSave={save}
        onRemove={remove}
      />
      {done !== null && (
        <Undo text={done.text} busy={guarded.busy} onUndo={() => save(done.back, () => setDone(null))} />
      )}
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}

function inputOf({ scope, window, hours, limit }: Cap, id: string | null): CapInput {
  return { id, scope, window, ...(hours === undefined ? {} : { hours }), limit: toWire(limit) }
}
