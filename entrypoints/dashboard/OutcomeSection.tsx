import { useState } from 'preact/hooks'
import { FactorPrompt } from '../../components/factor/FactorPrompt.tsx'
import { RecordRefund, SettleUnknown } from '../../components/history/Outcome.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { type Money, toWire } from '../../utils/money/money.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { readIdentityView } from '../shared/ledger.ts'
import { saveFile } from '../shared/saveFile.ts'
import { send } from '../shared/send.ts'
import { useGuarded } from '../shared/useGuarded.ts'
import { useLive } from '../shared/useLive.ts'

/** What the person can add to one payment: what came of it where nobody knows, and money that came back. */
export function OutcomeSection({ attempt }: { attempt: AttemptRow }) {
  const identity = useLive(readIdentityView, [])
  const guarded = useGuarded(identity.value)
  const [saved, setSaved] = useState(false)
  const { id: attemptId, order } = attempt

  function settle(outcome: 'settled' | 'failed') {
    guarded.run({
      purpose: t(`purpose_settle_${outcome}`),
      digest: () => actionDigest({ command: 'settle-unknown', attemptId, outcome }),
      send: (proof) => send('settle-unknown', { attemptId, outcome, proof }),
      onDone: () => {},
    })
  }

  function refund(money: Money) {
    const amount = toWire(money)
    setSaved(false)
    guarded.run({
      purpose: t('purpose_refund', { amount: formatMoney(money, currentLocale()) }),
      digest: () => actionDigest({ command: 'record-refund', attemptId, amount }),
      send: (proof) => send('record-refund', { attemptId, amount, proof }),
      onDone: () => setSaved(true),
    })
  }

  async function saveEvidence() {
    const answer = await send('evidence', { attemptId })
    if (answer.ok)
      saveFile(`consent-guard-evidence-${attemptId}.json`, 'application/json', answer.value.bundle)
  }

  return (
    <>
      {attempt.state === 'unknown' && <SettleUnknown failure={guarded.failure} onSettle={settle} />}
      {attempt.state === 'settled' && order.total !== null && (
        <RecordRefund
          currency={order.total.currency}
          failure={guarded.failure}
          saved={saved}
          onRefund={refund}
        />
      )}
      <div class="row">
        <button type="button" class="button button-small" onClick={() => void saveEvidence()}>
          {t('evidence_save')}
        </button>
      </div>
      {guarded.prompt !== null && <FactorPrompt {...guarded.prompt} />}
    </>
  )
}
