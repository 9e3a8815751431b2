/**
 * The life of an attempt, as one table. Every move is a compare-and-set in the ledger; a move that is not
 * listed here cannot be made by anyone.
 *
 * `released` is written before the held payment is let go, so that after a crash "maybe released" is known
 * from "certainly not" (docs/decisions/002). On the wallet rail it means that the mandate is on its way or at the backend,
 * which waits a cooling-off time; only there can something released still be cancelled.
 */
export const MOVES = {
  /** To `approved` only under an allowance (`approveAndReserve`). */
  held: ['asked', 'approved', 'refused', 'cancelled', 'expired'],
  asked: ['approved', 'rejected', 'refused', 'cancelled', 'expired'],
  approved: ['forwarding', 'cancelled', 'failed'],
  forwarding: ['released', 'cancelled', 'failed'],
  released: ['settled', 'failed', 'unknown', 'cancelled'],
  unknown: ['settled', 'failed', 'cancelled'],
  refused: [],
  rejected: [],
  cancelled: [],
  expired: [],
  settled: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>

export type AttemptState = keyof typeof MOVES

export const STATES = Object.keys(MOVES) as AttemptState[]

export function mayMove(from: AttemptState, to: AttemptState): boolean {
  return (MOVES[from] as readonly AttemptState[]).includes(to)
}

export function isFinal(state: AttemptState): boolean {
  return MOVES[state].length === 0
}

/** States in which the payment is still stopped: whatever happens to the page now, nothing was paid. */
export const STOPPED: readonly AttemptState[] = ['held', 'asked', 'approved', 'forwarding']

/** States that hold a reservation against caps. `unknown` keeps it until someone knows better. */
export const RESERVING: readonly AttemptState[] = ['approved', 'forwarding', 'released', 'unknown']
