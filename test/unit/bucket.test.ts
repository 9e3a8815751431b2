/** The running sums of one scope: what a booking changes, what time leaves of it, and what stays as it was. */
import 'temporal-polyfill/global'
import { describe, expect, it } from 'vitest'
import {
  type Bucket,
  type Change,
  change,
  currentWindow,
  HOUR,
  roll,
  sliceStart,
} from '../../utils/caps/bucket.ts'

const at = (iso: string) => Date.parse(iso)
/** A Monday. */
const NOON = at('2026-11-23T12:00:00Z')
const UTC = { zone: 'UTC' }

const booking = (more: Partial<Change> = {}): Change => ({
  currency: 'EUR',
  bookedAt: NOON,
  settled: 0n,
  reserved: 1_000n,
  orders: 1,
  ...more,
})
const booked = (more: Partial<Change> = {}, sliceHours = 0): Bucket =>
  change({ ...roll(undefined, 'all', NOON, UTC), sliceHours }, booking(more))

const euros = (bucket: Bucket) =>
  Object.fromEntries(
    Object.entries(bucket.windows).map(([kind, { money, orders }]) => [
      kind,
      [money.EUR?.settled ?? 0n, money.EUR?.reserved ?? 0n, orders],
    ]),
  )

describe('a booking', () => {
  it('counts in every window that holds it', () => {
    const each = [0n, 1_000n, 1]
    expect(euros(booked())).toEqual({ day: each, week: each, month: each, year: each, total: each })
  })

  it('adds to what is there, each currency on its own', () => {
    const twice = change(booked(), booking({ currency: 'USD', reserved: 7n }))
    expect(change(twice, booking({ settled: 5n })).windows.day).toMatchObject({
      orders: 3,
      money: { EUR: { settled: 5n, reserved: 2_000n }, USD: { settled: 0n, reserved: 7n } },
    })
  })

  it('changes only the windows that were open at its time, their first moment included and their end not', () => {
    const day = at('2026-11-23T00:00:00Z')
    const only = (bookedAt: number) => euros(change(roll(undefined, 'all', NOON, UTC), booking({ bookedAt })))
    expect(only(day).day).toEqual([0n, 1_000n, 1])
    // Sunday belongs to the month and to the year, not to the Monday or its week.
    expect(only(day - 1)).toMatchObject({
      day: [0n, 0n, 0],
      week: [0n, 0n, 0],
      month: [0n, 1_000n, 1],
      total: [0n, 1_000n, 1],
    })
    expect(only(day + 24 * HOUR - 1).day).toEqual([0n, 1_000n, 1])
    expect(only(day + 24 * HOUR).day).toEqual([0n, 0n, 0])
  })

  it('that ends moves from reserved to settled, or leaves everything as it was before', () => {
    const ended = { reserved: -1_000n, orders: 0 }
    expect(euros(change(booked(), booking({ ...ended, settled: 1_000n }))).day).toEqual([1_000n, 0n, 1])
    expect(euros(change(booked(), booking({ ...ended, orders: -1 }))).day).toEqual([0n, 0n, 0])
  })

  it('does not change the bucket that it is given', () => {
    const before = booked({}, 6)
    const copy = structuredClone(before)
    change(before, booking())
    expect(before).toEqual(copy)
  })
})

