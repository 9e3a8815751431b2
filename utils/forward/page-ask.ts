/** What a page may ask for, in plain decimals; always a payment to the page itself. */
import type { OrderRequest } from '../contract/orders.ts'
import { isCurrency } from '../money/currencies.ts'
import { fromDecimal, toWire } from '../money/money.ts'
import { neutralise } from '../order/neutralise.ts'

export interface PageAsk {
  items: { name: string; quantity: number; amount: string | null }[]
  /** Plain decimal: "49.99". */
  total: string
  /** ISO 4217. */
  currency: string
  reason: string
  /** Order id at the merchant's own backend account, where it integrates Consent Guard. */
  merchantOrder?: string | null
}

const MAX_ITEMS = 100

/** null: malformed. `origin` is the asking page's, by the browser's word: a page cannot ask for a payment to another. */
export function parsePageAsk(value: unknown, origin: string): OrderRequest | null {
  if (!isRecord(value) || typeof value.currency !== 'string' || !isCurrency(value.currency)) return null
  const { currency } = value
  const minor = (text: unknown): string | null => {
    const amount = typeof text === 'string' ? fromDecimal(text, currency) : null
    return amount === null || amount.amount < 0n ? null : toWire(amount).amount
  }
  const total = minor(value.total)
  if (total === null || typeof value.reason !== 'string') return null
  if (!Array.isArray(value.items) || value.items.length > MAX_ITEMS) return null
  const items: OrderRequest['items'] = []
  for (const item of value.items) {
    if (!isRecord(item) || typeof item.name !== 'string' || typeof item.quantity !== 'number') return null
    if (!Number.isInteger(item.quantity) || item.quantity < 1) return null
    const amount = item.amount === null || item.amount === undefined ? null : minor(item.amount)
    if (amount === null && typeof item.amount === 'string') return null
    items.push({ name: neutralise(item.name), quantity: item.quantity, amount })
  }
  const order = value.merchantOrder ?? null
  if (order !== null && (typeof order !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(order))) return null
  return {
    payee: { website: origin, name: null },
    items,
    totals: [],
    total: { amount: total, currency },
    ship_to: null,
    reason: neutralise(value.reason),
    merchant_order: order,
    recurrence: null,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
