/**
 * How the ledger itself is doing: kept whole, signed, countersigned, room on the disk. One row of settings that the
 * background writes and pages show; what went wrong stays in it until the ledger is erased.
 */
import type { Ledger } from './db.ts'
import type { StorageState } from './storage.ts'

/** Evicted, put back to an older state, or changed behind our back. */
export type Past = 'lost' | 'rolled-back' | 'rewritten'

export interface LedgerHealth {
  past: { kind: Past; at: number } | null
  /** First log row that does not hold, where signing found one. */
  broken: { seq: number; at: number } | null
  /** When sums of caps were first found off from their bookings. */
  unbalanced: { at: number } | null
  /** The newest signed head. */
  signed: { size: number; at: number } | null
  /** What the paired backend said last; null without one. */
  anchor: { kind: 'anchored' | 'conflict' | 'unreachable'; size: number; at: number } | null
  storage: StorageState | null
}

export const NO_HEALTH: LedgerHealth = {
  past: null,
  broken: null,
  unbalanced: null,
  signed: null,
  anchor: null,
  storage: null,
}

const KEY = 'health'

export async function readHealth(db: Ledger): Promise<LedgerHealth> {
  const row = await db.settings.get(KEY)
  return { ...NO_HEALTH, ...(row?.value as Partial<LedgerHealth> | undefined) }
}

export async function noteHealth(db: Ledger, change: Partial<LedgerHealth>): Promise<LedgerHealth> {
  return db.transaction('rw', db.settings, async () => {
    const value = { ...(await readHealth(db)), ...change }
    await db.settings.put({ key: KEY, value })
    return value
  })
}

/** What the person must be told of, worst first: locale keys `health_<trouble>`. */
export type Trouble = 'lost' | 'rolled_back' | 'rewritten' | 'broken' | 'unbalanced' | 'conflict' | 'low'

export function troublesOf(health: LedgerHealth): Trouble[] {
  const troubles: Trouble[] = []
  if (health.past !== null)
    troubles.push(health.past.kind === 'rolled-back' ? 'rolled_back' : health.past.kind)
  if (health.broken !== null) troubles.push('broken')
  if (health.unbalanced !== null) troubles.push('unbalanced')
  if (health.anchor?.kind === 'conflict') troubles.push('conflict')
  if (health.storage?.low === true) troubles.push('low')
  return troubles
}
