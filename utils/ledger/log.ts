/**
 * The append-only log. Each row's hash covers its sequence number, its content and the hash before it, over RFC 8785
 * canonical JSON, so that a changed, removed or reordered row breaks every later one. Formance's chain hashed a
 * constant 0 as id and had to be migrated; ours binds the number from the start.
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import type { Ledger, LogRow } from './db.ts'

export const GENESIS = '0'.repeat(64)

export type LogEvent = Pick<LogRow, 'event' | 'attemptId' | 'data'>

export function hashRow(row: Omit<LogRow, 'hash'>): string {
  const { seq, at, event, attemptId, data, previous } = row
  return bytesToHex(sha256(utf8ToBytes(canonicalize({ seq, at, event, attemptId, data, previous }) ?? '')))
}

/** Appends within the caller's transaction (tables: log). */
export async function appendLog(db: Ledger, at: number, entry: LogEvent): Promise<LogRow> {
  const last = await db.log.orderBy('seq').last()
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at,
    event: entry.event,
    attemptId: entry.attemptId,
    data: entry.data,
    previous: last?.hash ?? GENESIS,
  }
  const full = { ...row, hash: hashRow(row) }
  await db.log.add(full)
  return full
}

/** First row whose hash or link is wrong, or null when the chain holds. `rows` in order of seq from 1. */
export function firstBrokenRow(rows: readonly LogRow[]): LogRow | null {
  let previous = GENESIS
  let seq = 1
  for (const row of rows) {
    if (row.seq !== seq || row.previous !== previous || row.hash !== hashRow(row)) return row
    previous = row.hash
    seq += 1
  }
  return null
}
