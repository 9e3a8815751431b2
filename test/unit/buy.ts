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
export async function buy(
  db: Ledger,
  { at, amount, end, pendingOutcome, change }: Bought,
): Promise<AttemptRow> {
  const plain = attemptRow({ createdAt: at, expiresAt: at + 600_000 })
  const row = { ...plain, order: { ...plain.order, total: money(amount, 'EUR') }, ...change }
  const { id, digest } = row
  await addAttempt(db, row)
  await move(db, { attemptId: id, from: 'held', to: 'asked', reason: null, at })
  let last = await approveAndReserve(db, {
    attemptId: id,
    from: 'asked',
    to: 'approved',
    reason: null,
    at,
    zone: 'UTC',
    data: { amount: amount.toString() },
    consent: { id, attemptId: id, digest, decision: 'approved', factor: 'pin', at },
    mandate: {
      id,
      attemptId: id,
      jws: 'x',
      assertion: null,
      paymentId: null,
      pendingOutcome: pendingOutcome ?? null,
    },
  })
  for (const to of WAYS[end].slice(1)) {
    last = await move(db, { attemptId: id, from: last.state, to, reason: null, at })
  }
  return last
}
