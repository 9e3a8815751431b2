import { formatMoney } from '../utils/money/format.ts'
import type { Money } from '../utils/money/money.ts'
import { currentLocale, t } from '../utils/words/words.ts'

/** An amount in the person's locale, kept together in its own direction. Unknown is said, never shown as zero. */
export function Amount({ value }: { value: Money | null }) {
  if (value === null) return <span class="amount-unknown">{t('amount_unknown')}</span>
  return <bdi class="number">{formatMoney(value, currentLocale())}</bdi>
}
