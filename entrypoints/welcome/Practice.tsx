import { useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import type { Failure } from '../../components/factor/failure.ts'
import { PracticeShop } from '../../components/rehearsal/PracticeShop.tsx'
import { readRehearsal, stateAt } from '../../utils/rehearsal/rehearsal.ts'
import { t } from '../../utils/words/words.ts'
import { ledger } from '../shared/ledger.ts'
import { send } from '../shared/send.ts'
import { useLive } from '../shared/useLive.ts'
import { useNow } from '../shared/useNow.ts'

/** The practice shop, wired: its button asks in the real window, and it hears what was answered there. */
export function Practice({ onLeave }: { onLeave: () => void }) {
  const now = useNow()
  const [opened] = useState(Date.now)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const rehearsal = useLive(() => readRehearsal(ledger), [])
  // What was practised on an earlier visit is not this visit's answer.
  const latest = rehearsal.value && rehearsal.value.at >= opened ? rehearsal.value : null

  async function pay() {
    setBusy(true)
    const answer = await send('rehearse', {})
    setBusy(false)
    setFailure(answer.ok ? null : answer)
  }

  return (
    <PracticeShop
      state={latest === null ? null : stateAt(latest, now)}
      busy={busy}
      failure={failure}
      onPay={() => void pay()}
    >
      <div class="row">
        <button type="button" class="button" onClick={onLeave}>
          {t('back')}
        </button>
        <a class="button" href={browser.runtime.getURL('/dashboard.html')}>
          {t('open_dashboard')}
        </a>
      </div>
    </PracticeShop>
  )
}
