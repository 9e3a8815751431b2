/**
 * Allowances: what a person has agreed to in advance. One site, one payee, one currency; at most so much for an order, so
 * much in all, so many orders, until a day. Pure. Whatever is not plainly within it is asked, as if there were none.
 */
import type { Allowance as WireAllowance } from '../contract/subscriptions.ts'
import { type Money, parseMoney, toWire } from '../money/money.ts'
import type { Note, Order } from '../order/order.ts'
import { siteOf } from '../site/site.ts'

export const MAX_ALLOWANCE_DAYS = 90
export const MAX_ALLOWANCE_ORDERS = 1000

const DAY = 86_400_000

export interface Allowance {
  id: string
  /** Site key; `terms.payee` is its origin. */
  site: string
  /** What the person signed, word for word. */
  terms: WireAllowance & { orders: number }
  /** As in the order that the person had before them; another one is asked about. */
  merchant: string | null
  processor: string | null
  shipTo: string | null
  /** Minor units of the terms' currency, and orders: counted at approval, never given back. */
  used: bigint
  uses: number
  createdAt: number
  revokedAt: number | null
  /** How the person proved it, and what they signed: action mandate (compact JWS) with its id, assertion as JSON. */
  factor: 'pin' | 'passkey'
  mandateId: string
  mandate: string
  assertion: string | null
  /** Who it was signed as: the backend's device id or 'local'. After another pairing the backend does not know it. */
  deviceId: string
  /** The backend's id of it; null where none was paired. */
  remoteId: string | null
}

export interface AllowanceQuestion {
  order: Order
  /** Every note of the attempt: reading, risk, caps. */
  notes: readonly Note[]
  /** Epoch ms. */
  at: number
  deviceId: string
}

/** Why an order is asked about although there is an allowance. */
export type NotCovered =
  | 'revoked'
  | 'expired'
  | 'other_device'
  | 'other_payee'
  | 'other_address'
  | 'uncertain'
  | 'renews'
  | 'note'
  | 'other_currency'
  | 'above_order'
  | 'above_amount'
  | 'above_count'

/** null: covered. */
export function notCovered(allowance: Allowance, question: AllowanceQuestion): NotCovered | null {
  const { terms, used, uses } = allowance
  const { order, notes, at, deviceId } = question
  const { total } = order
  const limit = parseMoney(terms.limit)
  const expires = Date.parse(terms.expires_at)
  if (allowance.revokedAt !== null) return 'revoked'
  // A clock that was set back behind the making of it does not make it last longer.
  if (!(at < expires) || at < allowance.createdAt) return 'expired'
  if (allowance.deviceId !== deviceId) return 'other_device'
  if (order.site.key !== allowance.site || order.site.origin !== terms.payee) return 'other_payee'
  if (order.processor !== allowance.processor || order.merchant !== allowance.merchant) return 'other_payee'
  // An order of a merchant's own system has a consent of its own.
  if (order.merchantOrder !== null) return 'other_payee'
  if (order.shipTo !== allowance.shipTo) return 'other_address'
  if (total === null || !order.certain || total.amount <= 0n) return 'uncertain'
  if (order.recurrence !== null) return 'renews'
  if (notes.some((note) => note.blocking || note.severity === 'danger')) return 'note'
  if (limit === null || total.currency !== limit.currency || order.currency !== limit.currency)
    return 'other_currency'
  if (total.amount > BigInt(terms.per_order)) return 'above_order'
  if (used + total.amount > limit.amount) return 'above_amount'
  return uses + 1 > terms.orders ? 'above_count' : null
}

/** The allowance that covers the order: the one that ends first. Or null: ask. */
export function coveringAllowance(
  allowances: readonly Allowance[],
  question: AllowanceQuestion,
): Allowance | null {
  const covering = allowances.filter((one) => notCovered(one, question) === null)
  covering.sort((a, b) => a.terms.expires_at.localeCompare(b.terms.expires_at))
  return covering[0] ?? null
}

/** The allowance after one order under it. */
export function drawn(allowance: Allowance, total: Money): Allowance {
  return { ...allowance, used: allowance.used + total.amount, uses: allowance.uses + 1 }
}

/** Whether terms may be signed at all: above zero, an order within the whole, at most 90 days ahead, an origin. */
export function areTerms(terms: WireAllowance, at: number): terms is WireAllowance & { orders: number } {
  const limit = parseMoney(terms.limit)
  const perOrder = /^[1-9]\d{0,14}$/.test(terms.per_order) ? BigInt(terms.per_order) : null
  const expires = Date.parse(terms.expires_at)
  const { orders } = terms
  if (terms.agent_id !== null || siteOf(terms.payee)?.origin !== terms.payee) return false
  if (limit === null || perOrder === null || perOrder > limit.amount) return false
  if (orders === undefined || !Number.isInteger(orders) || orders < 1 || orders > MAX_ALLOWANCE_ORDERS)
    return false
  return expires > at && expires <= at + MAX_ALLOWANCE_DAYS * DAY
}

/** The terms in the form that is signed. */
export function termsFor(
  order: Pick<Order, 'site'>,
  terms: { limit: Money; perOrder: Money; orders: number; days: number },
  at: number,
): WireAllowance & { orders: number } {
  return {
    payee: order.site.origin,
    agent_id: null,
    limit: toWire(terms.limit),
    per_order: terms.perOrder.amount.toString(),
    orders: terms.orders,
    expires_at: new Date(at + terms.days * DAY).toISOString(),
  }
}
