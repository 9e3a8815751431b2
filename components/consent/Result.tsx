import '../../utils/words/pages.ts'
import { useEffect, useRef } from 'preact/hooks'
import type { AttemptState } from '../../utils/attempt/states.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { reasonText } from '../../utils/words/speak.ts'
import { t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'
import { type Failure, failureSentence } from '../factor/failure.ts'
import { Icon, type IconName } from '../Icon.tsx'

export interface ResultProps {
  attempt: AttemptRow
  /** How many payments still wait. */
  waiting: number
  /** What could not be done beside the payment itself. */
  failure?: Failure | null
  onDone: () => void
  onCancel: () => void
}

const LOOK: Record<AttemptState, { icon: IconName; tone: 'ok' | 'danger' | 'warn' | 'plain' }> = {
  held: { icon: 'clock', tone: 'plain' },
  asked: { icon: 'clock', tone: 'plain' },
  approved: { icon: 'clock', tone: 'plain' },
  forwarding: { icon: 'clock', tone: 'plain' },
  released: { icon: 'clock', tone: 'plain' },
  settled: { icon: 'check', tone: 'ok' },
  failed: { icon: 'stop', tone: 'danger' },
  unknown: { icon: 'warn', tone: 'warn' },
  refused: { icon: 'stop', tone: 'danger' },
  rejected: { icon: 'cross', tone: 'plain' },
  cancelled: { icon: 'cross', tone: 'plain' },
  expired: { icon: 'clock', tone: 'warn' },
}

/** States in which an approval can still be taken back; an agent's order until the backend settles it. */
const CANCELLABLE: readonly AttemptState[] = ['approved', 'forwarding']
const CANCELLABLE_ORDER: readonly AttemptState[] = [...CANCELLABLE, 'released']

/** What became of a decision. It stays until the person has seen it. */
export function Result({ attempt, waiting, failure = null, onDone, onCancel }: ResultProps) {
  const order = attempt.channel === 'agent-request'
  const cancellable = (order ? CANCELLABLE_ORDER : CANCELLABLE).includes(attempt.state)
  const heading = useRef<HTMLHeadingElement>(null)
  const { icon, tone } = LOOK[attempt.state]
  // Each new state is announced by moving focus to it.
  useEffect(() => heading.current?.focus(), [attempt.state])
  return (
    <main class="result" data-testid="consent-result" data-state={attempt.state}>
      <div class={`result-mark result-${tone}`}>
        <Icon name={icon} />
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {t(order && attempt.state === 'released' ? 'result_authorised' : `result_${attempt.state}`)}
      </h1>
      <p class="result-what">
        <strong class="result-amount">
          <Amount value={attempt.order.total} />
        </strong>
        <span class="quiet wrap">
          {t('result_to')} <bdi>{attempt.order.merchant ?? attempt.site.key}</bdi> ·{' '}
          <bdi>{attempt.site.key}</bdi>
        </span>
      </p>
      {attempt.reason !== null && <p class="wrap quiet">{reasonText(attempt.reason)}</p>}
      {failure !== null && (
        <p class="alert" role="alert">
          {t('remember_failed')} {failureSentence(failure)}
        </p>
      )}
      <div class="result-buttons">
        {cancellable && (
          <button type="button" class="button" onClick={onCancel}>
            {t('cancel_payment')}
          </button>
        )}
        <button type="button" class="button button-primary" data-testid="done" onClick={onDone}>
          {waiting > 0 ? t('result_next', { count: waiting }) : t('result_close')}
        </button>
      </div>
    </main>
  )
}
