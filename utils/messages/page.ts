/**
 * Border between the extension's own pages (consent, popup, dashboard, welcome) and the background.
 * One `runtime.sendMessage` a command. The background checks that the sender is one of our pages, and for anything
 * that spends or loosens, the factor: an automated browser can run script in our pages, so the sender proves nothing.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/browser'
import type { Backup } from '../backup/backup.ts'
import type { CapScope, CapWindow } from '../caps/cap.ts'
import type { ApprovalState, ApproverAnswer } from '../contract/approvals.ts'
import type { AgentAnswer, AgentRequest } from '../contract/orders.ts'
import type { Allowance } from '../contract/subscriptions.ts'
import type { WireMoney } from '../money/money.ts'
import type { SettingsChange } from '../settings/settings.ts'

/** Shown by a person for one thing: the digest that it is about is in the command. */
export type Proof = { kind: 'pin'; pin: string } | { kind: 'passkey'; assertion: AuthenticationResponseJSON }

/** For replacing or removing the factor a recovery code serves as well; for nothing else. */
export type OwnerProof = Proof | { kind: 'recovery'; code: string }

/** New identity at activation. */
export type NewFactor =
  | { kind: 'pin'; pin: string }
  | { kind: 'passkey'; registration: RegistrationResponseJSON }

export interface CapInput {
  /** null: a new cap. */
  id: string | null
  scope: CapScope
  window: CapWindow
  /** Only with window 'sliding'. */
  hours?: number
  /** Money, or a number of orders (`ORDERS` in `utils/caps/cap`). */
  limit: WireMoney
}

/** A shop's own payment address that the shield has learned. */
export interface LearnedEndpoint {
  id: number
  /** Origin and path. */
  address: string
  method: string
}

/** What the agent is told with a refusal; the page can read it too. `change`: try again, but differently. */
export interface Say {
  kind: 'reason' | 'change'
  /** At most MAX_SAY characters. */
  text: string
}

export const MAX_SAY = 300

type Empty = Record<never, never>

