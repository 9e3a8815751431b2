/** What a shop gave back. Known from the backend or from the person, never from the page that was paid. */
import type { Calendar } from '../caps/bucket.ts'
import { Refusal } from '../errors/errors.ts'
import type { Money } from '../money/money.ts'
import type { Ledger } from './db.ts'
import { appendLog } from './log.ts'
import { unspend } from './reservations.ts'

/**
 * Writes a refund down. `left` is what can still be refunded, minor units. Throws Refusal('malformed') and writes
 * nothing where nothing is settled, the currency is another one, or more would come back than was paid.
 */
export async function recordRefund(
  db: Ledger,
  refund: { attemptId: string; amount: Money; at: number; calendar: Calendar },
): Promise<{ left: bigint }> {
  const { attemptId, amount, at, calendar } = refund
  return db.transaction('rw', db.reservations, db.buckets, db.log, async () => {
    const row = await db.reservations.get(attemptId)
    if (row?.currency !== amount.currency) throw new Refusal('malformed', 'another currency than was paid')
    const left = await unspend(db, attemptId, amount.amount, at, calendar)
    if (left === null) throw new Refusal('malformed', 'nothing of that size can be refunded')
    await appendLog(db, at, {
      event: 'refund.recorded',
      attemptId,
      data: { amount: amount.amount.toString(), currency: amount.currency, left: left.toString() },
    })
    return { left }
  })
}
