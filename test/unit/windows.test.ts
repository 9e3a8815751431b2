import 'temporal-polyfill/global'
import { describe, expect, it } from 'vitest'
import { windowEnd, windowName } from '../../utils/caps/windows.ts'

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

  it('an order and a total never start anew', () => {
    expect(windowEnd('order', 0, 'UTC')).toBeNull()
    expect(windowEnd('total', 0, 'UTC')).toBeNull()
    expect(windowName('total', 0, 'UTC')).toBe('total')
  })
})
