/** From what an agent asks for to the order that a person is shown. */
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import type { OrderRequest } from '../../utils/contract/orders.ts'
import { parseWireOrder, toWireOrder } from '../../utils/order/order.ts'
import { siteOf } from '../../utils/site/site.ts'
import { ProblemError } from '../http/problems.ts'

/** Text is neutralised here, once: what is stored is what is shown and what is signed. */
export function wireOrderOf(request: OrderRequest, orderId: string): WireOrder {
  const site = siteOf(request.payee.website)
  if (site === null) throw new ProblemError('malformed', 'payee.website is not a web address')
  const parsed = parseWireOrder({
    site: { key: site.key, origin: site.origin },
    merchant: request.payee.name,
    processor: null,
    merchantOrder: orderId,
    currency: request.total.currency,
    items: request.items,
    totals: request.totals,
    total: request.total,
    certain: true,
    shipTo: request.ship_to,
    paymentMethod: null,
    recurrence: request.recurrence,
  })
  if (parsed === null || parsed.total === null)
    throw new ProblemError('malformed', 'the order cannot be read')
  if (parsed.total.amount <= 0n) throw new ProblemError('malformed', 'the total must be above zero')
  const renewal = parsed.recurrence?.amount ?? null
  if (renewal !== null && renewal.amount <= 0n)
    throw new ProblemError('malformed', 'the price of a renewal must be above zero')
  return toWireOrder(parsed)
}

/**
 * Whether `after` asks for no more than what was agreed to: same payee, currency, address and terms, no new item, no
 * larger quantity, no higher total. Anything else needs the person again.
 */
export function isTighter(before: WireOrder, after: WireOrder): boolean {
  const fixed = ['merchant', 'processor', 'merchantOrder', 'currency', 'shipTo', 'paymentMethod'] as const
  if (before.site.origin !== after.site.origin) return false
  if (!fixed.every((field) => before[field] === after[field])) return false
  if (JSON.stringify(before.recurrence) !== JSON.stringify(after.recurrence)) return false
  if (before.total === null || after.total === null) return false
  if (BigInt(after.total.amount) > BigInt(before.total.amount)) return false
  const left = new Map<string, number>()
  for (const item of before.items) left.set(item.name, (left.get(item.name) ?? 0) + item.quantity)
  for (const item of after.items) {
    const rest = (left.get(item.name) ?? 0) - item.quantity
    if (rest < 0) return false
    left.set(item.name, rest)
  }
  return true
}
