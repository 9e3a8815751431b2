/** History reads: along an index, newest first, never the whole table. */
import type { AttemptFile } from '../../components/history/AttemptDetails.tsx'
import { dayStart, type Filter, passes } from '../../components/history/filter.ts'
import type { Verification } from '../../components/log/ActivityLog.tsx'
import type { AttemptRow, LogRow } from '../../utils/ledger/db.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { ledger } from './ledger.ts'

const DAY = 86_400_000

export interface HistoryPage {
  rows: AttemptRow[]
  more: boolean
}

/** The newest `limit` attempts that pass the filter. One index walks site, state and dates, the rest is looked at. */
export async function historyPage(filter: Filter, limit: number): Promise<HistoryPage> {
  const rows = await matching(filter)
    .limit(limit + 1)
    .toArray()
  return { rows: rows.slice(0, limit), more: rows.length > limit }
}

/** Every attempt that passes the filter, for a file. */
export function everyMatch(filter: Filter): Promise<AttemptRow[]> {
  return matching(filter).toArray()
}

function matching(filter: Filter) {
  const { state, site } = filter
  const from = dayStart(filter.from) ?? -Infinity
  const lastDay = dayStart(filter.to)
  const to = lastDay === null ? Infinity : lastDay + DAY - 1
  const walk =
    site !== null && state !== null
      ? ledger.attempts
          .where('[site.key+state+createdAt]')
          .between([site, state, from], [site, state, to], true, true)
      : site !== null
        ? ledger.attempts.where('[site.key+createdAt]').between([site, from], [site, to], true, true)
        : state !== null
          ? ledger.attempts.where('[state+createdAt]').between([state, from], [state, to], true, true)
          : ledger.attempts.where('createdAt').between(from, to, true, true)
  return walk.reverse().filter((row) => passes(row, filter))
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

export function settledSince(at: number): Promise<AttemptRow[]> {
  return ledger.attempts.where('[state+createdAt]').between(['settled', at], ['settled', Infinity]).toArray()
}

/** Settled payments that renew, newest first. */
export function renewing(): Promise<AttemptRow[]> {
  return ledger.attempts
    .where('[state+createdAt]')
    .between(['settled', -Infinity], ['settled', Infinity])
    .reverse()
    .filter((row) => row.order.recurrence !== null)
    .limit(100)
    .toArray()
}

export async function logPage(limit: number): Promise<{ rows: LogRow[]; more: boolean }> {
  const rows = await ledger.log
    .orderBy('seq')
    .reverse()
    .limit(limit + 1)
    .toArray()
  return { rows: rows.slice(0, limit), more: rows.length > limit }
}

/** Walks the whole chain of hashes. */
export async function verifyLog(): Promise<Verification> {
  const rows = await ledger.log.orderBy('seq').toArray()
  const broken = firstBrokenRow(rows)
  return broken === null ? { kind: 'whole', count: rows.length } : { kind: 'broken', seq: broken.seq }
}
