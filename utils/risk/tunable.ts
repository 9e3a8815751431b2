/** Rules that a person may mute, each with the numbers from which on it speaks. What blocks is said all the same. */
import type { Thresholds } from './thresholds.ts'

export const TUNABLE = {
  large: ['ordersForUsual', 'timesLargest', 'largeFirst'],
  currency: [],
  'cart-total': ['cartPercent'],
  'cart-pieces': [],
  'price-rise': ['pricePercent'],
  fees: ['feePercent'],
  split: [],
  lookalike: [],
  'mixed-script': [],
  'bare-address': [],
  brand: [],
  'processor-lookalike': [],
  processor: [],
  'first-time': [],
  velocity: ['attempts10Minutes', 'attemptsHour', 'attemptsDay'],
  'agent-velocity': ['agentAttempts10Minutes'],
  'rejected-before': [],
  'card-testing': ['failedDay', 'testingUpTo'],
  night: ['nightFrom', 'nightTo'],
  clock: [],
  recurrence: [],
  preticked: [],
  quantity: ['quantity', 'quantityTimes'],
  address: [],
} as const satisfies Record<string, readonly (keyof Thresholds)[]>

export type TunableRule = keyof typeof TUNABLE

export const TUNABLE_RULES = Object.keys(TUNABLE) as TunableRule[]

export function isTunable(id: unknown): id is TunableRule {
  return typeof id === 'string' && Object.hasOwn(TUNABLE, id)
}
