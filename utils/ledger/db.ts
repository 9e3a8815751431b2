/**
 * The ledger on disk. Only the background writes; pages read with liveQuery.
 * Strict durability: a commit is on the disk before anything is forwarded (since Chromium 121 the default is relaxed).
 */
import Dexie, { type EntityTable, type Table, type Transaction } from 'dexie'
import type { Attempt } from '../attempt/attempt.ts'
import type { AttemptState } from '../attempt/states.ts'
import type { Bucket } from '../caps/bucket.ts'
import type { Cap } from '../caps/cap.ts'
import type { ChainData, ChainLink } from '../contract/chain.ts'
import type { FieldSource, Note, Order } from '../order/order.ts'
import type { Allowance } from '../policy/allowance.ts'
import type { PageFacts } from '../risk/rule.ts'

/** Why an attempt ended or waits; locale key `reason_<reason>`. */
export type Reason =
  | 'not_activated'
  | 'guard_off'
  | 'rejected_by_person'
  | 'change_requested'
  | 'page_ignored'
  | 'site_blocked'
  | 'new_site'
  | 'consent_closed'
  | 'expired'
  | 'withdrawn'
  | 'page_gone'
  | 'browser_closed'
  | 'pin_locked'
  | 'backend_unreachable'
  | 'backend_refused'
  | 'cap_exceeded'
  | 'order_changed'
  | 'unreadable'
  | 'shop_confirmed'
  | 'shop_failed'
  | 'no_answer'
  | 'person_paid'
  | 'person_not_paid'
  | 'backend_told'
  | 'internal_error'
  | 'decided_elsewhere'
  | 'backend_settled'
  | 'charge_failed'

export interface AttemptRow extends Attempt {
  state: AttemptState
  /** Compare-and-set counter; each move adds one. */
  version: number
  /** On the wallet rail: the order's id at the backend. */
  holdId: string
  order: Order
  /** Digest of attempt and order; what a consent must name. */
  digest: string
  sources: FieldSource[]
  notes: Note[]
  /** What changed since the person was last asked, as note ids. */
  changed: Note[]
  /** Same page and order within one tab: a second press joins instead of asking twice. */
  dedupeKey: string
  /** Epoch ms after which it expires unasked. */
  expiresAt: number
  /** True once the consent window has shown it; closing the window rejects only what was seen. */
  seen: boolean
  reason: Reason | null
  updatedAt: number
  /** What the page did beside showing the order, for the risk rules; absent where it could not be read. */
  facts?: PageFacts
  /** The agent that asked, by its own word; absent where none gave one. */
  agent?: string
  /** The person's own name for this kind of shop; absent where it has none. */
  category?: string
}

export interface ConsentRow {
  id: string
  attemptId: string
  digest: string
  decision: 'approved' | 'rejected'
  factor: 'pin' | 'passkey' | null
  at: number
  /** Nobody was asked: the allowance that the person had agreed to. Absent where they decided themselves. */
  allowanceId?: string
  /** Decided on another device: id of the approval there. */
  approvalId?: string
}

export interface MandateRow {
  id: string
  attemptId: string
  /** Compact JWS. */
  jws: string
  /** WebAuthn assertion as JSON where the factor was a passkey. */
  assertion: string | null
  /** The consent that it stands on where the device signed under an allowance: `StandingConsent` as JSON. */
  standing?: string
  /** The backend's statement (compact JWS) where the person approved on another device. */
  approval?: string
  /** Set when the backend has authorised. */
  paymentId: string | null
  /** An outcome that the backend has not acknowledged yet. */
  pendingOutcome: 'settled' | 'failed' | 'voided' | null
}

export interface ReceiptRow {
  id: string
  attemptId: string
  state: 'authorised' | 'settled' | 'failed' | 'voided'
  /** Backend's signed receipt, or null on a local-only purchase. */
  jws: string | null
  at: number
}

export interface ReservationRow {
  attemptId: string
  site: string
  currency: string
  amount: bigint
  /** Keys of the buckets that this reservation was booked into, so that it leaves exactly those. */
  buckets: string[]
  state: 'reserved' | 'settled' | 'released'
  /** Epoch ms of the ledger, never before the buckets' windows: which windows it was booked in. */
  at: number
  /** Given back by the shop after settlement; absent where nothing was. */
  refunded?: bigint
}

