/** What the person has set. Read by everyone through the ledger's `settings` table, written by the background. */
import type { Ledger } from '../ledger/db.ts'
import type { WireMoney } from '../money/money.ts'
import type { Myself } from '../policy/myself.ts'
import type { RiskInput } from '../risk/rule.ts'

export interface Settings {
  /** Off until the person switches the guard on in the welcome page. Off means: every attempt is refused. */
  on: boolean
  /** How long an attempt may wait for an answer, seconds. */
  holdSeconds: number
  /** IANA zone of calendar caps. */
  zone: string
  backend: BackendPairing | null
  /** Purchases that are over are deleted after so many days; null: kept for ever. */
  keepDays: number | null
  /** Site keys at which every payment is refused. */
  blocked?: string[]
  /** What happens at a site without a cap of its own; absent: 'ask'. */
  newSites?: 'ask' | 'refuse'
  /** The person's own names for kinds of shops, by site key. */
  categories?: Record<string, string>
  /** By currency: below it a press approves without the factor. Absent or empty: the factor is always needed. */
  freeBelow?: WireMoney[]
  /** Whether payments are also asked, or can only be approved, on another device. Absent: 'off'. Needs a backend. */
  elsewhere?: 'off' | 'offer' | 'only'
  /** The person's language where it is not the browser's; a locale of `utils/words`. */
  language?: string
  /** Origins whose pages may ask for payments to themselves (`navigator.consentGuard`); absent: none. */
  pageApi?: string[]
  /** The person's own thresholds, and rules that they do not want to hear of; absent: the defaults, and none. */
  risk?: Pick<RiskInput, 'thresholds' | 'muted'>
}

/** What the dashboard may change in one command. */
export type SettingsChange = Partial<
  Pick<
    Settings,
    | 'holdSeconds'
    | 'zone'
    | 'blocked'
    | 'newSites'
    | 'categories'
    | 'freeBelow'
    | 'elsewhere'
    | 'language'
    | 'risk'
  >
>

export interface BackendPairing {
  /** Origin, e.g. `http://127.0.0.1:4870`. */
  url: string
  deviceId: string
  accountId: string
  /** As pinned at pairing; never replaced. */
  receiptKey: JsonWebKey
  /** By which it was handed over to those that sign now, oldest first; absent: never. */
  handovers?: string[]
}

/** The computer's zone is only looked for where none is given: that takes longer than reading all other settings. */
export function defaultSettings(zone = Intl.DateTimeFormat().resolvedOptions().timeZone): Settings {
  return { on: false, holdSeconds: 600, zone, backend: null, keepDays: null }
}

export async function readSettings(db: Ledger): Promise<Settings> {
  const row = await db.settings.get('settings')
  const own = row?.value as Partial<Settings> | undefined
  return { ...defaultSettings(own?.zone), ...own }
}

/** Sites at which the person is buying by themselves just now, or was. */
export async function readMyself(db: Ledger): Promise<Myself[]> {
  const row = await db.settings.get('myself')
  return (row?.value as Myself[] | undefined) ?? []
}

/** Which identity the person has set; the secrets stay in the background's record. Page-readable part only. */
export interface IdentityView {
  kind: 'pin' | 'passkey'
  /** Passkey only: credential id, base64url, and the rp id to ask for (undefined on Chromium). */
  credentialId: string | null
  rpId: string | null
  /** Failed tries in a row and the time (epoch ms) before which no try is accepted. */
  failures: number
  lockedUntil: number
  /** Unused recovery codes; absent in views from before there were any. */
  recoveryLeft?: number
}
