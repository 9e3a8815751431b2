/** Allowances on disk, each change with its log entry. Whether one may be made is decided by the caller. */

import { Refusal } from '../errors/errors.ts'
import type { Allowance, AllowanceQuestion } from '../policy/allowance.ts'
import { drawn, notCovered } from '../policy/allowance.ts'
import type { Ledger } from './db.ts'
import { appendLog } from './log.ts'

/** Writes a new one; what the same site and currency had before ends with it, so that two never add up. */
export async function writeAllowance(db: Ledger, allowance: Allowance): Promise<void> {
  const { id, site, terms, createdAt: at, factor, mandateId } = allowance
  await db.transaction('rw', db.allowances, db.log, async () => {
    const earlier = await db.allowances
      .where('site')
      .equals(site)
      .filter((row) => row.revokedAt === null && row.terms.limit.currency === terms.limit.currency)
      .toArray()
    for (const row of earlier) await revoke(db, row, at)
    await db.allowances.add(allowance)
    await appendLog(db, at, {
      event: 'allowance.made',
      attemptId: null,
      data: {
        allowance: id,
        site,
        payee: terms.payee,
        limit: terms.limit.amount,
        perOrder: terms.per_order,
        orders: terms.orders,
        currency: terms.limit.currency,
        expires: terms.expires_at,
        factor,
        mandate: mandateId,
      },
    })
  })
}

/** False where there is no such allowance, or it has ended already. */
export async function revokeAllowance(db: Ledger, id: string, at: number): Promise<boolean> {
  return db.transaction('rw', db.allowances, db.log, async () => {
    const row = await db.allowances.get(id)
    if (!row || row.revokedAt !== null) return false
    await revoke(db, row, at)
    return true
  })
}

/** Every allowance ends (within a transaction on allowances and log): the factor that signed them is no more. */
export async function endAllAllowances(db: Ledger, at: number): Promise<void> {
  const running = await db.allowances.filter((row) => row.revokedAt === null).toArray()
  for (const row of running) await revoke(db, row, at)
}

async function revoke(db: Ledger, row: Allowance, at: number): Promise<void> {
  await db.allowances.put({ ...row, revokedAt: at })
  await appendLog(db, at, {
    event: 'allowance.revoked',
    attemptId: null,
    data: { allowance: row.id, site: row.site },
  })
}

/** Takes an order out of an allowance, within the transaction of its approval. Throws Refusal('factor_missing'). */
export async function drawFrom(db: Ledger, id: string, question: AllowanceQuestion): Promise<void> {
  const allowance = await db.allowances.get(id)
  const { total } = question.order
  if (!allowance || total === null) throw new Refusal('factor_missing')
  const why = notCovered(allowance, question)
  if (why !== null) throw new Refusal('factor_missing', why)
  await db.allowances.put(drawn(allowance, total))
}
