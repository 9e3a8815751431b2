/** May it pass, must we ask, must we refuse? Authority is a value that is present; anything missing refuses or asks. */
import type { Reason } from '../ledger/db.ts'
import type { Settings } from '../settings/settings.ts'

export type Verdict = { kind: 'refuse'; reason: Reason } | { kind: 'ask' }

/** Before the order is read: is anyone there to ask? */
export function admits(settings: Settings, hasIdentity: boolean): Verdict {
  if (!hasIdentity) return { kind: 'refuse', reason: 'not_activated' }
  if (!settings.on) return { kind: 'refuse', reason: 'guard_off' }
  return { kind: 'ask' }
}
