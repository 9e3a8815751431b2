/** A cap beside an order, with the numbers written out: what the meter shows and whether the order fits. */
import 'temporal-polyfill/global'
import { describe, expect, it } from 'vitest'
import { type Bucket, change, HOUR, roll } from '../../utils/caps/bucket.ts'
import type { Cap, CapWindow } from '../../utils/caps/cap.ts'
import { brokenCaps, readCap, readCaps } from '../../utils/caps/check.ts'
import { money } from '../../utils/money/money.ts'

const at = (iso: string) => Date.parse(iso)
/** A Monday. */
const NOON = at('2026-11-23T12:00:00Z')
const UTC = { zone: 'UTC' }

const cap = (window: CapWindow, limit = money(10_000n, 'EUR'), more: Partial<Cap> = {}): Cap => ({
  id: window,
  scope: { kind: 'all' },
  window,
  limit,
  createdAt: 0,
  updatedAt: 0,
  ...more,
})
const question = (total = money(1_000n, 'EUR'), more = {}) => ({ total, at: NOON, ...UTC, ...more })

/** 30.00 EUR settled and 20.00 reserved, in two orders of this day. */
function spent(sliceHours = 0, times = [NOON - HOUR, NOON]): Bucket {
  const [first = NOON, second = NOON] = times
  const empty = { ...roll(undefined, 'all', first, UTC), sliceHours }
  const one = { currency: 'EUR', orders: 1, settled: 0n, reserved: 0n }
  const once = change(empty, { ...one, bookedAt: first, settled: 3_000n })
  return change(once, { ...one, bookedAt: second, reserved: 2_000n })
}

describe('a cap beside an order', () => {
  it('counts what is settled and what is reserved, and says what is left and when it is whole again', () => {
    const reading = readCap(cap('day'), spent(), question())
    expect(reading).toEqual({
      cap: cap('day'),
      used: money(5_000n, 'EUR'),
      after: money(6_000n, 'EUR'),
      left: money(5_000n, 'EUR'),
      excess: money(0n, 'EUR'),
      resetsAt: at('2026-11-24T00:00:00Z'),
    })
  })

  it('is kept to the last cent and broken by the next one', () => {
    const to = (amount: bigint) => readCap(cap('day'), spent(), question(money(amount, 'EUR'))).excess
    expect(to(5_000n)).toEqual(money(0n, 'EUR'))
    expect(to(5_001n)).toEqual(money(1n, 'EUR'))
  })

  it('that is overdrawn has nothing left, never less', () => {
    const reading = readCap(cap('day', money(4_000n, 'EUR')), spent(), question())
    expect(reading.left).toEqual(money(0n, 'EUR'))
    expect(reading.excess).toEqual(money(2_000n, 'EUR'))
  })

  it('of one order knows no other order and never resets', () => {
    const reading = readCap(cap('order'), spent(), question(money(10_001n, 'EUR')))
    expect(reading.used).toEqual(money(0n, 'EUR'))
    expect(reading.excess).toEqual(money(1n, 'EUR'))
    expect(reading.resetsAt).toBeNull()
  })

  it('of a number of orders counts orders, whatever they cost', () => {
    const two = cap('day', money(2n, 'XXX'))
    const reading = readCap(two, spent(), question(money(999_999n, 'USD')))
    expect(reading.used).toEqual(money(2n, 'XXX'))
    expect(reading.after).toEqual(money(3n, 'XXX'))
    expect(reading.excess).toEqual(money(1n, 'XXX'))
  })

  it('of another currency is shown as it stands, the order adds nothing to it', () => {
    const reading = readCap(cap('day'), spent(), question(money(999_999n, 'USD')))
    expect(reading.after).toEqual(money(5_000n, 'EUR'))
    const pounds = readCap(cap('day', money(1n, 'GBP')), spent(), question(money(1n, 'GBP')))
    expect(pounds.used).toEqual(money(0n, 'GBP'))
  })

  it('starts anew at the end of its window and not a moment before', () => {
    const end = at('2026-11-24T00:00:00Z')
    const used = (moment: number) => readCap(cap('day'), spent(), question(undefined, { at: moment })).used
    expect(used(end - 1)).toEqual(money(5_000n, 'EUR'))
    expect(used(end)).toEqual(money(0n, 'EUR'))
    expect(readCap(cap('total'), spent(), question(undefined, { at: end + 900 * 24 * HOUR }))).toMatchObject({
      used: money(5_000n, 'EUR'),
      resetsAt: null,
    })
  })

  it('where nothing was ever booked is whole, in the window of the calendar that the person chose', () => {
    const reads = (window: CapWindow, anchors = {}) =>
      readCap(cap(window), undefined, question(undefined, { anchors }))
    expect(reads('month').used).toEqual(money(0n, 'EUR'))
    expect(reads('month').resetsAt).toBe(at('2026-12-01T00:00:00Z'))
    expect(reads('month', { monthDay: 25 }).resetsAt).toBe(at('2026-11-25T00:00:00Z'))
    expect(reads('week').resetsAt).toBe(at('2026-11-30T00:00:00Z'))
    expect(reads('week', { weekday: 4 }).resetsAt).toBe(at('2026-11-26T00:00:00Z'))
    expect(reads('year').resetsAt).toBe(at('2027-01-01T00:00:00Z'))
  })
})

