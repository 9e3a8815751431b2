import type { AttemptState } from '../../utils/attempt/states.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'

export interface Filter {
  state: AttemptState | null
  site: string | null
  actor: AttemptRow['actor']['kind'] | null
  /** Local dates, `YYYY-MM-DD`, both included. */
  from: string | null
  to: string | null
  /** Words to find; the last one may be only begun. */
  text: string
}

export const NO_FILTER: Filter = { state: null, site: null, actor: null, from: null, to: null, text: '' }

export function isFiltered(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== null && value !== '')
}

/** Whether a row has the state and the asker that were asked for; words, site and dates are the index's business. */
export function passes(row: AttemptRow, filter: Filter): boolean {
  if (filter.state !== null && row.state !== filter.state) return false
  return filter.actor === null || row.actor.kind === filter.actor
}

/** Epoch ms, [from, to): the local days of the filter. */
export function timesOf(filter: Filter): { from: number; to: number } {
  const lastDay = dayStart(filter.to)
  return { from: dayStart(filter.from) ?? -Infinity, to: lastDay === null ? Infinity : lastDay + DAY }
}

const DAY = 86_400_000

/** Start of a local day, epoch ms; null for no or no real date. */
function dayStart(date: string | null): number | null {
  if (date === null) return null
  const at = new Date(`${date}T00:00:00`).getTime()
  return Number.isNaN(at) ? null : at
}
