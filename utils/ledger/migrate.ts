/** Schema version 1 → 2: buckets become one row a scope, the log is chained anew over salted content, words are indexed. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import type { Transaction } from 'dexie'
import type { Calendar } from '../caps/bucket.ts'
import { GENESIS } from '../contract/chain.ts'
import type { AttemptRow, LogRow, ReservationRow } from './db.ts'
import { type LogHead, NO_ROWS, nextRow } from './log.ts'
import { sumUp } from './sums.ts'
import { tokenRows } from './tokens.ts'

/** Rows in memory at a time; a ledger may hold a million. */
const BATCH = 2_000

type LogV1 = Omit<LogRow, 'content' | 'salt'>

/** All in the one transaction of the upgrade: it happens wholly or not at all. */
export async function fromVersion1(tx: Transaction): Promise<void> {
  const zone = await zoneOf(tx)
  await rebuildBuckets(tx, { zone })
  await chainAnew(tx)
  await eachBatch<AttemptRow>(
    tx,
    'attempts',
    (row) => row.id,
    async (rows) => {
      await tx.table('tokens').bulkPut(rows.flatMap(tokenRows))
    },
  )
}

async function zoneOf(tx: Transaction): Promise<string> {
  const row: { value?: { zone?: unknown } } | undefined = await tx.table('settings').get('settings')
  const zone = row?.value?.zone
  return typeof zone === 'string' ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The reservations say what was booked when; the sums are made from them, so that nothing can be lost in conversion. */
async function rebuildBuckets(tx: Transaction, calendar: Calendar): Promise<void> {
  const keyed = new Map<string, ReservationRow[]>()
  await eachBatch<ReservationRow>(
    tx,
    'reservations',
    (row) => row.attemptId,
    async (rows) => {
      const converted = rows.map((row) => ({ ...row, buckets: scopesOfV1(row.buckets) }))
      await tx.table('reservations').bulkPut(converted)
      for (const row of converted) {
        for (const key of row.buckets) {
          const list = keyed.get(key)
          if (list) list.push(row)
          else keyed.set(key, [row])
        }
      }
    },
  )
  await tx.table('buckets').clear()
  await tx.table('buckets').bulkPut([...keyed].map(([key, rows]) => sumUp(key, rows, calendar)))
}

/** `all|EUR|day|2026-11-23` → `all`. */
function scopesOfV1(keys: readonly string[]): string[] {
  return [...new Set(keys.map((key) => key.split('|').slice(0, -3).join('|')))]
}

/** The old chain's head and whether it held become the first fact of the new one's end. */
async function chainAnew(tx: Transaction): Promise<void> {
  let head: LogHead = NO_ROWS
  let old: { seq: number; hash: string } = { seq: 0, hash: GENESIS }
  let intact = true
  let at = 0
  await eachBatch<LogV1>(
    tx,
    'log',
    (row) => row.seq,
    async (rows) => {
      const next: LogRow[] = []
      for (const row of rows) {
        intact &&= row.seq === old.seq + 1 && row.previous === old.hash && row.hash === hashV1(row)
        old = row
        at = row.at
        const chained = nextRow(head, row.at, row)
        head = chained
        next.push(chained)
      }
      await tx.table('log').bulkPut(next)
    },
  )
  if (head.seq === 0) return
  const data = { from: 1, rows: old.seq, head: old.hash, intact }
  await tx.table('log').put(nextRow(head, at, { event: 'ledger.migrated', attemptId: null, data }))
}

function hashV1({ seq, at, event, attemptId, data, previous }: LogV1): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalize({ seq, at, event, attemptId, data, previous }) ?? '')))
}

async function eachBatch<Row>(
  tx: Transaction,
  table: string,
  keyOf: (row: Row) => string | number,
  work: (rows: Row[]) => Promise<void>,
): Promise<void> {
  let rows: Row[] = await tx.table(table).orderBy(':id').limit(BATCH).toArray()
  while (rows.length > 0) {
    const last = rows.at(-1)
    await work(rows)
    if (last === undefined || rows.length < BATCH) return
    rows = await tx.table(table).where(':id').above(keyOf(last)).limit(BATCH).toArray()
  }
}
