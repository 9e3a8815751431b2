/**
 * Running sums of one scope: one row, so that an approval changes two rows and not one for each window and currency.
 * Each window carries its own beginning and end as instants. A window starts anew only when `at` has passed its end, so
 * a change of zone takes effect at the next window, and a clock that is set back does not open a used-up one again.
 */
import type { Spend } from './cap.ts'
import { type Anchors, windowEnd, windowStart } from './windows.ts'

export const SUMMED = ['day', 'week', 'month', 'year', 'total'] as const
export type SummedWindow = (typeof SUMMED)[number]

/** Orders and money of one stretch of time. `orders` counts what is reserved or settled, in any currency. */
export interface Sums {
  orders: number
  money: Record<string, Spend>
}

export interface WindowSums extends Sums {
  /** Epoch ms, [start, end). `end` is null for 'total'. */
  start: number
  end: number | null
}

/** One hour of the clock (epoch ms of its start), for sliding windows. */
export interface Slice extends Sums {
  start: number
}

export interface Bucket {
  /** `scopeKey` of the scope. */
  key: string
  windows: Record<SummedWindow, WindowSums>
  /** How many hours back `slices` are complete; 0 where no sliding cap ever needed them. */
  sliceHours: number
  /** Ascending by start, only hours in which something was booked. */
  slices: Slice[]
  /** What `total` holds from bookings that retention has deleted; absent where none was. */
  opening?: Sums
}

/** The person's calendar: IANA zone and where weeks and months begin. */
export interface Calendar {
  zone: string
  anchors?: Anchors
}

export const HOUR = 3_600_000

/** The bucket as it stands at `at`: windows that are over start anew, and hours that no cap can ask for are dropped. */
export function roll(old: Bucket | undefined, key: string, at: number, calendar: Calendar): Bucket {
  const window = (kind: SummedWindow) => currentWindow(old, kind, at, calendar)
  const sliceHours = old?.sliceHours ?? 0
  return {
    key,
    windows: {
      day: window('day'),
      week: window('week'),
      month: window('month'),
      year: window('year'),
      total: window('total'),
    },
    sliceHours,
    slices: slidingSlices(old, sliceHours, at),
    ...(old?.opening ? { opening: old.opening } : {}),
  }
}

/** The window of a kind that holds `at`; its sums where something was booked in it. */
export function currentWindow(
  bucket: Bucket | undefined,
  kind: SummedWindow,
  at: number,
  { zone, anchors }: Calendar,
): WindowSums {
  const old = bucket?.windows[kind]
  if (old && (old.end === null || at < old.end)) return old
  const start = windowStart(kind, at, zone, anchors) ?? 0
  const end = windowEnd(kind, at, zone, anchors)
  // After a change of zone or anchor `at` can be past the old window's end and yet inside one that began before it:
  // then the old one goes on to that one's end. A change may lengthen a window, never give a fresh one early.
  if (old && old.end !== null && start < old.end) return { ...old, end }
  return { start, end, orders: 0, money: {} }
}

/** Hours that may still count at `at`: those that are not wholly older than the window. Counts up to an hour longer. */
export function slidingSlices(bucket: Bucket | undefined, hours: number, at: number): Slice[] {
  const oldest = at - hours * HOUR
  return (bucket?.slices ?? []).filter((slice) => slice.start + HOUR > oldest)
}

export function sliceStart(at: number): number {
  return Math.floor(at / HOUR) * HOUR
}

/** A change of what was booked at `bookedAt`, in every window that was open then and still is. */
export interface Change {
  currency: string
  bookedAt: number
  settled: bigint
  reserved: bigint
  orders: number
}

export function change(bucket: Bucket, by: Change): Bucket {
  const windows = { ...bucket.windows }
  for (const kind of SUMMED) {
    const window = windows[kind]
    if (holds(window, by.bookedAt)) windows[kind] = { ...window, ...changeSums(window, by) }
  }
  return { ...bucket, windows, slices: changeSlices(bucket, by) }
}

function holds(window: WindowSums, instant: number): boolean {
  return window.start <= instant && (window.end === null || instant < window.end)
}

function changeSlices(bucket: Bucket, by: Change): Slice[] {
  if (bucket.sliceHours === 0) return bucket.slices
  const start = sliceStart(by.bookedAt)
  const found = bucket.slices.find((slice) => slice.start === start)
  // Only a booking opens an hour; what ends later changes the hour it was booked in, if that is still kept.
  if (!found && by.orders <= 0) return bucket.slices
  const changed = { start, ...changeSums(found ?? { orders: 0, money: {} }, by) }
  return [...bucket.slices.filter((slice) => slice.start !== start), changed].sort(
    (a, b) => a.start - b.start,
  )
}

function changeSums(sums: Sums, by: Change): Sums {
  const spend = sums.money[by.currency] ?? { settled: 0n, reserved: 0n }
  return {
    orders: sums.orders + by.orders,
    money: {
      ...sums.money,
      [by.currency]: { settled: spend.settled + by.settled, reserved: spend.reserved + by.reserved },
    },
  }
}
