/** How an order reads to a model: flat, decimal amounts, and one plain sentence of what to do next. */
import { z } from 'zod'
import type { CapAnswer } from '../../utils/contract/caps.ts'
import type { OrderAnswer } from '../../utils/contract/orders.ts'
import { SUBSCRIPTION_STATES, type SubscriptionAnswer } from '../../utils/contract/subscriptions.ts'
import { parseMoney, toDecimal, type WireMoney } from '../../utils/money/money.ts'
import { OPEN } from '../sdk/consent-guard.ts'
import { BackendUnreachable, PaymentRefused } from '../sdk/errors.ts'
import { MalformedRequest } from '../sdk/payment-request.ts'

/** `pending`: nobody has decided, or the money is on its way. Everything else is final. */
export const PAYMENT = {
  order_id: z.string(),
  status: z.enum(['pending', 'approved', 'paid', 'rejected', 'cancelled', 'expired', 'failed', 'unclear']),
  amount: z.string().describe('Plain decimal'),
  currency: z.string(),
  payee: z.string(),
  version: z.number(),
  can_cancel_until: z.string().nullable(),
  failure: z.string().nullable(),
  answer: z.string().nullable().describe("The person's own words with a rejection"),
  next: z.string().describe('What to do now'),
}
const SHAPE = z.object(PAYMENT)
export type Payment = z.infer<typeof SHAPE>

export function paymentOf(order: OrderAnswer): Payment {
  const total = parseMoney(order.order.total)
  return {
    order_id: order.order_id,
    status: statusOf(order),
    amount: total === null ? 'unknown' : toDecimal(total),
    currency: order.order.currency ?? 'unknown',
    payee: order.order.site.origin,
    version: order.version,
    can_cancel_until: order.settles_at,
    failure: order.failure,
    answer: order.answer,
    next: order.next,
  }
}

export const CAP = {
  scope: z.string().describe('all, or the site that it is for'),
  window: z.string(),
  currency: z.string(),
  limit: z.string().describe('Plain decimal'),
  used: z.string(),
  left: z.string(),
  resets_at: z.string().nullable(),
}
const CAP_SHAPE = z.object(CAP)

export function capOf(cap: CapAnswer): z.infer<typeof CAP_SHAPE> {
  return {
    scope: cap.scope.kind === 'site' ? cap.scope.site : cap.scope.kind,
    window: cap.window,
    currency: cap.limit.currency,
    limit: decimal(cap.limit),
    used: decimal(cap.used),
    left: decimal(cap.left),
    resets_at: cap.resets_at,
  }
}

export const SUBSCRIPTION = {
  subscription_id: z.string(),
  order_id: z.string(),
  status: z.enum(SUBSCRIPTION_STATES),
  payee: z.string(),
  price: z.string().describe('Plain decimal, each renewal'),
  proposed_price: z
    .string()
    .nullable()
    .describe('A higher price the merchant wants; the person is asked at the next renewal'),
  currency: z.string(),
  renews: z.string(),
  next_at: z.string().nullable(),
}
const SUBSCRIPTION_SHAPE = z.object(SUBSCRIPTION)

export function subscriptionOf(known: SubscriptionAnswer): z.infer<typeof SUBSCRIPTION_SHAPE> {
  return {
    subscription_id: known.subscription_id,
    order_id: known.order_id,
    status: known.state,
    payee: known.payee,
    price: decimal(known.price),
    proposed_price: known.proposed === null ? null : decimal(known.proposed),
    currency: known.price.currency,
    renews: `every ${known.every} ${known.unit}`,
    next_at: known.next_at,
  }
}

function decimal(amount: WireMoney): string {
  const parsed = parseMoney(amount)
  return parsed === null ? 'unknown' : toDecimal(parsed)
}

function statusOf({ state }: OrderAnswer): Payment['status'] {
  switch (state) {
    case 'requested':
      return 'pending'
    case 'approved':
    case 'authorised':
      return 'approved'
    case 'settled':
      return 'paid'
    case 'unknown':
      return 'unclear'
    default:
      return state
  }
}

export function isOpen(order: OrderAnswer): boolean {
  return OPEN.includes(order.state)
}

export interface ToolResult {
  [key: string]: unknown
  content: { type: 'text'; text: string }[]
  structuredContent?: Record<string, unknown>
  isError?: boolean
}

export function tell(value: Record<string, unknown>): ToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value }
}

/** Errors as results: a model must read what to do, not a stack. */
export async function orSay(work: () => Promise<ToolResult>): Promise<ToolResult> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PaymentRefused) return say(error.code, error.message, error.next)
    if (error instanceof BackendUnreachable) return say('backend_unreachable', error.message, error.next)
    if (error instanceof MalformedRequest) {
      return say('malformed', error.message, 'Nothing was asked. Correct it and ask again.')
    }
    throw error
  }
}

function say(code: string, message: string, next: string): ToolResult {
  return { content: [{ type: 'text', text: JSON.stringify({ error: code, message, next }) }], isError: true }
}
