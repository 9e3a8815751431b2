/**
 * Cap windows: which spends count against a cap at an instant. Calendar windows follow the user's IANA zone, so a
 * day may have 23 or 25 hours; weeks start on Monday (ISO 8601) and months on the first unless the person chose another
 * day. Uses the platform's Temporal (Chromium 144, Firefox 139); Node tests bring the polyfill.
 */
import type { CapWindow } from './cap.ts'

type Calendar = Exclude<CapWindow, 'order' | 'total' | 'sliding'>

/** Where the person lets weeks and months begin. */
export interface Anchors {
  /** 1 Monday to 7 Sunday. */
  weekday?: number
  /** 1 to 31; a month that is too short begins on its last day (31 Jan, 28 Feb, 31 Mar, as Stripe bills). */
  monthDay?: number
}

/** Local date on which the window that holds `at` (epoch ms) begins. */
function firstDay(window: Calendar, at: number, zone: string, anchors: Anchors): Temporal.PlainDate {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  switch (window) {
    case 'day':
      return date
    case 'week':
      return date.subtract({ days: (date.dayOfWeek - (anchors.weekday ?? 1) + 7) % 7 })
    case 'month': {
      const monthDay = anchors.monthDay ?? 1
      const here = date.with({ day: monthDay })
      return Temporal.PlainDate.compare(here, date) <= 0 ? here : monthBefore(date).with({ day: monthDay })
    }
    case 'year':
      return date.with({ month: 1, day: 1 })
  }
}

/** `with` clamps a day that the month does not have, so adding is done from the first and the anchor put back. */
function monthBefore(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.with({ day: 1 }).subtract({ months: 1 })
}

function nextFirstDay(window: Calendar, first: Temporal.PlainDate, anchors: Anchors): Temporal.PlainDate {
  switch (window) {
    case 'day':
      return first.add({ days: 1 })
    case 'week':
      return first.add({ weeks: 1 })
    case 'month':
      return first
        .with({ day: 1 })
        .add({ months: 1 })
        .with({ day: anchors.monthDay ?? 1 })
    case 'year':
      return first.add({ years: 1 })
  }
}

/** Name of the window that holds `at`: its first local date, or the window's own name where it has none. */
export function windowName(window: CapWindow, at: number, zone: string, anchors: Anchors = {}): string {
  if (window === 'order' || window === 'total' || window === 'sliding') return window
  return firstDay(window, at, zone, anchors).toString()
}

/** When the window that holds `at` began (epoch ms), or null for windows without a beginning. */
export function windowStart(
  window: CapWindow,
  at: number,
  zone: string,
  anchors: Anchors = {},
): number | null {
  if (window === 'order' || window === 'total' || window === 'sliding') return null
  return instantOf(firstDay(window, at, zone, anchors), zone)
}

/** When the window that holds `at` ends (epoch ms), or null for windows without an end. */
export function windowEnd(window: CapWindow, at: number, zone: string, anchors: Anchors = {}): number | null {
  if (window === 'order' || window === 'total' || window === 'sliding') return null
  return instantOf(nextFirstDay(window, firstDay(window, at, zone, anchors), anchors), zone)
}

/** First instant of a local date; a day may begin at one o'clock. */
function instantOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).toInstant().epochMilliseconds
}
