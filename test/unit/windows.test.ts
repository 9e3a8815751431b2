import 'temporal-polyfill/global'
import { describe, expect, it } from 'vitest'
import { windowEnd, windowName, windowStart } from '../../utils/caps/windows.ts'

const at = (iso: string) => Date.parse(iso)
const hours = (from: string, zone: string) => {
  const end = windowEnd('day', at(from), zone)
  const start = Temporal.PlainDate.from(windowName('day', at(from), zone)).toZonedDateTime(
    zone,
  ).epochMilliseconds
  return end === null ? null : (end - start) / 3_600_000
}

describe('cap windows follow the calendar of the user', () => {
  it('a day has 25 or 23 hours when the clocks change', () => {
    expect(hours('2026-10-25T12:00:00Z', 'Europe/Berlin')).toBe(25)
    expect(hours('2026-03-29T12:00:00Z', 'Europe/Berlin')).toBe(23)
    expect(hours('2026-11-23T12:00:00Z', 'Europe/Berlin')).toBe(24)
  })

  it('a day may begin at one o’clock', () => {
    const end = windowEnd('day', at('2026-09-05T12:00:00Z'), 'America/Santiago')
    expect(end).toBe(at('2026-09-06T04:00:00Z'))
  })

  it('midnight is the user’s midnight', () => {
    expect(windowName('day', at('2026-11-23T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-24')
    expect(windowName('day', at('2026-11-23T23:30:00Z'), 'America/New_York')).toBe('2026-11-23')
  })

  it('weeks begin on Monday, months and years on the first', () => {
    const sunday = at('2026-03-01T12:00:00Z')
    expect(windowName('week', sunday, 'UTC')).toBe('2026-02-23')
    expect(windowName('month', at('2024-02-29T12:00:00Z'), 'UTC')).toBe('2024-02-01')
    expect(windowName('year', sunday, 'UTC')).toBe('2026-01-01')
    expect(windowEnd('month', at('2024-02-29T12:00:00Z'), 'UTC')).toBe(at('2024-03-01T00:00:00Z'))
  })

  it('weeks begin and end on the day that the person chose', () => {
    const window = (weekday: number, day: string) => [
      windowName('week', at(`${day}T12:00:00Z`), 'UTC', { weekday }),
      new Date(windowEnd('week', at(`${day}T12:00:00Z`), 'UTC', { weekday }) ?? 0).toISOString().slice(0, 10),
    ]
    // 2026-11-25 is a Wednesday.
    expect(window(3, '2026-11-25')).toEqual(['2026-11-25', '2026-12-02'])
    expect(window(4, '2026-11-25')).toEqual(['2026-11-19', '2026-11-26'])
    expect(window(7, '2026-11-25')).toEqual(['2026-11-22', '2026-11-29'])
    expect(window(1, '2026-11-25')).toEqual(['2026-11-23', '2026-11-30'])
  })

  it('a month that is too short for the chosen day begins on its last one', () => {
    const window = (monthDay: number, day: string) => [
      windowName('month', at(`${day}T12:00:00Z`), 'UTC', { monthDay }),
      new Date(windowEnd('month', at(`${day}T12:00:00Z`), 'UTC', { monthDay }) ?? 0)
        .toISOString()
        .slice(0, 10),
    ]
    expect(window(31, '2026-02-27')).toEqual(['2026-01-31', '2026-02-28'])
    expect(window(31, '2026-02-28')).toEqual(['2026-02-28', '2026-03-31'])
    expect(window(31, '2026-03-30')).toEqual(['2026-02-28', '2026-03-31'])
    expect(window(29, '2028-02-29')).toEqual(['2028-02-29', '2028-03-29'])
    expect(window(15, '2026-01-14')).toEqual(['2025-12-15', '2026-01-15'])
    expect(window(15, '2026-12-15')).toEqual(['2026-12-15', '2027-01-15'])
  })

  it('begin and end at the instants of the user’s own midnight', () => {
    const noon = at('2026-03-29T12:00:00Z')
    const berlin = 'Europe/Berlin'
    expect(windowStart('day', noon, berlin)).toBe(at('2026-03-28T23:00:00Z'))
    expect(windowEnd('day', noon, berlin)).toBe(at('2026-03-29T22:00:00Z'))
    expect(windowStart('month', noon, berlin, { monthDay: 10 })).toBe(at('2026-03-09T23:00:00Z'))
    expect(windowStart('year', noon, berlin)).toBe(at('2025-12-31T23:00:00Z'))
    expect(windowEnd('year', noon, berlin)).toBe(at('2026-12-31T23:00:00Z'))
  })

  it('an order and a total never start anew', () => {
    expect(windowEnd('order', 0, 'UTC')).toBeNull()
    expect(windowEnd('total', 0, 'UTC')).toBeNull()
    for (const window of ['order', 'total', 'sliding'] as const) {
      expect(windowName(window, 0, 'UTC')).toBe(window)
      expect(windowStart(window, 0, 'UTC')).toBeNull()
      expect(windowEnd(window, 0, 'UTC')).toBeNull()
    }
  })
})
