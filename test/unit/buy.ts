/** Drives one purchase through the ledger's own moves, for tests that need a history. */
import type { AttemptState } from '../../utils/attempt/states.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import type { AttemptRow, Ledger, MandateRow } from '../../utils/ledger/db.ts'
import { addAttempt, move } from '../../utils/ledger/moves.ts'
import { money } from '../../utils/money/money.ts'
import { attemptRow } from './rows.ts'

const WAYS = {
  approved: ['approved'],
  released: ['approved', 'forwarding', 'released'],
  settled: ['approved', 'forwarding', 'released', 'settled'],
  failed: ['approved', 'forwarding', 'released', 'failed'],
  unknown: ['approved', 'forwarding', 'released', 'unknown'],
} as const satisfies Record<string, readonly AttemptState[]>

export interface Bought {
  at: number
  amount: bigint
  end: keyof typeof WAYS
  pendingOutcome?: MandateRow['pendingOutcome']
  change?: Partial<AttemptRow>
}

/** Throws what the ledger refuses with. */
export async function buy(db: Ledger, bought: Bought): Promise<AttemptRow> {
  let last = await approve(db, await ask(db, bought), bought.pendingOutcome)
  for (const to of WAYS[bought.end].slice(1)) {
    last = await move(db, { attemptId: last.id, from: last.state, to, reason: null, at: bought.at })
  }
  return last
}

/** Up to the question. */
export async function ask(
  db: Ledger,
  { at, amount, change }: Pick<Bought, 'at' | 'amount' | 'change'>,
): Promise<AttemptRow> {
  const plain = attemptRow({ createdAt: at, updatedAt: at, expiresAt: at + 600_000 })
  const row = { ...plain, order: { ...plain.order, total: money(amount, 'EUR') }, ...change }
  await addAttempt(db, row)
  return move(db, { attemptId: row.id, from: 'held', to: 'asked', reason: null, at })
}

/** Approves at the time of the question. */
export function approve(
  db: Ledger,
  { id, digest, createdAt: at, order }: AttemptRow,
  pendingOutcome: MandateRow['pendingOutcome'] = null,
): Promise<AttemptRow> {
  return approveAndReserve(db, {
    attemptId: id,
    from: 'asked',
    to: 'approved',
    reason: null,
    at,
    zone: 'UTC',
    data: { amount: order.total?.amount.toString() ?? null },
    consent: { id, attemptId: id, digest, decision: 'approved', factor: 'pin', at },
    mandate: { id, attemptId: id, jws: 'x', assertion: null, paymentId: null, pendingOutcome },
  })
}
