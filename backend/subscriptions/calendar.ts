/**
 * When renewals fall due: always counted from the first date, so that 31 January is followed by 28 February and then by
 * 31 March. Chaining from month to month would stay at the 28th (Stripe's billing cycle anchor works the same way).
 */
import 'temporal-polyfill/global'
import type { RecurrenceUnit } from '../../utils/contract/order-wire.ts'

/** Local time of day at which renewals are charged: awake, and never inside a clock change. */
const HOUR = '09:00'

export function periods(count: number, unit: RecurrenceUnit): Temporal.Duration {
  return Temporal.Duration.from({ [`${unit}s`]: count })
}

/** First renewal: after the trial where there is one, else one period after `at` (epoch ms). */
export function anchorDate(
  at: number,
  zone: string,
  every: number,
  unit: RecurrenceUnit,
  trialDays: number,
): Temporal.PlainDate {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  return trialDays > 0 ? today.add({ days: trialDays }) : today.add(periods(every, unit))
}

/** When renewal number `n` (from 0) is due, epoch ms. */
export function renewalTime(
  anchor: Temporal.PlainDate,
  n: number,
  zone: string,
  every: number,
  unit: RecurrenceUnit,
): number {
  const date = anchor.add(periods(n * every, unit))
  return date.toZonedDateTime({ timeZone: zone, plainTime: HOUR }).epochMilliseconds
}