/** Running sums of one scope, see `utils/caps/bucket`. */
export type BucketRow = Bucket

/** One line of the append-only log; `hash` covers everything before it, see `utils/contract/chain`. */
export interface LogRow extends ChainLink {
  /** 'redacted' where retention has deleted the content; its link still verifies. */
  event: string
  attemptId: string | null
  /** Small facts of the event; never card data, never raw bodies. */
  data: ChainData
  /** null where the content was deleted. */
  salt: string | null
}

/** A signed head of the log, see `utils/contract/checkpoint`. */
export interface CheckpointRow {
  /** Number of log rows that it covers. */
  seq: number
  hash: string
  at: number
  /** Compact JWS by the device key. */
  jws: string
  /** The backend's countersignature, or null while it has not answered. */
  anchor: string | null
}

/**
 * One word of one attempt. The row is its key, so "newest of a word" is a stretch of keys and not a sort of everything
 * that has it. The time is negative because IndexedDB can only read many keys at once upwards.
 */
export interface TokenRow {
  token: string
  /** Minus `createdAt` of the attempt, epoch ms. */
  age: number
  id: string
}

export interface SettingRow {
  key: string
  value: unknown
}

export type Ledger = Dexie & {
  attempts: EntityTable<AttemptRow, 'id'>
  consents: EntityTable<ConsentRow, 'id'>
  mandates: EntityTable<MandateRow, 'id'>
  receipts: EntityTable<ReceiptRow, 'id'>
  reservations: Table<ReservationRow, string>
  buckets: Table<BucketRow, string>
  caps: EntityTable<Cap, 'id'>
  log: Table<LogRow, number>
  settings: Table<SettingRow, string>
  tokens: Table<TokenRow, [string, number, string]>
  checkpoints: Table<CheckpointRow, number>
  allowances: EntityTable<Allowance, 'id'>
}

export const LEDGER_NAME = 'consent-guard'

/** Newest version of the schema. IndexedDB has ten times as much, so that Dexie can mend one in between. */
const VERSION = 3

/** Brings an older ledger up to date, within the transaction of the upgrade. */
export type Upgrade = (transaction: Transaction) => Promise<void>

/**
 * Only the background brings an older ledger up to date, by `fromVersion1`; pages carry none of that code and refuse,
 * which leaves the ledger as it was.
 */
export function openLedger(name = LEDGER_NAME, upgrade: Upgrade = refuse): Ledger {
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' }) as Ledger
  db.version(1).stores({
    attempts: 'id, state, createdAt, [site.key+createdAt], dedupeKey, [state+createdAt]',
    consents: 'id, attemptId, at',
    mandates: 'id, attemptId, pendingOutcome',
    receipts: 'id, attemptId',
    reservations: 'attemptId, state',
    buckets: 'key',
    caps: 'id',
    log: 'seq, attemptId',
    settings: 'key',
  })
  // One bucket row a scope, salted log content, words and filters by index, signed checkpoints.
  db.version(2)
    .stores({
      attempts: 'id, state, createdAt, [site.key+createdAt], [state+createdAt], [site.key+state+createdAt]',
      reservations: 'attemptId, at, [site+at]',
      // Only changes of caps have a `data.id`, so only they are in that index.
      log: 'seq, attemptId, data.id',
      tokens: '[token+age+id]',
      checkpoints: 'seq',
    })
    .upgrade(upgrade)
  db.version(VERSION).stores({ allowances: 'id, site' })
  refuseNewer(db)
  return db
}

/**
 * A ledger that a newer release has made its own is left alone, while this one runs and at its next start: Dexie would go on
 * in it as if it were the old one.
 */
function refuseNewer(db: Ledger): void {
  const isNewer = (version: number) => version >= (VERSION + 1) * 10
  db.on('versionchange', ({ newVersion }) => {
    if (newVersion === null || !isNewer(newVersion)) return true
    db.close()
    // Or Dexie would open it again for the next step.
    return false
  })
  db.on(
    'ready',
    () => {
      if (isNewer(db.backendDB().version)) throw new Error('A newer release has made this ledger.')
    },
    true,
  )
}

function refuse(): never {
  throw new Error('The background has not brought this ledger up to date yet.')
}
