/**
 * The ledger on disk. Only the background writes; pages read with liveQuery.
 * Strict durability: a commit is on the disk before anything is forwarded (since Chromium 121 the default is relaxed).
 */
import Dexie, { type EntityTable, type Table } from 'dexie'
import type { Attempt } from '../attempt/attempt.ts'
import type { AttemptState } from '../attempt/states.ts'
import type { Cap } from '../caps/cap.ts'
import type { FieldSource, Note, Order } from '../order/order.ts'

/** Why an attempt ended or waits; locale key `reason_<reason>`. */
export type Reason =
  | 'not_activated'
  | 'guard_off'
  | 'rejected_by_person'
  | 'change_requested'
  | 'page_ignored'
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
  | 'internal_error'

export interface AttemptRow extends Attempt {
  state: AttemptState
  /** Compare-and-set counter; each move adds one. */
  version: number
  holdId: string
  order: Order
  /** Digest of attempt and order; what a consent must name. */
  digest: string
  sources: FieldSource[]
  notes: Note[]
  /** What changed since the person was last asked, as note ids. */
  changed: Note[]
  /** Same site, page and order within one tab: a repeat joins instead of asking twice. */
  dedupeKey: string
  /** Epoch ms after which it expires unasked. */
  expiresAt: number
  /** True once the consent window has shown it; closing the window rejects only what was seen. */
  seen: boolean
  reason: Reason | null
  updatedAt: number
}

export interface ConsentRow {
  id: string
  attemptId: string
  digest: string
  decision: 'approved' | 'rejected'
  factor: 'pin' | 'passkey' | null
  at: number
}

export interface MandateRow {
  id: string
  attemptId: string
  /** Compact JWS. */
  jws: string
  /** WebAuthn assertion as JSON where the factor was a passkey. */
  assertion: string | null
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
  /** Bucket keys that this reservation was booked into, so that it leaves exactly those. */
  buckets: string[]
  state: 'reserved' | 'settled' | 'released'
  at: number
}

/** Running sums of one scope, currency and window; `key` is `scope|currency|window|start`. */
export interface BucketRow {
  key: string
  settled: bigint
  reserved: bigint
  count: number
}

/** One line of the append-only log; `hash` covers everything before it. */
export interface LogRow {
  seq: number
  at: number
  event: string
  attemptId: string | null
  /** Small facts of the event; never card data, never raw bodies. */
  data: Record<string, string | number | boolean | null>
  previous: string
  hash: string
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
}

export const LEDGER_NAME = 'consent-guard'

export function openLedger(name = LEDGER_NAME): Ledger {
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
  return db
}
