/**
 * Cap windows: which spends count against a cap at an instant. Calendar windows follow the user's IANA zone, so a
 * day may have 23 or 25 hours; weeks start on Monday (ISO 8601). Uses the platform's Temporal (Chromium 144,
 * Firefox 139); Node tests bring the polyfill.
 */
import type { CapWindow } from './cap.ts'

type Calendar = Exclude<CapWindow, 'order' | 'total'>

/** Local date on which the window that holds `at` (epoch ms) begins. */
function firstDay(window: Calendar, at: number, zone: string): Temporal.PlainDate {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  switch (window) {
    case 'day':
      return date
    case 'week':
      return date.subtract({ days: date.dayOfWeek - 1 })
    case 'month':
      return date.with({ day: 1 })
    case 'year':
      return date.with({ month: 1, day: 1 })
  }
}

const STEP: Record<Calendar, Temporal.DurationLike> = {
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
  year: { years: 1 },
}

/**
 * Name of the window that holds `at`: its first local date, "order" or "total". The name carries no zone, so a
 * traveller who changes zone within a day does not get a fresh day.
 */
export function windowName(window: CapWindow, at: number, zone: string): string {
  if (window === 'order' || window === 'total') return window
  return firstDay(window, at, zone).toString()
}

/** When the window that holds `at` ends (epoch ms), or null for 'order' and 'total'. */
export function windowEnd(window: CapWindow, at: number, zone: string): number | null {
  if (window === 'order' || window === 'total') return null
  const next = firstDay(window, at, zone).add(STEP[window])
  return next.toZonedDateTime(zone).toInstant().epochMilliseconds
}
