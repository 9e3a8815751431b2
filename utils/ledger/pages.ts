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

/** Newest `limit` attempts of a filter that are older than `after`. Keys first; rows are read once chosen. */
export async function attemptPage(
  db: Ledger,
  filter: HistoryFilter = {},
  { limit = 50, after = null }: { limit?: number; after?: Place | null } = {},
): Promise<Page> {
  return db.transaction('r', db.attempts, async () => {
    const ids = await Promise.all(
      stretchesOf(filter).map((stretch) => newestIds(db, stretch, filter, limit + 1, after)),
    )
    const found = await db.attempts.bulkGet(ids.flat())
    const newest = found.flatMap((row) => (row ? [row] : [])).sort(newestFirst)
    const rows = newest.slice(0, limit)
    const last = rows.at(-1)
    const next = last && newest.length > limit ? { createdAt: last.createdAt, id: last.id } : null
    return { rows, next }
  })
}

/** An index that ends in `createdAt`, and the values before that. */
interface Stretch {
  index: string
  prefix: string[]
}

/** One stretch of an index for each wanted state, or one for all. */
function stretchesOf({ site, states }: HistoryFilter): Stretch[] {
  if (states === undefined) {
    return [
      site === undefined
        ? { index: 'createdAt', prefix: [] }
        : { index: '[site.key+createdAt]', prefix: [site] },
    ]
  }
  return [...new Set(states)].map((state) =>
    site === undefined
      ? { index: '[state+createdAt]', prefix: [state] }
      : { index: '[site.key+state+createdAt]', prefix: [site, state] },
  )
}

/** Ids of the newest of a stretch that come after a place: first the rest of its millisecond, then what is older. */
async function newestIds(
  db: Ledger,
  { index, prefix }: Stretch,
  { from = -Infinity, to = Infinity }: HistoryFilter,
  limit: number,
  after: Place | null,
): Promise<string[]> {
  const key = (createdAt: number) => (prefix.length === 0 ? createdAt : [...prefix, createdAt])
  const end = after === null ? to : Math.min(to, after.createdAt)
  const tied =
    after !== null && after.createdAt >= from && after.createdAt < to
      ? await db.attempts.where(index).equals(key(after.createdAt)).primaryKeys()
      : []
  const rest = tied.filter((id) => after !== null && id < after.id).reverse()
  const older = await db.attempts
    .where(index)
    .between(key(from), key(end))
    .reverse()
    .limit(limit)
    .primaryKeys()
  return [...rest, ...older].slice(0, limit)
}

/** Order of the history: newest first, then by id downwards, as a reversed index has it. */
export function newestFirst(a: Place, b: Place): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}
