import type { AttemptRow } from '../../utils/ledger/db.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { currentLocale, t } from '../../utils/words/words.ts'

/** What went through here last, and when. */
export function LastPurchase({ row }: { row: AttemptRow }) {
  const { total } = row.order
  return (
    <p class="small quiet" data-testid="last-purchase">
      {t('last_purchase', {
        amount: total === null ? t('amount_unknown') : formatMoney(total, currentLocale()),
        when: new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium' }).format(row.createdAt),
      })}
    </p>
  )
}
