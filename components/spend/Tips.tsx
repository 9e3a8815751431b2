import type { AttemptRow } from '../../utils/ledger/db.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'

/** Payments that went through with something on top, newest first. */
export function Tips({ rows }: { rows: readonly AttemptRow[] }) {
  const date = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' })
  const tips = rows
    .flatMap((row) => row.order.totals.flatMap((line) => (line.type === 'tip' ? [{ row, line }] : [])))
    .sort((a, b) => b.row.createdAt - a.row.createdAt)
  if (tips.length === 0) return <p class="quiet">{t('tips_empty')}</p>
  return (
    <ul class="site-grid">
      {tips.map(({ row, line }) => (
        <li key={row.id} class="card spread" data-testid="tip">
          <span class="wrap">
            <bdi>{row.order.merchant ?? row.site.key}</bdi>{' '}
            <span class="small quiet">{date.format(row.createdAt)}</span>
          </span>
          <Amount value={line.amount} />
        </li>
      ))}
    </ul>
  )
}
