/** What a cart costs at one checkout. Prices include VAT; delivery is free from 60 up. */
import type { WireMoney } from '../../utils/money/money.ts'
import { add, type Money, money, sum, times, toWire, zero } from '../../utils/money/money.ts'
import { optionOf, productOf } from './catalogue.ts'
import { currencyOf, type MechanismName } from './mechanisms.ts'
import type { ShopOrderItem } from './order-store.ts'
import type { CartLine } from './session.ts'

export interface QuoteLine extends CartLine {
  name: string
  unit: Money
  amount: Money
}

export interface Quote {
  currency: string
  lines: QuoteLine[]
  subtotal: Money
  delivery: Money
  /** Part of the total, told but not added. */
  vat: Money
  total: Money
  renewal: { amount: string; every: 'month'; trialDays: number } | null
}

const FREE_FROM = 6000n
const DELIVERY = 490n
export const TRIAL_DAYS = 14
const TRIAL_PRICE = 100n

export function quote(lines: readonly CartLine[], mechanism: MechanismName): Quote {
  const currency = currencyOf(mechanism)
  const trial = mechanism === 'subscription'
  const priced = lines.flatMap((line): QuoteLine[] => {
    const product = productOf(line.sku)
    if (product === null) return []
    const unit = money(product.price + optionOf(product, line.option).extra, currency)
    return [{ ...line, name: product.name, unit, amount: times(unit, BigInt(line.quantity)) }]
  })
  const subtotal = sum(
    priced.map((line) => line.amount),
    currency,
  )
  const free = trial || subtotal.amount === 0n || subtotal.amount >= FREE_FROM
  const delivery = free ? zero(currency) : money(DELIVERY, currency)
  const total = trial ? money(TRIAL_PRICE, currency) : add(subtotal, delivery)
  return {
    currency,
    lines: priced,
    subtotal,
    delivery,
    vat: money((total.amount * 19n) / 119n, currency),
    total,
    renewal: trial ? { amount: subtotal.amount.toString(), every: 'month', trialDays: TRIAL_DAYS } : null,
  }
}

export function wireTotal(value: Quote): WireMoney {
  return toWire(value.total)
}

export function orderItems(value: Quote): ShopOrderItem[] {
  return value.lines.map((line) => ({
    sku: line.sku,
    name: line.name,
    option: line.option,
    quantity: line.quantity,
    amount: line.amount.amount.toString(),
  }))
}
