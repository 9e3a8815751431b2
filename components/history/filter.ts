import type { AttemptState } from '../../utils/attempt/states.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { fromDecimal, type Money } from '../../utils/money/money.ts'

export interface Filter {
  state: AttemptState | null
  site: string | null
  actor: AttemptRow['actor']['kind'] | null
  /** Local dates, `YYYY-MM-DD`, both included. */
  from: string | null
  to: string | null
  /** Words to find; the last one may be only begun. */
  text: string
  /** Plain amounts in the payment's own currency, both included. */
  least: string
  most: string
  /** ISO 4217, or its beginning. */
  currency: string
}

export const NO_FILTER: Filter = {
  state: null,
  site: null,
  actor: null,
  from: null,
  to: null,
  text: '',
  least: '',
  most: '',
  currency: '',
}

export function isFiltered(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== null && value !== '')
}

/** Whether a row has what was asked for beside words, site and dates, which are the index's business. */
export function passes(row: AttemptRow, filter: Filter): boolean {
  if (filter.state !== null && row.state !== filter.state) return false
  if (filter.actor !== null && row.actor.kind !== filter.actor) return false
  const { currency, total } = row.order
  if (!(currency ?? '').startsWith(filter.currency.trim().toUpperCase())) return false
  return isAtLeast(total, filter.least) && isAtMost(total, filter.most)
}

/** Whether no index answers the whole filter, so that each row has to be looked at. */
export function looksAtRows({ actor, least, most, currency }: Filter): boolean {
  return actor !== null || least !== '' || most !== '' || currency !== ''
}

/** An unknown total is neither more nor less than anything, and no total fits an amount that is none. */
function isAtLeast(total: Money | null, text: string): boolean {
  if (text === '') return true
  const limit = limitIn(total, text)
  return total !== null && limit !== null && total.amount >= limit
}

function isAtMost(total: Money | null, text: string): boolean {
  if (text === '') return true
  const limit = limitIn(total, text)
  return total !== null && limit !== null && total.amount <= limit
}

function limitIn(total: Money | null, text: string): bigint | null {
  if (total === null) return null
  return fromDecimal(text.replace(',', '.'), total.currency)?.amount ?? null
}

/** Epoch ms, [from, to): the local days of the filter. */
export function timesOf(filter: Filter): { from: number; to: number } {
  const lastDay = dayStart(filter.to)
  return { from: dayStart(filter.from) ?? -Infinity, to: lastDay === null ? Infinity : lastDay + DAY }
}

export const PERIODS = ['today', '7', '30', 'year'] as const
export type Period = (typeof PERIODS)[number]

/** The local days of a period that ends today. */
export function daysOf(period: Period, today: Date): Pick<Filter, 'from' | 'to'> {
  const from = new Date(today)
  if (period === 'year') from.setMonth(0, 1)
  else if (period !== 'today') from.setDate(from.getDate() - Number(period) + 1)
  return { from: localDate(from), to: localDate(today) }
}

/** The period that the dates of a filter are; `null`: any time, `own`: other dates. */
export function periodOf({ from, to }: Filter, today: Date): Period | 'own' | null {
  if (from === null && to === null) return null
  const same = PERIODS.find((period) => {
    const days = daysOf(period, today)
    return days.from === from && days.to === to
  })
  return same ?? 'own'
}

function localDate(at: Date): string {
  return at.toLocaleDateString('sv-SE')
}

const DAY = 86_400_000

/** Start of a local day, epoch ms; null for no or no real date. */
function dayStart(date: string | null): number | null {
  if (date === null) return null
  const at = new Date(`${date}T00:00:00`).getTime()
  return Number.isNaN(at) ? null : at
}
