/** Money for people's eyes, by locale. Digits come from our own table, so that 12.5 HUF is not shown as 13. */
import { exponentOf } from './currencies.ts'
import { type Money, toDecimal } from './money.ts'

const formats = new Map<string, Intl.NumberFormat>()

export function formatMoney(value: Money, locale: string): string {
  // ISO 4217 "no currency involved": a number of orders (`ORDERS` in utils/caps).
  if (value.currency === 'XXX') return new Intl.NumberFormat(locale).format(value.amount)
  const exponent = exponentOf(value.currency)
  if (exponent === null) return `${toDecimal(value)} ${value.currency}`
  const key = `${locale} ${value.currency}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: value.currency,
      minimumFractionDigits: exponent,
      maximumFractionDigits: exponent,
    })
    formats.set(key, format)
  }
  // A decimal string keeps every digit; a number would round large amounts.
  return format.format(toDecimal(value) as Intl.StringNumericLiteral)
}
