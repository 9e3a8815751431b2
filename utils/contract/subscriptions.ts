/** What comes after a first consent: subscriptions, allowances, compensation claims. */
import type { WireMoney } from '../money/money.ts'
import type { ActionConsent } from './caps.ts'
import type { RecurrenceUnit } from './order-wire.ts'

export const SUBSCRIPTION_STATES = ['active', 'paused', 'cancelled', 'ended'] as const
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number]

/**
 * A settled order of kind 'subscription' starts one. Renewals are counted from the first date (31 January, 28 February,
 * 31 March); each is an order of kind 'renewal' under the person's consent, at most at the consented price.
 * `GET /v1/subscriptions`, `POST /v1/subscriptions/:id/{pause,resume,cancel}` (device; agents may cancel).
 */
export interface SubscriptionAnswer {
  subscription_id: string
  order_id: string
  state: SubscriptionState
  payee: string
  price: WireMoney
  /** A higher price that the merchant wants: the next renewal waits for the person's consent to it. */
  proposed: WireMoney | null
  every: number
  unit: RecurrenceUnit
  /** ISO 8601; null once nothing more is charged. */
  next_at: string | null
  renewals: number
  /** Failed tries of the renewal that is due. */
  failures: number
}

/**
 * `POST /v1/orders/:id/price` (merchant of the order, operator; Idempotency-Key): 200 SubscriptionAnswer. The order began the
 * subscription or is a renewal of it. Up to what the person has agreed to, the price holds from the next renewal on;
 * above, it is `proposed`.
 *
 * @public
 */
export interface PriceRequest {
  price: WireMoney
}

/**
 * A capped, expiring mandate: within it orders to one payee are approved without asking.
 * `POST /v1/allowances` (device), consent over `actionDigest({ command: 'allow', allowance })`.
 *
 * For an agent's orders of the wallet rail, or with `agent_id` null for what is bought on the shop rail of the device
 * that made it: then `POST /v1/mandates` takes mandates with factor 'allowance' that name its consent.
 */
export interface Allowance {
  /** Web origin of the payee. */
  payee: string
  agent_id: string | null
  /** In all. */
  limit: WireMoney
  /** For one order. */
  per_order: string
  /** Most orders, counted for ever, failed ones too; absent: the amount alone limits. Must be there on the shop rail. */
  orders?: number
  /** ISO 8601, at most 90 days ahead. */
  expires_at: string
}
export interface AllowanceRequest {
  allowance: Allowance
  consent: ActionConsent
}
export interface AllowanceAnswer extends Allowance {
  allowance_id: string
  used: WireMoney
  /** Orders approved under it. */
  uses: number
  revoked_at: string | null
}

export const CLAIM_STATES = ['open', 'compensated', 'declined', 'appealed'] as const
export type ClaimState = (typeof CLAIM_STATES)[number]
export const CLAIM_REASONS = ['not_consented', 'not_delivered', 'wrong_amount', 'other'] as const
export type ClaimReason = (typeof CLAIM_REASONS)[number]

/** `POST /v1/claims` (device; Idempotency-Key). Decided by rule where a rule knows, else by an operator. */
export interface ClaimRequest {
  payment_id: string
  reason: ClaimReason
  statement: string
}
export interface ClaimAnswer {
  claim_id: string
  payment_id: string
  state: ClaimState
  reason: ClaimReason
  amount: WireMoney
  /** Why it was decided so; empty while open. */
  decision: string
}