/** Commands with their answers. Every answer may be a Failure instead. */
export interface PageCommands {
  /** First run: switch the guard on and set the factor. Refused once active. */
  activate: { input: { factor: NewFactor }; output: Empty }
  /** Challenge for the passkey at activation; fresh, single use. */
  'activation-challenge': { input: Empty; output: { challenge: string } }
  /** Challenge for the passkey that shall replace the factor. */
  'factor-challenge': { input: Empty; output: { challenge: string } }
  /** Proof over `actionDigest({ command: 'change-factor', factor })`. */
  'change-factor': { input: { factor: NewFactor; proof: OwnerProof | null }; output: Empty }
  /** The guard goes off. Proof over `actionDigest({ command: 'remove-factor' })`. */
  'remove-factor': { input: { proof: OwnerProof | null }; output: Empty }
  /** Answered once; only hashes are kept. Proof over `actionDigest({ command: 'make-recovery-codes' })`. */
  'make-recovery-codes': { input: { proof: Proof | null }; output: { codes: string[] } }
  /** Connect a payments backend with its one-time code. */
  pair: { input: { url: string; code: string; proof: Proof | null }; output: { accountId: string } }
  approve: {
    input: { attemptId: string; digest: string; proof: Proof | null }
    output: Empty
  }
  /** With words for the agent, where the person has some, and on wish without being asked by this page again. */
  reject: { input: { attemptId: string; say?: Say | null; ignorePage?: boolean }; output: Empty }
  /** Take back an approval that has not been released yet. */
  cancel: { input: { attemptId: string }; output: Empty }
  /** The consent window shows this attempt now. */
  seen: { input: { attemptId: string }; output: Empty }
  /**
   * Set or change a cap. Lowering and setting a first cap need no proof; raising does. The proof's digest is
   * `actionDigest({ command: 'set-cap', cap })`.
   */
  'set-cap': { input: { cap: CapInput; proof: Proof | null }; output: { id: string } }
  /** Removing the cap loosens: needs proof over `actionDigest({ command: 'remove-cap', id })`. */
  'remove-cap': { input: { id: string; proof: Proof | null }; output: Empty }
  /**
   * Remember the site of an approved order: its later orders within these terms are approved without asking. Proof over
   * `actionDigest({ command: 'allow', allowance })`.
   */
  allow: { input: { attemptId: string; allowance: Allowance; proof: Proof | null }; output: Empty }
  'revoke-allowance': { input: { id: string }; output: Empty }
  'learned-endpoints': { input: Empty; output: { endpoints: LearnedEndpoint[] } }
  /** Takes a learned address out of the shield; proof over `actionDigest({ command: 'forget-endpoint', id, address })`. */
  'forget-endpoint': { input: { id: number; address: string; proof: Proof | null }; output: Empty }
  /** Asks on the person's other device, or goes on waiting, for some seconds; what is answered there is carried out. */
  'ask-elsewhere': {
    input: { attemptId: string }
    output: { state: ApprovalState | 'unreachable' | 'off' }
  }
  /** Address to open on the device that shall approve; proof over `actionDigest({ command: 'invite-approver', nonce })`. */
  'invite-approver': { input: { nonce: string; proof: Proof | null }; output: { url: string } }
  approvers: { input: Empty; output: { approvers: ApproverAnswer[] } }
  'disconnect-approver': { input: { id: string }; output: Empty }
  /**
   * What `SettingsChange` names. Where it loosens (`loosensSettings`): proof over
   * `actionDigest({ command: 'set-settings', settings })`.
   */
  'set-settings': { input: { settings: SettingsChange; proof?: Proof | null }; output: Empty }
  /** For so many minutes the person's own payments at this site are not held; proof over the command. */
  'shop-myself': { input: { site: string; minutes: number; proof: Proof | null }; output: Empty }
  'stop-myself': { input: { site: string }; output: Empty }
  /** Takes caps, holding time and zone from a backup, all or none; proof over `actionDigest({ command: 'restore', backup })`. */
  restore: { input: { backup: Backup; proof: Proof | null }; output: Empty }
  /** Deletes what ended before (epoch ms); proof over `actionDigest({ command: 'forget', before })`. */
  forget: { input: { before: number; proof: Proof | null }; output: Empty }
  /** Deletes these, as far as they are over; proof over `actionDigest({ command: 'forget-these', ids })`. */
  'forget-these': { input: { ids: string[]; proof: Proof | null }; output: { gone: number } }
  /** Agents of the paired backend. */
  agents: { input: Empty; output: { agents: AgentAnswer[] } }
  /**
   * A token for an agent; in this answer and nowhere else. Proof over `actionDigest({ command: 'issue-agent', agent })`.
   */
  'issue-agent': { input: { agent: AgentRequest; proof: Proof | null }; output: { token: string } }
  /**
   * Whether pages of an origin may ask for payments to themselves. Allowing needs proof over
   * `actionDigest({ command: 'allow-page', origin, allowed })`.
   */
  'allow-page': { input: { origin: string; allowed: boolean; proof: Proof | null }; output: Empty }
  /** Tightens, so it needs no proof. */
  'revoke-agent': { input: { agentId: string }; output: Empty }
  /**
   * The person says what came of a payment whose outcome nobody knows; one that failed gives its reservation back, so
   * both need proof, over `actionDigest({ command: 'settle-unknown', attemptId, outcome })`.
   */
  'settle-unknown': {
    input: { attemptId: string; outcome: 'settled' | 'failed'; proof: Proof | null }
    output: Empty
  }
  /** The shop gave money back: makes room under caps; proof over `actionDigest({ command: 'record-refund', attemptId, amount })`. */
  'record-refund': { input: { attemptId: string; amount: WireMoney; proof: Proof | null }; output: Empty }
  /** Deletes by itself what is older than `days`; null: keeps for ever, and needs no proof. Over `{ command, days }`. */
  'set-retention': { input: { days: number | null; proof: Proof | null }; output: Empty }
  /** An evidence bundle of one payment, or of all (`null`), as JSON text. Reveals nothing that our pages cannot read. */
  evidence: { input: { attemptId: string | null }; output: { bundle: string } }
  /** Deletes everything, identity and caps included; proof over `actionDigest({ command: 'erase' })`. */
  erase: { input: { proof: Proof | null }; output: Empty }
  /** What the toolbar popup needs to know about the tab in front. */
  'open-consent': { input: Empty; output: Empty }
  /** The try-out purchase of the practice shop: asks in a window of its own, buys nothing. */
  rehearse: { input: Empty; output: Empty }
  /** Proof over `actionDigest({ command: 'approve-rehearsal', id })`, which no order has. */
  'approve-rehearsal': { input: { id: string; proof: Proof | null }; output: Empty }
  'reject-rehearsal': { input: { id: string }; output: Empty }
}

export type PageCommandName = keyof PageCommands
export type PageMessage = {
  [K in PageCommandName]: { command: K } & PageCommands[K]['input']
}[PageCommandName]

/** Why a command did nothing; locale key `error_<code>`. */
export const FAILURE_CODES = [
  'not_ours',
  'malformed',
  'not_activated',
  'already_activated',
  'weak_pin',
  'factor_missing',
  'factor_wrong',
  'factor_locked',
  'attempt_rejected_after_tries',
  'unknown_attempt',
  'not_waiting',
  'digest_mismatch',
  'order_changed',
  'unknown_total',
  'cap_exceeded',
  'expired',
  'page_gone',
  'elsewhere_only',
  'backend_unreachable',
  'backend_refused',
  'storage_failed',
  'payment_under_way',
  'internal_error',
] as const
export type FailureCode = (typeof FAILURE_CODES)[number]

export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; code: FailureCode; detail?: string; triesLeft?: number }
