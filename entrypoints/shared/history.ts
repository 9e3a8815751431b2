/** History reads: along an index, newest first, never the whole table. */
import type { AttemptFile } from '../../components/history/AttemptDetails.tsx'
import { type Filter, looksAtRows, passes, timesOf } from '../../components/history/filter.ts'
import type { Verification } from '../../components/log/ActivityLog.tsx'
import type { AttemptRow, LogRow } from '../../utils/ledger/db.ts'
import { firstBrokenRow, type LogHead, NO_ROWS } from '../../utils/ledger/log.ts'
import type { Place } from '../../utils/ledger/pages.ts'
import { type Found, searchAttempts } from '../../utils/ledger/search.ts'
import { wordsOf } from '../../utils/ledger/tokens.ts'
import { ledger } from './ledger.ts'

/** Search results that are read at once. */
const STRETCH = 100

export interface HistoryPage {
  rows: AttemptRow[]
  more: boolean
}

/** The newest `limit` attempts that pass the filter: by the index of words where some are asked for, else by time. */
export async function historyPage(filter: Filter, limit: number): Promise<HistoryPage> {
  const rows = hasWords(filter)
    ? await search(filter, limit + 1)
    : await walk(filter)
        .limit(limit + 1)
        .toArray()
  return { rows: rows.slice(0, limit), more: rows.length > limit }
}

/** Every attempt that passes the filter, for a file. */
export function everyMatch(filter: Filter): Promise<AttemptRow[]> {
  return hasWords(filter) ? search(filter, Infinity) : walk(filter).toArray()
}

function hasWords(filter: Filter): boolean {
  return wordsOf(filter.text).length > 0
}

async function search(filter: Filter, limit: number): Promise<AttemptRow[]> {
  const { from, to } = timesOf(filter)
  const rows: AttemptRow[] = []
  let after: Place | null = null
  do {
    const found: Found = await searchAttempts(ledger, filter.text, { limit: STRETCH, after })
    for (const row of found.rows) {
      const inSite = filter.site === null || row.site.key === filter.site
      if (inSite && row.createdAt >= from && row.createdAt < to && passes(row, filter)) rows.push(row)
    }
    after = found.next
  } while (after !== null && rows.length < limit && after.createdAt >= from)
  return rows.slice(0, limit)
}

/** Along the narrowest index, newest first. */
function walk(filter: Filter) {
  const { state, site } = filter
  const { from, to } = timesOf(filter)
  const stretch = (index: string, prefix: string[]) =>
    ledger.attempts.where(index).between([...prefix, from], [...prefix, to])
  const range =
    site !== null && state !== null
      ? stretch('[site.key+state+createdAt]', [site, state])
      : site !== null
        ? stretch('[site.key+createdAt]', [site])
        : state !== null
          ? stretch('[state+createdAt]', [state])
          : ledger.attempts.where('createdAt').between(from, to)
  const newest = range.reverse()
  return looksAtRows(filter) ? newest.filter((row) => passes(row, filter)) : newest
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

/** The newest payment that went through at a site. */
export function lastPurchase(site: string): Promise<AttemptRow | undefined> {
  return ledger.attempts
    .where('[site.key+state+createdAt]')
    .between([site, 'settled', -Infinity], [site, 'settled', Infinity])
    .last()
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

/** How far this page has followed the chain; a page that stays open checks only what is new. */
let followed: LogHead = NO_ROWS

/** Follows the whole chain of hashes, some rows at a time: a log may be larger than memory. */
export async function verifyLog(): Promise<Verification> {
  const { seq, hash } = followed
  if (seq > 0 && (await ledger.log.get(seq))?.hash !== hash) followed = NO_ROWS
  for (;;) {
    const rows = await ledger.log.where(':id').above(followed.seq).limit(STRETCH_OF_LOG).toArray()
    const broken = firstBrokenRow(rows, followed)
    if (broken !== null) return { kind: 'broken', seq: broken.seq }
    followed = rows.at(-1) ?? followed
    if (rows.length < STRETCH_OF_LOG) return { kind: 'whole', count: followed.seq }
  }
}

const STRETCH_OF_LOG = 5_000
