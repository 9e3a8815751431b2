/**
 * The append-only log: one row for everything that happens, chained (`utils/contract/chain`), so that a changed,
 * removed or reordered row breaks every later one.
 */
import { type ChainLink, contentHash, firstBrokenLink, GENESIS, linkHash } from '../contract/chain.ts'
import { base64url } from '../contract/order-wire.ts'
import type { Ledger, LogRow } from './db.ts'
import { scrub } from './scrub.ts'

export type LogEvent = Pick<LogRow, 'event' | 'attemptId' | 'data'>

/** The row that the next one is chained to. */
export type LogHead = Pick<LogRow, 'seq' | 'hash'>

export const NO_ROWS: LogHead = { seq: 0, hash: GENESIS }

/** Newest row of the log (tables: log). */
export async function readHead(db: Ledger): Promise<LogHead> {
  return (await db.log.orderBy(':id').last()) ?? NO_ROWS
}

/** Fields of log entries that carry words of a page. */
const FREE_TEXT = ['text', 'what', 'path', 'call', 'detail', 'say']

/** The row that follows `head`; not yet written. */
export function nextRow(head: LogHead, at: number, entry: LogEvent): LogRow {
  const { event, attemptId } = entry
  const data = keepable(entry.data)
  const salt = base64url(crypto.getRandomValues(new Uint8Array(16)))
  const content = contentHash({ event, attemptId, data, salt })
  const link = { seq: head.seq + 1, at, content, previous: head.hash }
  return { ...link, hash: linkHash(link), event, attemptId, data, salt }
}

/**
 * Page text as it may be kept: no card numbers, and no half characters. A cut in the middle of an emoji leaves one, and
 * RFC 8785 has no form for it, so that the whole step would fail.
 */
function keepable(data: LogEvent['data']): LogEvent['data'] {
  const clean: LogEvent['data'] = {}
  for (const [name, value] of Object.entries(data)) {
    const text = typeof value === 'string' ? value.toWellFormed() : value
    clean[name] = typeof text === 'string' && FREE_TEXT.includes(name) ? scrub(text) : text
  }
  return clean
}

/** Appends within the caller's transaction (tables: log). */
export async function appendLog(db: Ledger, at: number, entry: LogEvent): Promise<LogRow> {
  const row = nextRow(await readHead(db), at, entry)
  await db.log.add(row)
  return row
}

/**
 * First row whose hash or link is wrong, or whose content is not what was hashed; null when the chain holds.
 * `rows` in order of seq, from `from` on. A redacted row has no content left to check, only its link.
 */
export function firstBrokenRow(rows: readonly LogRow[], from: LogHead = NO_ROWS): LogRow | null {
  const link: ChainLink | null = firstBrokenLink(rows, from)
  for (const row of rows) {
    if (row === link) return row
    if (row.salt !== null && row.content !== contentHash({ ...row, salt: row.salt })) return row
  }
  return null
}
