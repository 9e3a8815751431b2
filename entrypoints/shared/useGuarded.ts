import { useState } from 'preact/hooks'
import type { FactorPromptProps } from '../../components/factor/FactorPrompt.tsx'
import type { Failure } from '../../components/factor/failure.ts'
import type { Answer, OwnerProof, Proof } from '../../utils/messages/page.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { provePasskey } from './passkey.ts'

/** What is sent with a proof; where a recovery code serves as well, `recoverable` says so. */
type Act = BaseAct &
  (
    | { recoverable?: false; send: (proof: Proof | null) => Promise<Answer<unknown>> }
    | { recoverable: true; send: (proof: OwnerProof | null) => Promise<Answer<unknown>> }
  )

interface BaseAct {
  /** What it does, in words, shown while asking for the factor. */
  purpose: string
  digest: () => Promise<string>
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

  async function attempt(act: Act, proof: OwnerProof | null) {
    setBusy(true)
    setFailure(null)
    const answer = await submit(act, proof)
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

  async function recover(code: string) {
    if (asking !== null) await attempt(asking, { kind: 'recovery', code })
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
          onRecover: asking.recoverable === true ? (code) => void recover(code) : null,
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

function submit(act: Act, proof: OwnerProof | null): Promise<Answer<unknown>> {
  if (act.recoverable === true) return act.send(proof)
  return act.send(proof?.kind === 'recovery' ? null : proof)
}
