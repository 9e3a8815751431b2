import type { AttemptRow } from '../../utils/ledger/db.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'
import { recurrenceText } from '../consent/OrderHead.tsx'

/** What you agreed to that renews. Consent Guard sees the first payment; later ones are charged by the merchant. */
export function Subscriptions({ rows }: { rows: readonly AttemptRow[] }) {
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
          <p class="small quiet">
            {t('subscription_since', { when: date.format(row.createdAt) })} ·{' '}
            <Amount value={row.order.total} />
          </p>
        </li>
      ))}
    </ul>
  )
}
