/** What a page of the project's own sells: deterministic, so that labels are computed and not typed. */
import { exponentOf } from '../../utils/money/currencies.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { money } from '../../utils/money/money.ts'
import type { Language } from './languages.ts'

export interface Cart {
  language: Language
  lines: { name: string; quantity: number; unit: bigint; amount: bigint }[]
  subtotal: bigint
  shipping: bigint
  discount: bigint
  tax: bigint
  /** Tax is shown but already in the prices. */
  taxIncluded: boolean
  total: bigint
  /** An amount as this shop writes it, HTML-safe. */
  write: (amount: bigint) => string
}

/** `seed` varies quantities, prices and which lines there are. */
export function cartFor(language: Language, seed: number, write?: (amount: bigint) => string): Cart {
  const exponent = exponentOf(language.currency) ?? 2
  // Prices people would meet: a mug costs 14.90 euro, 1,490 yen, 149,000 dong.
  const scale =
    { VND: 10_000n, IDR: 1_000_000n, KRW: 1_000n, JPY: 100n, HUF: 400_00n }[language.currency] ??
    BigInt(10 ** exponent)
  const step = ['VND', 'IDR', 'KRW', 'JPY', 'HUF'].includes(language.currency) ? scale : scale / 10n
  const price = (n: number): bigint =>
    BigInt(n) * step + (step === scale ? 0n : BigInt((seed * 7) % 10) * (step / 10n))
  const lines = [
    { name: language.products[0], quantity: 1 + (seed % 3), unit: price(149 + seed * 13) },
    ...(seed % 4 === 0
      ? []
      : [{ name: language.products[1], quantity: 1 + ((seed >> 1) % 2), unit: price(89 + seed * 5) }]),
  ].map((line) => ({ ...line, amount: line.unit * BigInt(line.quantity) }))
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n)
  const shipping = seed % 5 === 0 ? 0n : price(49)
  const discount = seed % 3 === 1 ? price(20) : 0n
  const taxIncluded = !['USD', 'CAD'].includes(language.currency)
  const taxed = subtotal + shipping - discount
  const rounded = (value: bigint): bigint => (step === scale ? (value / step) * step : value)
  const tax = rounded(taxIncluded ? taxed / 6n : (taxed * 8n) / 100n)
  return {
    language,
    lines,
    subtotal,
    shipping,
    discount,
    tax,
    taxIncluded,
    total: taxed + (taxIncluded ? 0n : tax),
    write: write ?? ((amount) => formatMoney(money(amount, language.currency), language.tag)),
  }
}
