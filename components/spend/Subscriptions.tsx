import type { AttemptRow } from '../../utils/ledger/db.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'
import { recurrenceText } from '../consent/OrderHead.tsx'
import { nextRenewal } from './renewal.ts'

/** What you agreed to that renews. Consent Guard sees the first payment; later ones are charged by the merchant. */
export function Subscriptions({
  rows,
  at,
  zone,
}: {
  rows: readonly AttemptRow[]
  /** Epoch ms, and the IANA zone of the person's calendar. */
  at: number
  zone: string
}) {
  const date = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' })
  if (rows.length === 0) {
    return (
      <div class="card empty-card">
        <h2>{t('subscriptions_empty_heading')}</h2>
        <p class="quiet">{t('subscriptions_empty_text')}</p>
      </div>
    )
  }
  return (
    <ul class="site-grid">
      {rows.map((row) => (
        <li key={row.id} class="card stack-tight" data-testid="subscription">
          <h2 class="wrap">
            <bdi>{row.order.merchant ?? row.site.key}</bdi>
          </h2>
          <p class="small quiet">
            <bdi>{row.site.key}</bdi>
          </p>
          {row.order.recurrence !== null && <p>{recurrenceText(row.order.recurrence)}</p>}
          {row.order.recurrence !== null && (
            <p data-testid="renewal">
              {t('subscription_next', {
                when: date.format(nextRenewal(row.createdAt, row.order.recurrence, at, zone)),
              })}
            </p>
          )}
          <p class="small quiet">
            {t('subscription_since', { when: date.format(row.createdAt) })} ·{' '}
            <Amount value={row.order.total} />
          </p>
        </li>
      ))}
    </ul>
  )
}
