/** How this shop writes prices. Each checkout writes them in its own way, as real shops do. */
import { formatMoney } from '../../utils/money/format.ts'
import { type Money, toDecimal } from '../../utils/money/money.ts'
import type { MechanismName } from './mechanisms.ts'

export type Writer = (value: Money) => string

export function writerOf(mechanism: MechanismName): Writer {
  switch (mechanism) {
    case 'full-page':
    case 'row-before':
      return (value) => formatMoney(value, 'de-DE')
    case 'bearer':
      return (value) => `${toDecimal(value).replace(/\B(?=(\d{3})+$)/g, ',')} ${value.currency}`
    case 'xhr-nonce':
      return (value) => `${formatMoney(value, 'en-US')} USD`
    case 'no-currency':
      return (value) => `¤${toDecimal(value)}`
    default:
      return (value) => formatMoney(value, 'en-US')
  }
}
