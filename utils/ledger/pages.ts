/** The history, newest first, page by page along an index; how much there is does not matter. */
import type { AttemptState } from '../attempt/states.ts'
import type { AttemptRow, Ledger } from './db.ts'

export interface HistoryFilter {
  site?: string
  states?: readonly AttemptState[]
  /** Epoch ms, [from, to). */
  from?: number
  to?: number
}

/** A stretch of an index. */
type Walk = ReturnType<Ledger['attempts']['toCollection']>

/** Where a page ended. */
export interface Place {
  createdAt: number
  id: string
}

export interface Page {
  rows: AttemptRow[]
  /** Where the next page begins, null after the last. */
  next: Place | null
}

/** Newest `limit` attempts of a filter that are older than `after`. Only keys are walked; rows are read once chosen. */
export async function attemptPage(
  db: Ledger,
  filter: HistoryFilter = {},
  { limit = 50, after }: { limit?: number; after?: Place | null } = {},
): Promise<Page> {
  return db.transaction('r', db.attempts, async () => {
    const lists = await Promise.all(
      walksOf(db, filter, after ?? null).map((walk) => newestKeys(walk, limit + 1, after ?? null)),
    )
    const chosen = lists.flat().sort(newestFirst).slice(0, limit)
    const more = lists.flat().length > limit
    const found = await db.attempts.bulkGet(chosen.map(({ id }) => id))
    const rows = found.flatMap((row) => (row ? [row] : []))
    return { rows, next: more ? (chosen.at(-1) ?? null) : null }
  })
}

/** One stretch of an index for each wanted state, or one for all. */
function walksOf(db: Ledger, filter: HistoryFilter, after: Place | null): Walk[] {
  const { site, states, from = -Infinity } = filter
  const to = Math.min(filter.to ?? Infinity, after === null ? Infinity : after.createdAt + 1)
  const stretch = (index: string, prefix: string[]) =>
    db.attempts.where(index).between([...prefix, from], [...prefix, to])
  if (states === undefined) {
    return site === undefined
      ? [db.attempts.where('createdAt').between(from, to)]
      : [stretch('[site.key+createdAt]', [site])]
  }
  return [...new Set(states)].map((state) =>
    site === undefined
      ? stretch('[state+createdAt]', [state])
      : stretch('[site.key+state+createdAt]', [site, state]),
  )
}

async function newestKeys(walk: Walk, limit: number, after: Place | null): Promise<Place[]> {
  const keys: Place[] = []
  // The end of the last page is walked again where several attempts share its millisecond.
  await walk
    .reverse()
    .until(() => keys.length >= limit)
    .eachKey((key, cursor) => {
      const createdAt = Array.isArray(key) ? Number(key.at(-1)) : Number(key)
      const place = { createdAt, id: String(cursor.primaryKey) }
      if (after === null || newestFirst(after, place) < 0) keys.push(place)
    })
  return keys.slice(0, limit)
}

/** Order of the history: newest first, then by id downwards, as a reversed index has it. */
export function newestFirst(a: Place, b: Place): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}
