/** Caps on disk, each change with its log entry. Whether it may change is decided by the caller. */
import type { Cap } from '../caps/cap.ts'
import { scopeKey } from '../caps/cap.ts'
import type { Ledger } from './db.ts'
import { appendLog } from './log.ts'

export async function writeCap(db: Ledger, cap: Cap, at: number): Promise<void> {
  await db.transaction('rw', db.caps, db.log, async () => {
    const before = await db.caps.get(cap.id)
    await db.caps.put(cap)
    await appendLog(db, at, {
      event: 'cap.set',
      attemptId: null,
      data: {
        id: cap.id,
        scope: scopeKey(cap.scope),
        window: cap.window,
        currency: cap.limit.currency,
        from: before?.limit.amount.toString() ?? null,
        to: cap.limit.amount.toString(),
      },
    })
  })
}

export async function deleteCap(db: Ledger, cap: Cap, at: number): Promise<void> {
  await db.transaction('rw', db.caps, db.log, async () => {
    await db.caps.delete(cap.id)
    await appendLog(db, at, {
      event: 'cap.removed',
      attemptId: null,
      data: { id: cap.id, scope: scopeKey(cap.scope), window: cap.window, was: cap.limit.amount.toString() },
    })
  })
}
