/**
 * The wallet rail seen from the person's device: orders that agents put to the backend, and the agents themselves.
 * Everything is parsed; an order whose text would be shown otherwise than it is signed is not taken in.
 */
import canonicalize from 'canonicalize'
import type { WireOrder } from '../contract/order-wire.ts'
import {
  AGENT_SCOPES,
  type AgentAnswer,
  type AgentRequest,
  type AgentTokenAnswer,
  ORDER_STATES,
  type OrderRequest,
  type OrderState,
  type RejectRequest,
} from '../contract/orders.ts'
import { neutralise } from '../order/neutralise.ts'
import { type Order, parseWireOrder, toWireOrder } from '../order/order.ts'
import type { BackendAnswer, SignedCall } from './backend.ts'

export interface AgentOrder {
  orderId: string
  state: OrderState
  version: number
  order: Order
  wire: WireOrder
  /** The agent's own words. */
  reason: string
  agentId: string | null
  paymentId: string | null
  /** The person's own words with a rejection. */
  answer: string | null
  /** Epoch ms. */
  expiresAt: number
  createdAt: number
}

export interface Wallet {
  /** Orders that wait for the person, newest first. */
  waiting(): Promise<BackendAnswer<AgentOrder[]>>
  order(orderId: string): Promise<BackendAnswer<AgentOrder>>
  /** Asks in the person's own name, for a page that they allowed. The same key asks once. */
  request(request: OrderRequest, key: string): Promise<BackendAnswer<AgentOrder>>
  /** Takes it back, whatever it has become, until it is settled. */
  cancel(orderId: string, reason: string): Promise<BackendAnswer<AgentOrder>>
  reject(orderId: string, say: RejectRequest['say']): Promise<BackendAnswer<AgentOrder>>
  agents(): Promise<BackendAnswer<AgentAnswer[]>>
  /** `key`: the same key issues no second token. The token is in this one answer and nowhere else. */
  issueAgent(request: AgentRequest, key: string): Promise<BackendAnswer<AgentTokenAnswer>>
  revokeAgent(agentId: string): Promise<BackendAnswer<AgentAnswer>>
}

const ORDERS = '/v1/orders'

export function connectWallet(call: SignedCall): Wallet {
  const pathOf = (orderId: string, verb = '') => `${ORDERS}/${encodeURIComponent(orderId)}${verb}`
  return {
    waiting: async () =>
      parsed(await call('GET', `${ORDERS}?state=requested&limit=100`, null, {}), (value) =>
        listOf(value, 'orders', parseAgentOrder),
      ),
    order: async (orderId) => parsed(await call('GET', pathOf(orderId), null, {}), parseAgentOrder),
    request: async (request, key) =>
      parsed(await call('POST', ORDERS, request, { 'idempotency-key': key }), parseAgentOrder),
    cancel: async (orderId, reason) =>
      parsed(await call('POST', pathOf(orderId, '/cancel'), { reason }, {}), parseAgentOrder),
    reject: async (orderId, say) =>
      parsed(await call('POST', pathOf(orderId, '/reject'), { say }, {}), parseAgentOrder),
    agents: async () =>
      parsed(await call('GET', '/v1/agents', null, {}), (value) => listOf(value, 'agents', parseAgent)),
    issueAgent: async (request, key) =>
      parsed(await call('POST', '/v1/agents', request, { 'idempotency-key': key }), parseIssued),
    revokeAgent: async (agentId) =>
      parsed(await call('POST', `/v1/agents/${encodeURIComponent(agentId)}/revoke`, {}, {}), parseAgent),
  }
}

function parsed<T>(answer: BackendAnswer<unknown>, parse: (value: unknown) => T | null): BackendAnswer<T> {
  if (answer.kind !== 'ok') return answer
  const value = parse(answer.value)
  return value === null
    ? { kind: 'unreachable', detail: 'the answer could not be read' }
    : { kind: 'ok', value }
}

/** An order that cannot be read is left out: it is not shown, so it cannot be approved, and the others still are. */
function listOf<T>(value: unknown, field: string, parse: (item: unknown) => T | null): T[] | null {
  const list = isRecord(value) ? value[field] : null
  if (!Array.isArray(list)) return null
  return list.flatMap((item) => {
    const found = parse(item)
    return found === null ? [] : [found]
  })
}

export function parseAgentOrder(value: unknown): AgentOrder | null {
  if (!isRecord(value)) return null
  const { order_id, version, reason, agent_id, payment_id, answer, expires_at, created_at } = value
  const state = ORDER_STATES.find((known) => known === value.state)
  const order = parseWireOrder(value.order)
  if (typeof order_id !== 'string' || !/^wor_[\w-]{8,60}$/.test(order_id)) return null
  if (state === undefined || order === null || typeof version !== 'number') return null
  // What is shown is what is signed: text that the parser would change is not this backend's own.
  const wire = toWireOrder(order)
  if (wire.merchantOrder !== order_id || canonicalize(wire) !== canonicalize(value.order)) return null
  const expiresAt = Date.parse(String(expires_at))
  const createdAt = Date.parse(String(created_at))
  if (Number.isNaN(expiresAt) || Number.isNaN(createdAt)) return null
  return {
    orderId: order_id,
    state,
    version,
    order,
    wire,
    reason: typeof reason === 'string' ? neutralise(reason) : '',
    agentId: typeof agent_id === 'string' ? agent_id : null,
    paymentId: typeof payment_id === 'string' ? payment_id : null,
    answer: typeof answer === 'string' ? answer : null,
    expiresAt,
    createdAt,
  }
}

function parseAgent(value: unknown): AgentAnswer | null {
  if (!isRecord(value)) return null
  const { agent_id, label, scopes, created_at, revoked_at } = value
  if (typeof agent_id !== 'string' || typeof label !== 'string' || typeof created_at !== 'string') return null
  if (!Array.isArray(scopes) || (revoked_at !== null && typeof revoked_at !== 'string')) return null
  return {
    agent_id,
    label: neutralise(label),
    scopes: AGENT_SCOPES.filter((scope) => scopes.includes(scope)),
    created_at,
    revoked_at,
  }
}

function parseIssued(value: unknown): AgentTokenAnswer | null {
  const agent = parseAgent(value)
  const token = isRecord(value) ? value.token : null
  return agent !== null && typeof token === 'string' && token !== '' ? { ...agent, token } : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
