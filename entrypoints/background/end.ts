/** Ends an attempt whose payment is still stopped: nothing was paid, the page and the person are told why. */
import type { AttemptState } from '../../utils/attempt/states.ts'
import { IllegalMove } from '../../utils/errors/errors.ts'
import type { AttemptRow, ConsentRow, Reason } from '../../utils/ledger/db.ts'
import { move } from '../../utils/ledger/moves.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { armKeeping, armReconcile, disarm } from './alarms.ts'
import { keepArrivals } from './keeper.ts'
import { refuseAll } from './relays.ts'
import { db, now } from './services.ts'
import { clearNotification, showBadge } from './surface.ts'
import { isAgentRequest } from './wallet/row.ts'
import { tellEnd } from './wallet/tell.ts'

export interface Ending {
  attemptId: string
  from: AttemptState | readonly AttemptState[]
  to: 'rejected' | 'cancelled' | 'expired' | 'refused' | 'failed'
  reason: Reason
  consent?: ConsentRow
  /** The person's own words to the agent; kept in the log. */
  say?: string | undefined
  /** The backend has said so itself: it need not be told. */
  heard?: boolean
}

/** The ended row, or null where the attempt had already moved on (then whoever moved it tells the page). */
export async function endAttempt(ending: Ending): Promise<AttemptRow | null> {
  try {
    const row = await move(db, {
      attemptId: ending.attemptId,
      from: ending.from,
      to: ending.to,
      reason: ending.reason,
      at: now(),
      // Whatever the backend has authorised for it must be voided there; asked again until it answers.
      pendingOutcome: 'voided',
      ...(ending.say === undefined ? {} : { data: { say: ending.say } }),
      ...(ending.consent ? { consent: ending.consent } : {}),
    })
    armKeeping()
    refuseAll(row.id, statusWords({ kind: 'refused', reason: ending.reason, say: ending.say }))
    void keepArrivals()
    if (isAgentRequest(row) && ending.heard !== true) {
      armReconcile()
      void tellEnd(row).catch(() => {})
    }
    await Promise.all([disarm(row.id), clearNotification(row.id), showBadge()])
    return row
  } catch (error) {
    if (error instanceof IllegalMove) return null
    throw error
  }
}
