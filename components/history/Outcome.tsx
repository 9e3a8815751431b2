import { useId, useState } from 'preact/hooks'
import { fromDecimal, type Money } from '../../utils/money/money.ts'
import { t } from '../../utils/words/words.ts'
import { type Failure, failureSentence } from '../factor/failure.ts'

/** Only the person can know what came of a payment that nobody heard of again. */
export function SettleUnknown({
  failure,
  onSettle,
}: {
  failure: Failure | null
  onSettle: (outcome: 'settled' | 'failed') => void
}) {
  return (
    <section class="stack-tight" aria-labelledby="settle-heading" data-testid="settle-unknown">
      <h3 id="settle-heading">{t('settle_heading')}</h3>
      <p class="quiet small">{t('settle_text')}</p>
      <div class="row">
        <button type="button" class="button button-small" onClick={() => onSettle('settled')}>
          {t('settle_settled')}
        </button>
        <button type="button" class="button button-small" onClick={() => onSettle('failed')}>
          {t('settle_failed')}
        </button>
      </div>
      <Said failure={failure} />
    </section>
  )
}

/** Money that came back from a settled payment. The amount is read exactly or not at all. */
export function RecordRefund({
  currency,
  failure,
  saved,
  onRefund,
}: {
  currency: string
  failure: Failure | null
  saved: boolean
  onRefund: (amount: Money) => void
}) {
  const id = useId()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  return (
    <form
      class="stack-tight"
      data-testid="record-refund"
      onSubmit={(event) => {
        event.preventDefault()
        const amount = fromDecimal(text.trim(), currency)
        const valid = amount !== null && amount.amount > 0n
        setWrong(!valid)
        if (valid) onRefund(amount)
      }}
    >
      <h3>{t('refund_heading')}</h3>
      <div class="row">
        <label for={id} class="small">
          {t('refund_amount', { currency })}
        </label>
        <input
          id={id}
          class="input"
          inputMode="decimal"
          size={10}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button button-small">
          {t('refund_save')}
        </button>
      </div>
      {wrong && (
        <p class="alert" role="alert">
          {t('cap_amount_wrong', { currency })}
        </p>
      )}
      <Said failure={failure} />
      <span role="status" class="small">
        {saved ? t('refund_saved') : ''}
      </span>
    </form>
  )
}

function Said({ failure }: { failure: Failure | null }) {
  if (failure === null) return null
  return (
    <p class="alert" role="alert">
      {failureSentence(failure)}
    </p>
  )
}
