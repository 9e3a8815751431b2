import { useState } from 'preact/hooks'
import '../../utils/words/pages.ts'
import { ConsentView } from '../../components/consent/ConsentView.tsx'
import { Empty } from '../../components/consent/Empty.tsx'
import type { Failure } from '../../components/factor/failure.ts'
import { PracticeEnd, PracticeMark } from '../../components/rehearsal/PracticeMark.tsx'
import type { Answer } from '../../utils/messages/page.ts'
import { practiceAttempt } from '../../utils/rehearsal/order.ts'
import { endOf, readRehearsal, rehearsalDigest, stateAt } from '../../utils/rehearsal/rehearsal.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { ledger, readIdentityView } from '../shared/ledger.ts'
import { provePasskey } from '../shared/passkey.ts'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'
import { useNow } from '../shared/useNow.ts'

/** The real consent view with the practice shop's order in it. It reads no attempt and sends no command about one. */
export function Rehearsal() {
  const now = useNow()
  const identity = useLive(readIdentityView, [])
  const rehearsal = useLive(() => readRehearsal(ledger), [])
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (identity.failed || rehearsal.failed) return <Empty kind="failed" />
  if (identity.value === undefined || rehearsal.value === undefined) return null
  // Nobody practises: the window was opened by hand.
  if (identity.value === null || rehearsal.value === null) return <Empty kind="nothing" />
  const { id } = rehearsal.value
  const state = stateAt(rehearsal.value, now)
  if (state !== 'asked') return <PracticeEnd state={state} onDone={() => window.close()} />
  const reject = () => void decide(() => send('reject-rehearsal', { id }))
  return (
    <ConsentView
      mark={<PracticeMark />}
      attempt={practiceAttempt(rehearsal.value, endOf(rehearsal.value))}
      readings={[]}
      queue={{ index: 0, count: 1 }}
      now={now}
      factor={identity.value.kind}
      busy={busy}
      failure={failure}
      onApprove={(pin) => void decide(() => approve(id, pin, identity.value))}
      onReject={reject}
      onRejectAll={reject}
      onPrevious={() => {}}
      onNext={() => {}}
    />
  )

  async function decide(act: () => Promise<Answer<unknown>>) {
    if (busy) return
    setBusy(true)
    setFailure(null)
    const answer = await act()
    setBusy(false)
    setFailure(answer.ok ? null : answer)
  }
}

async function approve(
  id: string,
  pin: string | null,
  identity: IdentityView | null | undefined,
): Promise<Answer<unknown>> {
  if (!identity) return { ok: false, code: 'not_activated' }
  const proof =
    pin === null ? await provePasskey(await rehearsalDigest(id), identity) : ({ kind: 'pin', pin } as const)
  if (proof === null) return { ok: false, code: 'factor_missing' }
  return send('approve-rehearsal', { id, proof })
}
