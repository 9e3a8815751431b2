/**
 * Gives events their number, their place in the hash chain and in the Merkle tree. One process at a time (advisory
 * lock), many accounts in one transaction, after the events' own commits: no payment waits for another one's number.
 */
import canonicalize from 'canonicalize'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { extend, frontierRoot, leafHash } from './merkle.ts'

const BATCH = 2000
/** Advisory lock of the numbering. */
export const LOCK = 4870_0001

export interface EventRow {
  account_id: string
  event_id: bigint
  type: string
  subject: string
  agent_id: string | null
  data: Record<string, string | number | boolean | null>
  at: Date
}

interface Head {
  account_id: string
  size: bigint
  last_leaf: Buffer
  frontier: Buffer[]
}

/** What a leaf commits to: the event, its number, and the leaf before it. */
export function leafText(event: EventRow, seq: bigint, previous: Buffer): string {
  const text = canonicalize({
    account: event.account_id,
    seq: seq.toString(),
    type: event.type,
    subject: event.subject,
    data: event.data,
    at: event.at.toISOString(),
    previous: previous.toString('base64'),
  })
  if (text === undefined) throw new Error('an event is not JSON')
  return text
}

/** Numbers what has no number yet; the accounts that had something. Empty as well while another process does it. */
export function sequence(context: Context): Promise<string[]> {
  return context.db.transaction(async (tx) => {
    const [lock] = await tx.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK])
    if (lock?.mine !== true) return []
    const events = await tx.query<EventRow>(
      `SELECT account_id, event_id, type, subject, agent_id, data, at FROM event WHERE seq IS NULL
        ORDER BY account_id, event_id LIMIT ${BATCH}`,
      [],
      'unsequenced',
    )
    if (events.length === 0) return []
    const accounts = [...new Set(events.map((event) => event.account_id))]
    const heads = await headsOf(tx, accounts)
    const placed: { account: string; id: bigint; seq: bigint; leaf: Buffer }[] = []
    for (const event of events) {
      const head = heads.get(event.account_id)
      if (head === undefined) throw new Error('no head')
      const seq = head.size + 1n
      const leaf = leafHash(leafText(event, seq, head.last_leaf))
      head.frontier = extend(head.frontier, Number(head.size), leaf)
      head.size = seq
      head.last_leaf = leaf
      placed.push({ account: event.account_id, id: event.event_id, seq, leaf })
    }
    await write(tx, placed, [...heads.values()])
    // One message for all accounts: PostgreSQL's queue is shared, and a listener only needs to know whom to tell.
    for (let from = 0; from < accounts.length; from += 200) {
      await tx.query('SELECT pg_notify($1, $2)', [
        'consent_guard',
        accounts.slice(from, from + 200).join(' '),
      ])
    }
    return accounts
  })
}

async function headsOf(tx: Sql, accounts: string[]): Promise<Map<string, Head>> {
  const rows = await tx.query<Omit<Head, 'frontier'> & { frontier: string[] }>(
    'SELECT * FROM log_head WHERE account_id = ANY($1)',
    [accounts],
    'log_heads',
  )
  const heads = new Map<string, Head>()
  for (const row of rows) {
    const frontier = row.frontier.map((hash) => Buffer.from(hash, 'base64'))
    heads.set(row.account_id, { ...row, frontier })
  }
  for (const account of accounts) {
    if (!heads.has(account)) {
      heads.set(account, { account_id: account, size: 0n, last_leaf: Buffer.alloc(32), frontier: [] })
    }
  }
  return heads
}

async function write(
  tx: Sql,
  placed: { account: string; id: bigint; seq: bigint; leaf: Buffer }[],
  heads: Head[],
): Promise<void> {
  await tx.query(
    `UPDATE event SET seq = p.seq, leaf = p.leaf
       FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[]) AS p (account_id, event_id, seq, leaf)
      WHERE event.account_id = p.account_id AND event.event_id = p.event_id`,
    [
      placed.map((one) => one.account),
      placed.map((one) => one.id),
      placed.map((one) => one.seq),
      placed.map((one) => one.leaf),
    ],
    'place_events',
  )
  await tx.query(
    `INSERT INTO log_head (account_id, size, last_leaf, frontier, root)
       SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::jsonb[], $5::bytea[])
       ON CONFLICT (account_id) DO UPDATE SET size = excluded.size, last_leaf = excluded.last_leaf,
         frontier = excluded.frontier, root = excluded.root`,
    [
      heads.map((head) => head.account_id),
      heads.map((head) => head.size),
      heads.map((head) => head.last_leaf),
      heads.map((head) => JSON.stringify(head.frontier.map((hash) => hash.toString('base64')))),
      heads.map((head) => frontierRoot(head.frontier)),
    ],
    'write_heads',
  )
}
