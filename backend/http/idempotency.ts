/**
 * Makes a command safe to repeat (draft-ietf-httpapi-idempotency-key-header): the key is claimed, the work done and the
 * answer stored in one transaction. A repeat gets the stored answer, refusals included; the same key for another
 * request is refused; a repeat that comes while the first runs waits a moment and is then told to come back.
 */
import pg from 'pg'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { canonicalHash } from '../mandates/digest.ts'
import { type ProblemCode, ProblemError, problemOf } from './problems.ts'

const KEPT_MS = 48 * 3600_000
const WAIT_MS = 3_000

export interface Command {
  accountId: string
  /** Who asks: keys of two principals never meet. */
  principal: string
  /** Method and path. */
  route: string
  key: string | undefined
  body: unknown
}

export interface Replayable {
  status: number
  body: unknown
  replayed: boolean
}

interface Stored {
  fingerprint: string
  status: number | null
  answer: unknown
}

export async function once(
  context: Context,
  command: Command,
  work: (tx: Sql) => Promise<{ status: number; body: unknown }>,
): Promise<Replayable> {
  const { accountId, principal, route, key } = command
  if (key === undefined || key === '' || key.length > 255) throw new ProblemError('idempotency_key_required')
  const fingerprint = canonicalHash({ route, body: command.body ?? null })
  const id = [accountId, principal, route, key]
  try {
    return await context.db.transaction(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = ${WAIT_MS}`)
      const claimed = await tx.query(
        `INSERT INTO idempotency (account_id, principal, route, key, fingerprint, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1`,
        [...id, fingerprint, new Date(context.now() + KEPT_MS)],
        'claim_key',
      )
      if (claimed.length === 0) return replay(tx, id, fingerprint)
      const done = await workOrRefusal(tx, work)
      await tx.query(
        `UPDATE idempotency SET status = $5, answer = $6
          WHERE account_id = $1 AND principal = $2 AND route = $3 AND key = $4`,
        [...id, done.status, JSON.stringify(done.body)],
        'store_answer',
      )
      return { ...done, replayed: false }
    })
  } catch (error) {
    // 55P03: lock not available, the first request still runs.
    if (error instanceof pg.DatabaseError && error.code === '55P03') throw new ProblemError('in_progress')
    throw error
  }
}

/** A refusal is an answer as well: what the work did is undone, and the refusal is stored. */
async function workOrRefusal(tx: Sql, work: (tx: Sql) => Promise<{ status: number; body: unknown }>) {
  await tx.query('SAVEPOINT work')
  try {
    return await work(tx)
  } catch (error) {
    if (!(error instanceof ProblemError) || !isFinal(error.code)) throw error
    await tx.query('ROLLBACK TO SAVEPOINT work')
    const problem = problemOf(error.code, error.detail)
    return { status: problem.status, body: problem }
  }
}

/** A malformed request does not use its key up, and "come back later" is no answer. */
function isFinal(code: ProblemCode): boolean {
  const { status } = problemOf(code)
  return status === 402 || status === 403 || status === 422
}

async function replay(tx: Sql, id: string[], fingerprint: string): Promise<Replayable> {
  const [row] = await tx.query<Stored>(
    `SELECT fingerprint, status, answer FROM idempotency
      WHERE account_id = $1 AND principal = $2 AND route = $3 AND key = $4`,
    id,
  )
  if (row === undefined || row.status === null) throw new ProblemError('in_progress')
  if (row.fingerprint !== fingerprint) throw new ProblemError('idempotency_conflict')
  return { status: row.status, body: row.answer, replayed: true }
}
