/**
 * After a start: whatever the ledger says is open is either resumed (its page is still there and will announce itself)
 * or ended. A page that is gone while its payment was stopped paid nothing; a page that is gone after the release was
 * written down leaves `unknown`.
 */
import { STOPPED } from '../../utils/attempt/states.ts'
import { IllegalMove } from '../../utils/errors/errors.ts'
import type { AttemptRow, Reason } from '../../utils/ledger/db.ts'
import { move } from '../../utils/ledger/moves.ts'
import { armExpiry, armHourlyKeeping, armOrphans, armOutcome, armReconcile } from './alarms.ts'
import { endAttempt } from './end.ts'
import { forward } from './forward.ts'
import { keepLedger } from './keep.ts'
import { keepArrivals } from './keeper.ts'
import { connectedAttempts } from './relays.ts'
import { db, now, readSession, writeSession } from './services.ts'
import { showBadge } from './surface.ts'
import { isAgentRequest } from './wallet/row.ts'

/**
 * Rows newer than this worker may be its own: a start-up page may try to pay before recovery has read the ledger. They
 * are not ended, but they get their alarms: a clock that was set back makes old rows look new.
 */
const startedAt = now()

export async function recover(): Promise<void> {
  const sameBrowser = (await readSession<boolean>('running')) === true
  await writeSession('running', true)
  const all = await db.attempts
    .where('state')
    .anyOf([...STOPPED, 'released'])
    .toArray()
  for (const row of all.filter(isAgentRequest)) resume(row)
  const open = all.filter((row) => !isAgentRequest(row))
  // Pages and their holds did not survive the browser (or this extension's reload).
  const lost = sameBrowser ? [] : open.filter((row) => row.createdAt < startedAt)
  for (const row of lost) {
    if (row.state === 'released') await doubt(row.id)
    else await abandon(row, 'browser_closed')
  }
  const kept = open.filter((row) => !lost.includes(row))
  for (const row of kept) {
    if (row.state === 'released') armOutcome(row.id, row.updatedAt)
    else armExpiry(row)
  }
  if (kept.some((row) => row.state !== 'released')) armOrphans(now())
  armReconcile()
  await Promise.all([showBadge(), armHourlyKeeping(), keepArrivals()])
  // While the browser was closed anyone with the disk could have changed it.
  if (!sameBrowser) await keepLedger()
}

/** An agent's order has no page to lose: it goes on where it stood, and what the backend knows comes with the next look. */
function resume(row: AttemptRow): void {
  if (row.state === 'held' || row.state === 'asked') armExpiry(row)
  else void forward(row.id)
}

/** Ends stopped attempts whose page did not come back. */
export async function endOrphans(): Promise<void> {
  const here = connectedAttempts()
  for (const row of await db.attempts
    .where('state')
    .anyOf([...STOPPED])
    .toArray()) {
    if (!here.has(row.id) && !isAgentRequest(row)) await abandon(row, 'page_gone')
  }
}

/** Ends one attempt whose page is gone, if it is still gone and its payment still stopped. */
export async function endIfGone(attemptId: string): Promise<void> {
  const row = await db.attempts.get(attemptId)
  if (row && !connectedAttempts().has(attemptId)) await abandon(row, 'page_gone')
}

/** A relay whose port tore reconnects within this time; a page that is really gone does not. */
const GONE_MS = 3_000

export function endUnlessBack(attemptId: string): void {
  setTimeout(() => void endIfGone(attemptId), GONE_MS)
}

async function abandon(row: AttemptRow, reason: Reason): Promise<void> {
  if (row.state === 'approved' || row.state === 'forwarding') {
    await endAttempt({ attemptId: row.id, from: ['approved', 'forwarding'], to: 'failed', reason })
  } else {
    await endAttempt({ attemptId: row.id, from: ['held', 'asked'], to: 'cancelled', reason })
  }
}

async function doubt(attemptId: string): Promise<void> {
  try {
    await move(db, { attemptId, from: 'released', to: 'unknown', reason: 'no_answer', at: now() })
  } catch (error) {
    if (!(error instanceof IllegalMove)) throw error
  }
}
