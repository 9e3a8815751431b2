import type { AttemptRow } from '../utils/ledger/db.ts'
import { t } from '../utils/words/words.ts'
import { Amount } from './Amount.tsx'

/** Payments that wait, in short, with the way to the window where they are decided. */
export function Pending({
  attempts,
  onReview,
  onHere,
}: {
  attempts: readonly AttemptRow[]
  onReview: () => void
  /** Deciding without another window; null where that cannot work. */
  onHere: (() => void) | null
}) {
  return (
    <section class="card stack" aria-labelledby="pending-heading">
      <h2 id="pending-heading">{t('pending_heading', { count: attempts.length })}</h2>
      {attempts.length === 0 ? (
        <p class="quiet small">{t('pending_none')}</p>
      ) : (
        <>
          <ul>
            {attempts.map((attempt) => (
              <li key={attempt.id} class="pending" data-testid="pending">
                <bdi class="wrap">{attempt.order.merchant ?? attempt.site.key}</bdi>
                <strong>
                  <Amount value={attempt.order.total} />
                </strong>
                <bdi class="small quiet wrap">{attempt.site.key}</bdi>
              </li>
            ))}
          </ul>
          <button type="button" class="button button-primary" onClick={onReview}>
            {t('pending_review')}
          </button>
          {onHere !== null && (
            <button type="button" class="button" data-testid="decide-here" onClick={onHere}>
              {t('popup_here')}
            </button>
          )}
        </>
      )}
    </section>
  )
}
