/**
 * Ordinary payments that arrive together are written by one statement and one durable commit ("group commit", one level
 * up): each is judged by itself, and what one is refused for does not touch the others. Where a statement fails because
 * of one of them, each is tried again alone. Nobody waits for company: a statement leaves as soon as one may.
 *
 * On a sharded database a statement must not cross accounts (docs/scale.md): there `together` is 1.
 */
import pg from 'pg'
import type { Sql } from '../db/database.ts'
import { HEAR_AND_CONSUME, type PaymentRow } from './consume-sql.ts'

/** While a statement runs, the next group gathers; one that waits for a lock longer than this holds nobody else up. */
const PATIENCE_MS = 25

/** A row with what must still hold when it is written. */
export interface OrdinaryPayment extends PaymentRow {
  device_key_x: string
  /** Of the signed request. */
  jti: string
}

export interface Verdict {
  /** The device still has the key that signed. */
  known: boolean
  /** The signed request was not heard before. */
  fresh: boolean
  /** The mandate was used by this, and the payment is on disk. */
  used: boolean
}

interface Waiting {
  payment: OrdinaryPayment
  resolve: (verdict: Verdict) => void
  reject: (error: unknown) => void
}

interface Queue {
  waiting: Waiting[]
  running: boolean
}

const queues = new WeakMap<Sql, Queue>()

export function payTogether(db: Sql, together: number, payment: OrdinaryPayment): Promise<Verdict> {
  const queue = queues.get(db) ?? { waiting: [], running: false }
  queues.set(db, queue)
  return new Promise((resolve, reject) => {
    queue.waiting.push({ payment, resolve, reject })
    start(db, queue, together)
  })
}

function start(db: Sql, queue: Queue, together: number): void {
  if (queue.running || queue.waiting.length === 0) return
  queue.running = true
  const next = () => {
    queue.running = false
    start(db, queue, together)
  }
  // Requests that have come in with this one are still being read.
  setImmediate(async () => {
    let late = false
    const patience = setTimeout(() => {
      late = true
      next()
    }, PATIENCE_MS)
    await write(db, take(queue, together))
    clearTimeout(patience)
    if (!late) next()
  })
}

/** The next group: at most one of an account, because rows of one statement do not see each other. */
function take(queue: Queue, together: number): Waiting[] {
  const group = new Map<string, Waiting>()
  const later: Waiting[] = []
  for (const one of queue.waiting) {
    const { account_id } = one.payment
    if (group.size < together && !group.has(account_id)) group.set(account_id, one)
    else later.push(one)
  }
  queue.waiting = later
  return [...group.values()]
}

async function write(db: Sql, group: Waiting[]): Promise<void> {
  if (group.length === 0) return
  try {
    const rows = await db.query<Verdict & { account_id: string }>(
      HEAR_AND_CONSUME,
      [JSON.stringify(group.map((one) => one.payment))],
      'hear_and_consume',
    )
    const verdicts = new Map(rows.map((row) => [row.account_id, row]))
    for (const { payment, resolve, reject } of group) {
      const verdict = verdicts.get(payment.account_id)
      if (verdict === undefined) reject(new Error('a payment without a verdict'))
      else resolve(verdict)
    }
  } catch (error) {
    // The server has undone all of it because of one row; nothing is known of the others, so each is asked again.
    if (group.length > 1 && isOfOneRow(error)) for (const one of group) await write(db, [one])
    else for (const { reject } of group) reject(error)
  }
}

/** Constraints, values, deadlocks: the statement was refused, and certainly not carried out. */
function isOfOneRow(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|40)/.test(error.code ?? '')
}
