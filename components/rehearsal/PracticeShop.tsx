import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { practiceOrder } from '../../utils/rehearsal/order.ts'
import type { Rehearsal } from '../../utils/rehearsal/rehearsal.ts'
import { t, type WordKey } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'
import { type Failure, failureSentence } from '../factor/failure.ts'
import { Icon } from '../Icon.tsx'
import './rehearsal.css'

interface PracticeShopProps {
  /** null: nothing was tried yet. */
  state: Rehearsal['state'] | null
  busy: boolean
  failure: Failure | null
  onPay: () => void
  /** Ways on. */
  children?: ComponentChildren
}

const SAYS: Record<Rehearsal['state'], WordKey> = {
  asked: 'practice_held',
  approved: 'practice_paid',
  rejected: 'practice_unpaid',
}

/** A checkout like any other, built in: nothing of it is sold, and its button reaches nobody but the guard. */
export function PracticeShop({ state, busy, failure, onPay, children }: PracticeShopProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { items, totals, total } = practiceOrder()
  return (
    <main class="welcome welcome-body stack" data-testid="practice-shop">
      <h1 ref={heading} tabIndex={-1}>
        {t('practice_heading')}
      </h1>
      <p class="welcome-lead">{t('practice_text')}</p>
      <section class="card stack practice-shop" aria-labelledby="practice-shop-heading">
        <div class="spread">
          <h2 id="practice-shop-heading">{t('practice_shop')}</h2>
          <span class="tag tag-accent">{t('practice')}</span>
        </div>
        <ul class="practice-lines">
          {items.map(({ name, amount }) => (
            <li key={name} class="spread">
              <span class="wrap">{name}</span>
              <Amount value={amount} />
            </li>
          ))}
          {totals.map(({ type, amount }) => (
            <li key={type} class="spread quiet">
              <span>{t(`total_${type}`)}</span>
              <Amount value={amount} />
            </li>
          ))}
          <li class="spread practice-total">
            <span>{t('total_label')}</span>
            <Amount value={total} />
          </li>
        </ul>
        <div>
          <button
            type="button"
            class="button button-primary"
            data-testid="practice-pay"
            aria-disabled={busy}
            onClick={() => !busy && onPay()}
          >
            {t('practice_pay')}
          </button>
        </div>
        <div role="status">
          {state !== null && (
            <p class={`practice-said practice-${state}`} data-testid="practice-state" data-state={state}>
              <Icon name={state === 'asked' ? 'clock' : state === 'approved' ? 'check' : 'cross'} />
              <span>{t(SAYS[state])}</span>
            </p>
          )}
        </div>
        {failure !== null && (
          <p class="alert" role="alert">
            {failureSentence(failure)}
          </p>
        )}
      </section>
      {children}
    </main>
  )
}
