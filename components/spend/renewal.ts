/** When a subscription renews next, counted from the day it was agreed to or its trial ended. */
import type { Recurrence } from '../../utils/order/order.ts'

const UNITS = { day: 'days', week: 'weeks', month: 'months', year: 'years' } as const

/**
 * The first renewal after `at` (epoch ms), as the calendar of `zone` has it: 31 January, 28 February, 31 March. A guess
 * about the merchant's own clock, so only the day is worth showing.
 */
export function nextRenewal(since: number, recurrence: Recurrence, at: number, zone: string): number {
  const { every, unit, trialDays } = recurrence
  const start = Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(zone)
  const anchor = trialDays > 0 ? start.add({ days: trialDays }) : start
  for (let n = trialDays > 0 ? 0 : 1; ; n++) {
    const next = anchor.add({ [UNITS[unit]]: n * every }).epochMilliseconds
    if (next > at) return next
  }
}
