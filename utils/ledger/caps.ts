/** Caps on disk, each change with its log entry. Whether it may change is decided by the caller. */
import type { Cap } from '../caps/cap.ts'
import { scopeKey } from '../caps/cap.ts'
import type { Ledger } from './db.ts'
import { appendLog } from './log.ts'
import { withSlices } from './sums.ts'

export async function writeCap(db: Ledger, cap: Cap, at: number): Promise<void> {
  await db.transaction('rw', db.caps, db.log, db.buckets, db.reservations, async () => {
    const before = await db.caps.get(cap.id)
    await db.caps.put(cap)
    if (cap.window === 'sliding') await keepHours(db, cap, at)
    await appendLog(db, at, {
      event: 'cap.set',
      attemptId: null,
      data: {
        id: cap.id,
        scope: scopeKey(cap.scope),
        window: cap.window,
        ...(cap.hours === undefined ? {} : { hours: cap.hours }),
        currency: cap.limit.currency,
        from: before?.limit.amount.toString() ?? null,
        to: cap.limit.amount.toString(),
      },
    })
  })
}

/** What was spent before the cap was set counts too. */
async function keepHours(db: Ledger, cap: Cap, at: number): Promise<void> {
  const bucket = await db.buckets.get(scopeKey(cap.scope))
  if (bucket) await db.buckets.put(await withSlices(db, bucket, cap.hours ?? 0, at))
}

export async function deleteCap(db: Ledger, cap: Cap, at: number): Promise<void> {
  await db.transaction('rw', db.caps, db.log, async () => {
    await db.caps.delete(cap.id)
    await appendLog(db, at, {
      event: 'cap.removed',
      attemptId: null,
      data: {
        id: cap.id,
        scope: scopeKey(cap.scope),
        window: cap.window,
        currency: cap.limit.currency,
        was: cap.limit.amount.toString(),
      },
    })
  })
}

/** One change of a cap, as the log has it. `from` and `to` are in minor units or orders; null: no cap before, or after. */
export interface CapChange {
  capId: string
  at: number
  scope: string
  window: string
  currency: string
  from: bigint | null
  to: bigint | null
}

/** Every change of one cap, oldest first; of all caps without an id. Read from the log, which nobody can rewrite. */
export async function capHistory(db: Ledger, capId?: string): Promise<CapChange[]> {
  const rows = capId === undefined ? db.log.where('data.id').above('') : db.log.where('data.id').equals(capId)
  const found = await rows
    .filter((row) => row.event === 'cap.set' || row.event === 'cap.removed')
    .sortBy('seq')
  return found.map(({ at, event, data }) => ({
    capId: String(data.id),
    at,
    scope: String(data.scope),
    window: String(data.window),
    currency: String(data.currency),
    from: amountOf(event === 'cap.set' ? data.from : data.was),
    to: event === 'cap.set' ? amountOf(data.to) : null,
  }))
}

function amountOf(value: unknown): bigint | null {
  return typeof value === 'string' ? BigInt(value) : null
}
