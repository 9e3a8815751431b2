/**
 * The try-out purchase after the first run: real window, real factor, and nothing behind them. It is not an attempt. It
 * is in no table that payments are read from, has no hold, mandate or reservation, and its proof is over a digest that
 * no order can have, so no step of the path after consent can meet it.
 */
import { actionDigest } from '../contract/action.ts'
import type { Ledger } from '../ledger/db.ts'

export interface Rehearsal {
  id: string
  /** Epoch ms. */
  at: number
  state: 'asked' | 'approved' | 'rejected'
}

/** Where the latest one is kept, in `settings`: the practice shop and the window both follow it there. */
export const REHEARSAL = 'rehearsal'

export async function readRehearsal(db: Ledger): Promise<Rehearsal | null> {
  const row = await db.settings.get(REHEARSAL)
  return (row?.value as Rehearsal | undefined) ?? null
}

/** How long one waits for an answer, ms. */
const WAIT_MS = 600_000

/** Epoch ms at which it counts as rejected. */
export function endOf({ at }: Rehearsal): number {
  return at + WAIT_MS
}

export function stateAt(rehearsal: Rehearsal, now: number): Rehearsal['state'] {
  return rehearsal.state === 'asked' && now >= endOf(rehearsal) ? 'rejected' : rehearsal.state
}

/** What the factor proves here: agreement to this rehearsal and to nothing else. */
export function rehearsalDigest(id: string): Promise<string> {
  return actionDigest({ command: 'approve-rehearsal', id })
}
