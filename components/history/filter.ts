import type { AttemptState } from '../../utils/attempt/states.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'

export interface Filter {
  state: AttemptState | null
  site: string | null
  actor: AttemptRow['actor']['kind'] | null
  /** Local dates, `YYYY-MM-DD`, both included. */
  from: string | null
  to: string | null
  /** Words to find in merchant, site, items and page. */
  text: string
}

export const NO_FILTER: Filter = { state: null, site: null, actor: null, from: null, to: null, text: '' }

export function isFiltered(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== null && value !== '')
}

/** Whether a row has everything that was asked for, state, site and dates aside: those the index answers. */
export function passes(row: AttemptRow, filter: Filter): boolean {
  if (filter.state !== null && row.state !== filter.state) return false
  if (filter.actor !== null && row.actor.kind !== filter.actor) return false
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const names = row.order.items.map((item) => item.name)
  const hay = [row.order.merchant ?? '', row.site.key, row.page, ...names].join('\n').toLowerCase()
  return words.every((word) => hay.includes(word))
}

/** Start of a local day, epoch ms; null for no or no real date. */
export function dayStart(date: string | null): number | null {
  if (date === null) return null
  const at = new Date(`${date}T00:00:00`).getTime()
  return Number.isNaN(at) ? null : at
}
