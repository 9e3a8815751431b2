/** A cap in words: its limit may be money or a number of orders, its window may slide. */
import { type Cap, ORDERS } from '../../utils/caps/cap.ts'
import { formatMoney } from '../../utils/money/format.ts'
import type { Money } from '../../utils/money/money.ts'
import { currentLocale, t } from '../../utils/words/words.ts'

export function limitText(value: Money): string {
  return value.currency === ORDERS
    ? t('orders_count', { count: Number(value.amount) })
    : formatMoney(value, currentLocale())
}

export function windowText({ window, hours }: Pick<Cap, 'window' | 'hours'>): string {
  return window === 'sliding' && hours !== undefined
    ? t('window_sliding_hours', { count: hours })
    : t(`window_${window}`)
}
