/** Do the caps leave room for this order? Pure: the sums come in, a reading for every cap goes out. */
import { compare, type Money, money, subtract, zero } from '../money/money.ts'
import { type Bucket, currentWindow, HOUR, type Sums, slidingSlices } from './bucket.ts'
import { type Cap, type CapReading, type CapScope, countsOrders, ORDERS, scopeKey } from './cap.ts'
import type { Anchors } from './windows.ts'

/** Whose order it is, as far as caps care. */
export interface Spender {
  site: string
  /** The person's name for this kind of shop; absent or null where it has none. */
  category?: string | null
  /** The agent that asked, by its own word; absent or null where none gave one. */
  agent?: string | null
}

/** Every scope that an order counts in. */
export function scopesOf({ site, category, agent }: Spender): CapScope[] {
  const scopes: CapScope[] = [{ kind: 'all' }, { kind: 'site', site }]
  if (category) scopes.push({ kind: 'category', category })
  if (agent) scopes.push({ kind: 'agent', agent })
  return scopes
}

/** Keys of the buckets that an order is booked into. */
export function bucketKeysFor(spender: Spender): string[] {
  return scopesOf(spender).map(scopeKey)
}

export function capApplies(cap: Cap, spender: Spender, currency: string): boolean {
  if (!countsOrders(cap) && cap.limit.currency !== currency) return false
  return bucketKeysFor(spender).includes(scopeKey(cap.scope))
}

export interface CapQuestion extends Spender {
  total: Money
  /** Epoch ms. */
  at: number
  /** IANA zone of the person. */
  zone: string
  anchors?: Anchors
}

/**
 * Reads every cap that applies. An order fits when no reading has an excess. `bucketOf` gives the row of a key
 * (`bucketKeysFor`), undefined where nothing was ever booked there.
 */
export function readCaps(
  caps: readonly Cap[],
  bucketOf: (key: string) => Bucket | undefined,
  question: CapQuestion,
): CapReading[] {
  return caps
    .filter((cap) => capApplies(cap, question, question.total.currency))
    .map((cap) => readCap(cap, bucketOf(scopeKey(cap.scope)), question))
}

/** One cap beside one order, whether or not it applies to it. Throws where a sliding cap's hours were never kept. */
export function readCap(
  cap: Cap,
  bucket: Bucket | undefined,
  question: Omit<CapQuestion, keyof Spender>,
): CapReading {
  const unit = cap.limit.currency
  const { sums, resetsAt } = sumsOf(cap, bucket, question)
  const used = money(
    sums.reduce((total, part) => total + usedOf(part, unit), 0n),
    unit,
  )
  const adds = countsOrders(cap) ? 1n : question.total.currency === unit ? question.total.amount : 0n
  const after = money(used.amount + adds, unit)
  return {
    cap,
    used,
    after,
    left: positive(subtract(cap.limit, used)),
    excess: positive(subtract(after, cap.limit)),
    resetsAt,
  }
}

function sumsOf(
  cap: Cap,
  bucket: Bucket | undefined,
  { at, zone, anchors }: Omit<CapQuestion, keyof Spender>,
): { sums: Sums[]; resetsAt: number | null } {
  if (cap.window === 'order') return { sums: [], resetsAt: null }
  if (cap.window === 'sliding') {
    const hours = cap.hours ?? 0
    if (hours < 1) throw new RangeError('a sliding cap without its hours')
    if (bucket && bucket.sliceHours < hours) throw new RangeError('hours of a sliding cap are not kept')
    const slices = slidingSlices(bucket, hours, at)
    const oldest = slices[0]
    return { sums: slices, resetsAt: oldest === undefined ? null : oldest.start + HOUR + hours * HOUR }
  }
  const window = currentWindow(bucket, cap.window, at, { zone, ...(anchors ? { anchors } : {}) })
  return { sums: [window], resetsAt: window.end }
}

function usedOf(sums: Sums, unit: string): bigint {
  if (unit === ORDERS) return BigInt(sums.orders)
  const spend = sums.money[unit]
  return spend === undefined ? 0n : spend.settled + spend.reserved
}

/** The caps that this order would break: amounts first, by how far; then numbers of orders. */
export function brokenCaps(readings: readonly CapReading[]): CapReading[] {
  const broken = readings.filter((reading) => reading.excess.amount > 0n)
  const [counts, amounts] = [broken.filter(isCount), broken.filter((reading) => !isCount(reading))]
  const furthest = (a: CapReading, b: CapReading) => compare(b.excess, a.excess)
  return [...amounts.sort(furthest), ...counts.sort(furthest)]
}

function isCount(reading: CapReading): boolean {
  return countsOrders(reading.cap)
}

function positive(value: Money): Money {
  return value.amount > 0n ? value : zero(value.currency)
}
