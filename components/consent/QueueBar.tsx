import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'
import { Countdown } from './Countdown.tsx'

export interface Queue {
  /** Zero-based place of the payment shown. */
  index: number
  count: number
}

interface QueueBarProps {
  queue: Queue
  /** Epoch ms, null when nothing runs out. */
  expiresAt: number | null
  now: number
  onPrevious: () => void
  onNext: () => void
  onRejectAll: () => void
}

export function QueueBar({ queue, expiresAt, now, onPrevious, onNext, onRejectAll }: QueueBarProps) {
  return (
    <header class="queue-bar">
      <span class="brand">
        <Icon name="shield" />
        <span>{t('app_name')}</span>
      </span>
      {queue.count > 1 && (
        <nav class="queue-nav" aria-label={t('queue_label')}>
          <button
            type="button"
            class="button queue-step"
            aria-label={t('queue_previous')}
            aria-keyshortcuts="Alt+ArrowLeft"
            onClick={onPrevious}
          >
            <Icon name="back" flip />
          </button>
          <span class="number small" data-testid="queue">
            {t('queue_place', { index: queue.index + 1, count: queue.count })}
          </span>
          <button
            type="button"
            class="button queue-step"
            aria-label={t('queue_next')}
            aria-keyshortcuts="Alt+ArrowRight"
            onClick={onNext}
          >
            <Icon name="next" flip />
          </button>
          <button type="button" class="button button-small button-danger" onClick={onRejectAll}>
            {t('reject_all')}
          </button>
        </nav>
      )}
      {expiresAt !== null && <Countdown expiresAt={expiresAt} now={now} />}
    </header>
  )
}
