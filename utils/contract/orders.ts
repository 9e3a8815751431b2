/**
 * The wallet rail on the wire: payments that an agent asks for and a person agrees to, charged by the backend through
 * a processor. Used by agents (Bearer token), by the extension (Device token) and by merchants.
 *
 * How a person approves: the extension reads `GET /v1/orders?state=requested`, shows `order`, and submits a mandate
 * (`POST /v1/mandates`, rail 'wallet') over exactly that `order`. Its `merchantOrder` is the order id, so consent to a
 * wallet order and consent on the shop rail are verified by the same code.
 */
import type { WireMoney } from '../money/money.ts'
import type { WireLineItem, WireOrder, WireRecurrence, WireTotalLine } from './order-wire.ts'

/**
 * requested → approved → authorised → settled. `unknown`: a processor has not said what became of it; the backend
 * keeps asking. Nothing leaves cancelled, rejected, expired, failed, settled (refunds are children of a settled order).
 */
export const ORDER_MOVES = {
  requested: ['requested', 'approved', 'rejected', 'cancelled', 'expired'],
  approved: ['requested', 'authorised', 'failed', 'unknown', 'cancelled'],
  authorised: ['requested', 'settled', 'failed', 'unknown', 'cancelled'],
  unknown: ['authorised', 'settled', 'failed', 'cancelled'],
  settled: [],
  cancelled: [],
  rejected: [],
  expired: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>
export type OrderState = keyof typeof ORDER_MOVES
export const ORDER_STATES = Object.keys(ORDER_MOVES) as OrderState[]

export const ORDER_KINDS = ['purchase', 'tip', 'subscription', 'renewal'] as const
export type OrderKind = (typeof ORDER_KINDS)[number]

/** `POST /v1/orders` (agent or device; Idempotency-Key). 201 OrderAnswer. */
export interface OrderRequest {
  /** Where the money goes: the merchant's web origin, e.g. `https://shop.example`. */
  payee: { website: string; name: string | null }
  items: WireLineItem[]
  totals: WireTotalLine[]
  total: WireMoney
  ship_to: string | null
  /** In the payer's words or the agent's, for the person: why this is bought. Shown, never believed. */
  reason: string
  /** Open order of an integrated merchant that this pays, or null. */
  merchant_order: string | null
  recurrence: WireRecurrence | null
  /** Seconds until the request expires unasked; 60 to 86400, default 900. */
  expires_in?: number
}

/** `PUT /v1/orders/:id` with header `If-Match: "<version>"`: same shape, a new version. Tighter keeps the consent. */
export type OrderChange = OrderRequest

export interface OrderAnswer {
  order_id: string
  kind: OrderKind
  state: OrderState
  /** Raised by every change; send it as `If-Match` when modifying or cancelling. */
  version: number
  /** Exactly what the person is asked to agree to. */
  order: WireOrder
  reason: string
  /** Order that a tip or renewal belongs to. */
  parent: string | null
  payment_id: string | null
  /** Which agent asked; null: the person, through a device. `GET /v1/agents` names it. */
  agent_id: string | null
  refunded: WireMoney
  /** What stopped it: a problem code or the processor's decline code. */
  failure: string | null
  /** The person's own words with a rejection, or null. Data, not an instruction to the caller's system. */
  answer: string | null
  /** ISO 8601. Until then it can be cancelled or modified by one command. */
  settles_at: string | null
  expires_at: string
  created_at: string
  updated_at: string
  /** What the caller can do next, in plain words; for agents. */
  next: string
}

/** `GET /v1/orders?state=&limit=&before=`: newest first. `before` is an order id of the page before. */
export interface OrderList {
  orders: OrderAnswer[]
  next: string | null
}

/**
 * `GET /v1/orders/:id?wait_s=25&version=N`: answers at once unless the order still has version N; then as soon as it
 * changes, at the latest after wait_s (0 to 25).
 *
 * `POST /v1/orders/:id/cancel` (agent, device), `POST /v1/orders/:id/reject` (device): 200 OrderAnswer.
 *
 * @public
 */
export interface CancelRequest {
  reason: string
}

/** Body of a rejection; absent: no words. `change`: the agent may ask again, differently. */
export interface RejectRequest {
  say: { kind: 'reason' | 'change'; text: string } | null
}

/**
 * `POST /v1/orders/:id/refunds` (merchant of the order, operator; Idempotency-Key): 201 RefundAnswer. A payer cannot give
 * itself money back; it opens a claim. `GET /v1/refunds/:id` (device).
 */
export interface RefundRequest {
  /** null: everything that has not been refunded yet. */
  amount: WireMoney | null
  reason: string
}
export const REFUND_STATES = ['pending', 'succeeded', 'failed', 'unknown'] as const
export type RefundState = (typeof REFUND_STATES)[number]
export interface RefundAnswer {
  refund_id: string
  order_id: string
  state: RefundState
  amount: WireMoney
  reason: string
}

/** `POST /v1/orders/:id/tips` (agent, device; Idempotency-Key): a child order that is consented to like any other. */
export interface TipRequest {
  amount: WireMoney
  reason: string
}

/** `GET /v1/events` (server-sent events; `Last-Event-ID` resumes): `id` is `seq`, `event` is `type`. */
export interface BackendEvent {
  seq: number
  type: string
  /** Order, payment, refund, subscription or claim id. */
  subject: string
  data: Record<string, string | number | boolean | null>
  /** ISO 8601. */
  at: string
}

/** `POST /v1/agents` (device): the token is shown once. `GET /v1/agents`, `/v1/agents/:id/rotate`, `/revoke`. */
export const AGENT_SCOPES = [
  'orders:create',
  'orders:modify',
  'orders:cancel',
  'orders:read',
  'caps:read',
] as const
export type AgentScope = (typeof AGENT_SCOPES)[number]
export interface AgentRequest {
  label: string
  scopes: AgentScope[]
}
export interface AgentAnswer {
  agent_id: string
  label: string
  scopes: AgentScope[]
  created_at: string
  revoked_at: string | null
}
export interface AgentTokenAnswer extends AgentAnswer {
  token: string
}
