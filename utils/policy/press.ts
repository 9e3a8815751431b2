/** Where a press on Approve is enough: small, plain amounts, if the person wants that at all. Pure. */
import { type Money, parseMoney } from '../money/money.ts'
import type { Note, Order } from '../order/order.ts'
import type { Settings } from '../settings/settings.ts'

/** In any 24 hours; an agent that can press must not be able to press all day. */
export const MOST_PRESSES = 5

export interface PressQuestion {
  settings: Pick<Settings, 'freeBelow' | 'backend'>
  order: Pick<Order, 'total' | 'certain' | 'recurrence'>
  notes: readonly Note[]
  /** Approvals by a press alone in the last 24 hours. */
  presses: number
}

export function pressSuffices({ settings, order, notes, presses }: PressQuestion): boolean {
  const { total } = order
  // A backend takes no payment without the person's proof.
  if (settings.backend !== null || presses >= MOST_PRESSES) return false
  if (total === null || !order.certain || total.amount <= 0n || order.recurrence !== null) return false
  if (notes.some((note) => note.blocking || note.severity === 'danger')) return false
  const limit = limitOf(settings, total.currency)
  return limit !== null && total.amount < limit.amount
}

function limitOf({ freeBelow }: Pick<Settings, 'freeBelow'>, currency: string): Money | null {
  return parseMoney(freeBelow?.find((one) => one.currency === currency))
}
