/**
 * Caps: how much agents may spend. Absence of a cap means "ask", never "unlimited".
 * Window names follow Stripe Issuing's `spending_limits.interval`, sliding windows follow Adyen's.
 */
import { isCurrency } from '../money/currencies.ts'
import { isWireAmount, type Money, money } from '../money/money.ts'

/** Windows of the calendar, and the two that have none. What an editor offers first. */
export const CAP_WINDOWS = ['order', 'day', 'week', 'month', 'year', 'total'] as const
/** `sliding`: the last `Cap.hours` hours, at any moment. */
export type CapWindow = (typeof CAP_WINDOWS)[number] | 'sliding'

/** Longest sliding window: 31 days. Longer ones are what the calendar windows are for. */
export const MAX_SLIDING_HOURS = 744

export type CapScope =
  | { kind: 'all' }
  /** Site key, see `utils/site`. */
  | { kind: 'site'; site: string }
  /** The person's own name for a kind of shop. */
  | { kind: 'category'; category: string }
  /** An agent that names itself. A cap for an agent binds only while it tells the truth; `all` binds always. */
  | { kind: 'agent'; agent: string }

/**
 * ISO 4217's code for "no currency involved": the unit of a cap that counts orders, in whatever currency they are.
 * `{ amount: 5n, currency: ORDERS }` is five orders.
 */
export const ORDERS = 'XXX'

export interface Cap {
  id: string
  scope: CapScope
  window: CapWindow
  /** Only with window 'sliding': its length, 1 to 744. */
  hours?: number
  /** Limit in one currency, each counted on its own; or a number of orders (`ORDERS`). */
  limit: Money
  createdAt: number
  updatedAt: number
}

/** What has been spent in a cap's window. `reserved` counts as spent until it is settled or released. */
export interface Spend {
  settled: bigint
  reserved: bigint
}

/** One cap beside one order: the meter that the person sees. All four amounts are in the unit of the cap's limit. */
export interface CapReading {
  cap: Cap
  used: Money
  after: Money
  /** What is left before this order, never negative. */
  left: Money
  /** By how much this order exceeds the cap; zero when it fits. */
  excess: Money
  /**
   * When the cap has room again: the end of its window, or for a sliding one the moment its oldest spend drops out
   * (epoch ms). null for 'order', 'total' and an empty sliding window.
   */
  resetsAt: number | null
}

/** Key of the running sums that a cap of this scope is read from. */
export function scopeKey(scope: CapScope): string {
  switch (scope.kind) {
    case 'all':
      return 'all'
    case 'site':
      return `site:${scope.site}`
    case 'category':
      return `category:${scope.category}`
    case 'agent':
      return `agent:${scope.agent}`
  }
}

/** The name that stands in a scope, or null for `all`. */
export function scopeName(scope: CapScope): string | null {
  switch (scope.kind) {
    case 'all':
      return null
    case 'site':
      return scope.site
    case 'category':
      return scope.category
    case 'agent':
      return scope.agent
  }
}

export function countsOrders(cap: Cap): boolean {
  return cap.limit.currency === ORDERS
}

/** Reads the limit of a cap from the wire: money, or a number of orders. null for anything else or below zero. */
export function parseLimit(value: unknown): Money | null {
  if (typeof value !== 'object' || value === null) return null
  const { amount, currency } = value as Record<string, unknown>
  if (!isWireAmount(amount) || amount.startsWith('-') || typeof currency !== 'string') return null
  return currency === ORDERS || isCurrency(currency) ? money(BigInt(amount), currency) : null
}

export function isSlidingHours(hours: unknown): hours is number {
  return typeof hours === 'number' && Number.isInteger(hours) && hours >= 1 && hours <= MAX_SLIDING_HOURS
}
