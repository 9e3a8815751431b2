/**
 * Caps: how much agents may spend. Absence of a cap means "ask", never "unlimited".
 * Window names follow Stripe Issuing's `spending_limits.interval`.
 */
import type { Money } from '../money/money.ts'

export const CAP_WINDOWS = ['order', 'day', 'week', 'month', 'year', 'total'] as const
export type CapWindow = (typeof CAP_WINDOWS)[number]

export type CapScope = { kind: 'all' } | { kind: 'site'; site: string }

export interface Cap {
  id: string
  scope: CapScope
  window: CapWindow
  /** Limit in one currency; each currency is counted on its own. */
  limit: Money
  createdAt: number
  updatedAt: number
}

/** What has been spent in a cap's window. `reserved` counts as spent until it is settled or released. */
export interface Spend {
  settled: bigint
  reserved: bigint
}

/** One cap beside one order: the meter that the person sees. */
export interface CapReading {
  cap: Cap
  used: Money
  after: Money
  /** What is left before this order, never negative. */
  left: Money
  /** By how much this order exceeds the cap; zero when it fits. */
  excess: Money
  /** When the window starts anew (epoch ms), null for 'order' and 'total'. */
  resetsAt: number | null
}

export function scopeKey(scope: CapScope): string {
  return scope.kind === 'all' ? 'all' : `site:${scope.site}`
}