describe('the hours of a sliding cap', () => {
  it('begin on the hour', () => {
    expect(sliceStart(NOON + HOUR - 1)).toBe(NOON)
    expect(sliceStart(NOON + HOUR)).toBe(NOON + HOUR)
  })

  it('are kept only where a cap needs them', () => {
    expect(booked().slices).toEqual([])
    const money = { EUR: { settled: 0n, reserved: 1_000n } }
    expect(booked({}, 6).slices).toEqual([{ start: NOON, orders: 1, money }])
  })

  it('are summed by the hour and stand in order of time, whatever came first', () => {
    const late = change(booked({}, 6), booking({ bookedAt: NOON + 2 * HOUR + 5 }))
    const early = change(late, booking({ bookedAt: NOON - HOUR }))
    const again = change(early, booking({ bookedAt: NOON + 59 * 60_000 }))
    expect(
      again.slices.map(({ start, orders, money }) => [start - NOON, orders, money.EUR?.reserved]),
    ).toEqual([
      [-HOUR, 1, 1_000n],
      [0, 2, 2_000n],
      [2 * HOUR, 1, 1_000n],
    ])
  })

  it('are not opened again by what ends after they were dropped', () => {
    const bucket = booked({}, 6)
    const settles = { bookedAt: NOON - 9 * HOUR, settled: 1_000n, reserved: -1_000n }
    expect(change(bucket, booking({ ...settles, orders: 0 })).slices).toEqual(bucket.slices)
    expect(change(bucket, booking({ ...settles, settled: 0n, orders: -1 })).slices).toEqual(bucket.slices)
    const here = change(bucket, booking({ settled: 1_000n, reserved: -1_000n, orders: 0 }))
    expect(here.slices).toEqual([
      { start: NOON, orders: 1, money: { EUR: { settled: 1_000n, reserved: 0n } } },
    ])
  })

  it('are dropped when no cap can ask for them any more', () => {
    const bucket = booked({}, 6)
    expect(roll(bucket, 'all', NOON + 7 * HOUR - 1, UTC).slices).toEqual(bucket.slices)
    expect(roll(bucket, 'all', NOON + 7 * HOUR, UTC).slices).toEqual([])
  })
})

describe('time', () => {
  it('begins windows anew that are over, and no other', () => {
    const next = roll(booked(), 'all', at('2026-11-24T00:00:00Z'), UTC)
    expect(euros(next)).toMatchObject({ day: [0n, 0n, 0], week: [0n, 1_000n, 1], total: [0n, 1_000n, 1] })
    expect(next.windows.day).toMatchObject({
      start: at('2026-11-24T00:00:00Z'),
      end: at('2026-11-25T00:00:00Z'),
    })
    expect(next.windows.total).toMatchObject({ start: 0, end: null })
    expect(next.key).toBe('all')
    const years = roll(booked(), 'all', at('2027-01-01T00:00:00Z'), UTC)
    expect(euros(years)).toMatchObject({ month: [0n, 0n, 0], year: [0n, 0n, 0], total: [0n, 1_000n, 1] })
  })

  it('leaves what retention has counted and how far back hours are kept', () => {
    const opening = { orders: 3, money: { EUR: { settled: 9n, reserved: 0n } } }
    const rolled = roll({ ...booked({}, 6), opening }, 'all', NOON + 1, UTC)
    expect(rolled).toMatchObject({ opening, sliceHours: 6 })
    expect('opening' in roll(booked(), 'all', NOON + 1, UTC)).toBe(false)
    expect(roll(undefined, 'all', NOON, UTC)).toMatchObject({ sliceHours: 0, slices: [] })
  })

  it('that is set back opens no window again', () => {
    const tomorrow = roll(booked(), 'all', at('2026-11-24T12:00:00Z'), UTC)
    expect(roll(tomorrow, 'all', NOON, UTC).windows.day).toEqual(tomorrow.windows.day)
  })

  it('of another zone lengthens the window that is open and never gives a fresh one early', () => {
    // A day of Auckland ends at 11:00 UTC; the day of Los Angeles that holds that moment began at 08:00.
    const auckland = roll(undefined, 'all', at('2026-11-23T10:00:00Z'), { zone: 'Pacific/Auckland' })
    const full = change(auckland, booking({ bookedAt: at('2026-11-23T10:00:00Z') }))
    expect(full.windows.day.end).toBe(at('2026-11-23T11:00:00Z'))
    const there = { zone: 'America/Los_Angeles' }
    expect(currentWindow(full, 'day', at('2026-11-23T11:00:00Z'), there)).toMatchObject({
      start: full.windows.day.start,
      end: at('2026-11-24T08:00:00Z'),
      orders: 1,
    })
    // Where the new zone's day begins just as the old one ends there is nothing to lengthen.
    const utc = roll(undefined, 'all', NOON, UTC)
    expect(currentWindow(change(utc, booking()), 'day', at('2026-11-24T00:00:00Z'), UTC).orders).toBe(0)
  })
})
