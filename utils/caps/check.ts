/** Do the caps leave room for this order? Pure: the spend comes in, a reading for every cap goes out. */
import { compare, type Money, money, subtract, zero } from '../money/money.ts'
import { CAP_WINDOWS, type Cap, type CapReading, type CapScope, type Spend, scopeKey } from './cap.ts'
import { windowEnd, windowName } from './windows.ts'

/** Windows that have a running sum. 'order' needs none. */
const SUMMED = CAP_WINDOWS.filter((window) => window !== 'order')

export function bucketKey(scope: CapScope, currency: string, window: string, name: string): string {
  return `${scopeKey(scope)}|${currency}|${window}|${name}`
}

/** Every bucket that an order of this site and currency is booked into at `at` (epoch ms). */
export function bucketKeysFor(site: string, currency: string, at: number, zone: string): string[] {
  const scopes: CapScope[] = [{ kind: 'all' }, { kind: 'site', site }]
  return scopes.flatMap((scope) =>
    SUMMED.map((window) => bucketKey(scope, currency, window, windowName(window, at, zone))),
  )
}

export function capApplies(cap: Cap, site: string, currency: string): boolean {
  if (cap.limit.currency !== currency) return false
  return cap.scope.kind === 'all' || cap.scope.site === site
}

export interface CapQuestion {
  site: string
  total: Money
  /** Epoch ms. */
  at: number
  zone: string
}

/** Reads every cap that applies. An order fits when no reading has an excess. */
export function readCaps(
  caps: readonly Cap[],
  spendOf: (bucket: string) => Spend | undefined,
  question: CapQuestion,
): CapReading[] {
  const { site, total, at, zone } = question
  return caps
    .filter((cap) => capApplies(cap, site, total.currency))
    .map((cap) => {
      const name = windowName(cap.window, at, zone)
      const spend =
        cap.window === 'order' ? undefined : spendOf(bucketKey(cap.scope, total.currency, cap.window, name))
      const used = money((spend?.settled ?? 0n) + (spend?.reserved ?? 0n), total.currency)
      const after = money(used.amount + total.amount, total.currency)
      return {
        cap,
        used,
        after,
        left: positive(subtract(cap.limit, used)),
        excess: positive(subtract(after, cap.limit)),
        resetsAt: windowEnd(cap.window, at, zone),
      }
    })
}

/** The caps that this order would break, tightest first. */
export function brokenCaps(readings: readonly CapReading[]): CapReading[] {
  return readings.filter((reading) => reading.excess.amount > 0n).sort((a, b) => compare(b.excess, a.excess))
}

function positive(value: Money): Money {
  return value.amount > 0n ? value : zero(value.currency)
}
