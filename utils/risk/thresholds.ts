/** Where a rule begins to speak. The person may change each; a number that is none is refused when it is set. */
export interface Thresholds {
  /** Attempts of a site in ten minutes, an hour, a day; of an agent in ten minutes. */
  attempts10Minutes: number
  attemptsHour: number
  attemptsDay: number
  agentAttempts10Minutes: number
  /** Orders at a site before its own history says what is usual. */
  ordersForUsual: number
  /** How many times the largest order so far is far too much. */
  timesLargest: number
  /** A first order at a site is large from here on, in major units of its currency (200 means 200.00 EUR). */
  largeFirst: number
  /** By how many percent the total may exceed the cart's (delivery and tax are added on the way). */
  cartPercent: number
  /** By how many percent an item may cost more than on its product page. */
  pricePercent: number
  /** Share of the total that fees may be, percent. */
  feePercent: number
  /** Quantity of one item that is unusual, and how many times the largest so far. */
  quantity: number
  quantityTimes: number
  /** Night in the person's zone: from this hour on, up to the other (0 to 23). */
  nightFrom: number
  nightTo: number
  /** Failed payments in a day that look like card testing, and up to which size (major units). */
  failedDay: number
  testingUpTo: number
}

export const DEFAULTS: Thresholds = {
  attempts10Minutes: 5,
  attemptsHour: 12,
  attemptsDay: 40,
  agentAttempts10Minutes: 8,
  ordersForUsual: 10,
  timesLargest: 3,
  largeFirst: 200,
  cartPercent: 30,
  pricePercent: 10,
  feePercent: 15,
  quantity: 10,
  quantityTimes: 3,
  nightFrom: 1,
  nightTo: 5,
  failedDay: 3,
  testingUpTo: 10,
}

/** Reads thresholds that were set; null for anything that is not a sensible number of a known name. */
export function parseThresholds(value: unknown): Partial<Thresholds> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const parsed: Partial<Thresholds> = {}
  for (const [name, number] of Object.entries(value)) {
    if (!isName(name) || typeof number !== 'number' || !Number.isFinite(number)) return null
    if (number < 0 || number > 1_000_000) return null
    parsed[name] = number
  }
  return parsed
}

function isName(name: string): name is keyof Thresholds {
  return Object.hasOwn(DEFAULTS, name)
}
