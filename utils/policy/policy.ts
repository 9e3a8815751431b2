/** May it pass, must we ask, must we refuse? Authority is a value that is present; anything missing refuses or asks. */
import type { Reason } from '../ledger/db.ts'
import type { Settings } from '../settings/settings.ts'

export type Verdict = { kind: 'refuse'; reason: Reason } | { kind: 'ask' }

/** Before the order is read: is anyone there to ask, and do they want to be asked by this site? */
export function admits(
  settings: Settings,
  hasIdentity: boolean,
  /** null: not a web page; absent: before it is known which site it is. */
  site?: { key: string; hasCap: boolean } | null,
): Verdict {
  if (!hasIdentity) return { kind: 'refuse', reason: 'not_activated' }
  if (!settings.on) return { kind: 'refuse', reason: 'guard_off' }
  if (site === undefined) return { kind: 'ask' }
  if (site === null) return { kind: 'refuse', reason: 'unreadable' }
  if (settings.blocked?.includes(site.key)) return { kind: 'refuse', reason: 'site_blocked' }
  if (settings.newSites === 'refuse' && !site.hasCap) return { kind: 'refuse', reason: 'new_site' }
  return { kind: 'ask' }
}