describe('a sliding cap', () => {
  const sliding = (hours: number) => cap('sliding', money(10_000n, 'EUR'), { hours })

  it('counts the hours that it looks back over and frees its oldest one first', () => {
    const bucket = spent(6, [NOON - 3 * HOUR, NOON])
    expect(readCap(sliding(6), bucket, question())).toMatchObject({
      used: money(5_000n, 'EUR'),
      // The slice of 09:00 to 10:00 has wholly left a window of six hours at 16:00.
      resetsAt: at('2026-11-23T16:00:00Z'),
    })
    const later = readCap(sliding(6), bucket, question(undefined, { at: at('2026-11-23T16:00:00Z') }))
    expect(later.used).toEqual(money(2_000n, 'EUR'))
    const justBefore = question(undefined, { at: at('2026-11-23T15:59:59.999Z') })
    expect(readCap(sliding(6), bucket, justBefore).used).toEqual(money(5_000n, 'EUR'))
  })

  it('that has seen nothing never resets', () => {
    expect(readCap(sliding(6), undefined, question())).toMatchObject({
      used: money(0n, 'EUR'),
      resetsAt: null,
    })
    expect(readCap(sliding(6), spent(6), question(undefined, { at: NOON + 48 * HOUR })).resetsAt).toBeNull()
  })

  it('refuses to read what was never kept instead of taking it for nothing', () => {
    expect(() => readCap(cap('sliding'), spent(6), question())).toThrow('a sliding cap without its hours')
    expect(() => readCap(sliding(0), spent(6), question())).toThrow('a sliding cap without its hours')
    expect(() => readCap(sliding(7), spent(6), question())).toThrow('hours of a sliding cap are not kept')
    expect(readCap(sliding(1), spent(1), question()).used).toEqual(money(5_000n, 'EUR'))
  })
})

describe('several caps', () => {
  it('are read where they apply, each from the sums of its own scope', () => {
    const site = { kind: 'site' as const, site: 'a.example' }
    const elsewhere = { kind: 'site' as const, site: 'b.example' }
    const caps = [
      cap('day'),
      cap('week', undefined, { scope: site }),
      cap('month', undefined, { scope: elsewhere }),
    ]
    const buckets = new Map([['all', spent()]])
    const readings = readCaps(caps, (key) => buckets.get(key), { ...question(), site: 'a.example' })
    expect(readings.map(({ cap: { id }, used }) => [id, used.amount])).toEqual([
      ['day', 5_000n],
      ['week', 0n],
    ])
  })

  it('that an order breaks are told by how far, amounts before numbers of orders', () => {
    const by = (id: string, amount: bigint, currency: string) => ({
      ...readCap(cap('order', money(0n, currency), { id }), undefined, question()),
      excess: money(amount, currency),
    })
    const readings = [
      by('one order', 1n, 'XXX'),
      by('fits', 0n, 'EUR'),
      by('a cent', 1n, 'EUR'),
      by('three orders', 3n, 'XXX'),
      by('a euro', 100n, 'EUR'),
      by('ten cents', 10n, 'EUR'),
    ]
    expect(brokenCaps(readings).map(({ cap: { id } }) => id)).toEqual([
      'a euro',
      'ten cents',
      'a cent',
      'three orders',
      'one order',
    ])
  })
})
