import { useState } from 'preact/hooks'
import type { FactorPromptProps } from '../../components/factor/FactorPrompt.tsx'
import type { Failure } from '../../components/factor/failure.ts'
import type { Answer, Proof } from '../../utils/messages/page.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { provePasskey } from './passkey.ts'

interface Act {
  /** What it does, in words, shown while asking for the factor. */
  purpose: string
  digest: () => Promise<string>
  send: (proof: Proof | null) => Promise<Answer<unknown>>
  onDone: () => void
}

/**
 * Runs acts that may need the factor. The background decides whether one does: the act is sent without proof first, and
 * only when that is answered `factor_missing` is the person asked, for a proof over this act's digest.
 */
export function useGuarded(identity: IdentityView | null | undefined) {
  const [asking, setAsking] = useState<Act | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function attempt(act: Act, proof: Proof | null) {
    setBusy(true)
    setFailure(null)
    const answer = await act.send(proof)
    setBusy(false)
    if (answer.ok) {
      setAsking(null)
      act.onDone()
    } else if (answer.code === 'factor_missing' && proof === null && identity) {
      setAsking(act)
    } else {
      setFailure(answer)
    }
  }

  async function prove(pin: string | null) {
    if (asking === null || !identity) return
    const proof: Proof | null =
      pin === null ? await provePasskey(await asking.digest(), identity) : { kind: 'pin', pin }
    if (proof === null) setFailure({ code: 'factor_missing' })
    else await attempt(asking, proof)
  }

  const prompt: FactorPromptProps | null =
    asking === null || !identity
      ? null
      : {
          purpose: asking.purpose,
          factor: identity.kind,
          busy,
          failure,
          onProve: (pin) => void prove(pin),
          onCancel: () => {
            setAsking(null)
            setFailure(null)
          },
        }

  return {
    busy,
    /** Shown beside the form while no prompt is open. */
    failure: asking === null ? failure : null,
    prompt,
    run: (act: Act) => void attempt(act, null),
    clear: () => setFailure(null),
  }
}
