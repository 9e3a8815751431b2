/**
 * What an agent asks for, in the words and numbers that agents get right: plain decimals ("49.99") with a currency
 * code. Minor units are where they go wrong by a hundred, so those are made here and nowhere else.
 */
import type { WireRecurrence } from '../../utils/contract/order-wire.ts'
import type { OrderRequest } from '../../utils/contract/orders.ts'
import { isCurrency } from '../../utils/money/currencies.ts'
import { fromDecimal, toWire } from '../../utils/money/money.ts'

export interface PaymentItem {
  name: string
  quantity: number
  /** Line amount (quantity × price) as a plain decimal, or null where it is not known. */
  amount: string | null
}

export interface PaymentRequest {
  /** The merchant's web address; only its origin counts. */
  payee: string
  payeeName?: string | null
  items: PaymentItem[]
  /** Everything the person would pay now, as a plain decimal: "49.99", "1500". */
  total: string
  /** ISO 4217. */
  currency: string
  shipTo?: string | null
  /** Why this is bought, for the person. */
  reason: string
  /** Order id at an integrated merchant. */
  merchantOrder?: string | null
  /** A subscription: what each renewal costs and when. */
  renewal?: { amount: string; every: number; unit: WireRecurrence['unit']; trialDays: number } | null
  /** Seconds until it expires unanswered, 60 to 86400. */
  expiresIn?: number
}

/** The agent's request is not one that anybody could agree to; nothing was sent. */
export class MalformedRequest extends Error {
  override name = 'MalformedRequest'
}

export function orderRequestOf(request: PaymentRequest): OrderRequest {
  const currency = request.currency.trim().toUpperCase()
  if (!isCurrency(currency))
    throw new MalformedRequest(`"${request.currency}" is not an ISO 4217 currency code.`)
  return {
    payee: { website: originOf(request.payee), name: request.payeeName ?? null },
    items: request.items.map((item) => ({
      name: item.name,
      quantity: item.quantity,
      amount: item.amount === null ? null : minor(item.amount, currency, `the amount of "${item.name}"`),
    })),
    totals: [],
    total: { amount: minor(request.total, currency, 'the total'), currency },
    ship_to: request.shipTo ?? null,
    reason: request.reason,
    merchant_order: request.merchantOrder ?? null,
    recurrence: recurrenceOf(request.renewal ?? null, currency),
    ...(request.expiresIn === undefined ? {} : { expires_in: request.expiresIn }),
  }
}

/** A plain decimal as minor units, for a tip or a change. */
export function minor(decimal: string, currency: string, what: string): string {
  const amount = fromDecimal(decimal, currency)
  if (amount === null) {
    throw new MalformedRequest(
      `"${decimal}" is not ${what} in ${currency}: write a plain decimal like 49.99, without signs or grouping.`,
    )
  }
  return toWire(amount).amount
}

function recurrenceOf(renewal: PaymentRequest['renewal'], currency: string): WireRecurrence | null {
  if (renewal === null || renewal === undefined) return null
  const { every, unit, trialDays } = renewal
  return { every, unit, trialDays, amount: minor(renewal.amount, currency, 'the renewal amount') }
}

function originOf(address: string): string {
  try {
    const { origin, protocol } = new URL(address)
    if (protocol === 'https:' || protocol === 'http:') return origin
  } catch {
    // Said below.
  }
  throw new MalformedRequest(`"${address}" is not the web address of a merchant, like https://shop.example.`)
}
