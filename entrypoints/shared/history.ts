/** History reads: index order, newest first, never the whole table. */

import type { AttemptFile } from '../../components/history/AttemptDetails.tsx'
import type { Filter } from '../../components/history/HistoryFilter.tsx'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { ledger } from './ledger.ts'

/** The newest `limit` attempts that pass the filter, and whether there are more. One index walks, the other filters. */
export async function historyPage(
  filter: Filter,
  limit: number,
): Promise<{ rows: AttemptRow[]; more: boolean }> {
  const { state, site } = filter
  const low = -Infinity
  const high = Infinity
  const walk =
    site !== null
      ? ledger.attempts.where('[site.key+createdAt]').between([site, low], [site, high])
      : state !== null
        ? ledger.attempts.where('[state+createdAt]').between([state, low], [state, high])
        : ledger.attempts.orderBy('createdAt')
  const chosen = site !== null && state !== null ? walk.filter((row) => row.state === state) : walk
  const rows = await chosen
    .reverse()
    .limit(limit + 1)
    .toArray()
  return { rows: rows.slice(0, limit), more: rows.length > limit }
}

/** Everything kept about one attempt. */
export async function attemptFile(id: string): Promise<AttemptFile | null> {
  const [attempt, log, consents, mandates, receipts] = await Promise.all([
    ledger.attempts.get(id),
    ledger.log.where('attemptId').equals(id).sortBy('seq'),
    ledger.consents.where('attemptId').equals(id).sortBy('at'),
    ledger.mandates.where('attemptId').equals(id).toArray(),
    ledger.receipts.where('attemptId').equals(id).sortBy('at'),
  ])
  return attempt === undefined ? null : { attempt, log, consents, mandates, receipts }
}
