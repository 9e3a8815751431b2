/**
 * The agent's side of Consent Guard: ask for a payment, wait for the person, change or take it back. Works wherever
 * there is `fetch` (Node, workers, pages). Nothing in here can approve anything: it only asks.
 */
import type { CapAnswer } from '../../utils/contract/caps.ts'
import type { OrderAnswer, OrderList, OrderState } from '../../utils/contract/orders.ts'
import type { SubscriptionAnswer } from '../../utils/contract/subscriptions.ts'
import { type CallOptions, caller } from './call.ts'
import { PaymentRefused } from './errors.ts'
import { intentKeys } from './intent.ts'
import { minor, orderRequestOf, type PaymentRequest } from './payment-request.ts'

export interface AskOptions {
  /**
   * What this purchase is, in the agent's own words ("kettle for the kitchen"). The same intent with the same content
   * is the same order, also after a restart of the agent; another intent is another purchase. Absent: the content.
   */
  intent?: string
  signal?: AbortSignal
}

export interface WaitOptions {
  /** Gives up waiting (not the order) after this long and answers with the order as it is. Default: until decided. */
  timeoutMs?: number
  signal?: AbortSignal
  /** Called at each change while waiting. */
  onChange?: (order: OrderAnswer) => void
}

export interface ConsentGuard {
  /** Asks. Comes back at once with the order in state `requested`; the person decides in their own time. */
  requestPayment(request: PaymentRequest, options?: AskOptions): Promise<OrderAnswer>
  /** The same with a renewal: what the person agrees to names both amounts. */
  subscribe(
    request: PaymentRequest & { renewal: NonNullable<PaymentRequest['renewal']> },
    options?: AskOptions,
  ): Promise<OrderAnswer>
  /** Waits until the person has decided and the money has moved or will not. */
  waitFor(orderId: string, options?: WaitOptions): Promise<OrderAnswer>
  status(orderId: string, options?: CallControl): Promise<OrderAnswer>
  /** This agent's orders, newest first; `limit` 1 to 100, default 20. */
  recent(limit?: number, options?: CallControl): Promise<OrderAnswer[]>
  /**
   * Replaces what is asked for, if the order is still as `order` says (else PaymentRefused `version_conflict`). Asking for
   * less keeps the consent; anything else is asked again.
   */
  modifyOrder(order: OrderAnswer, request: PaymentRequest, options?: CallControl): Promise<OrderAnswer>
  /** Takes it back, until it is settled. */
  cancelOrder(orderId: string, reason: string, options?: CallControl): Promise<OrderAnswer>
  /** `amount`: a plain decimal in the order's currency. A tip is consented to like any payment. */
  tip(order: OrderAnswer, amount: string, reason: string, options?: AskOptions): Promise<OrderAnswer>
  /** Subscriptions that this agent's orders began. */
  subscriptions(options?: CallControl): Promise<SubscriptionAnswer[]>
  /** Ends a subscription: nothing more is charged. Needs no consent; cannot be undone, only asked for anew. */
  cancelSubscription(subscriptionId: string, options?: CallControl): Promise<SubscriptionAnswer>
  /** Read only. No agent can write a cap. */
  caps(options?: CallControl): Promise<CapAnswer[]>
}

export interface CallControl {
  /** Aborting ends the waiting for an answer, not what was asked for. */
  signal?: AbortSignal
}

/** States in which somebody else has to act: the person, the cooling-off time or the processor. */
export const OPEN: readonly OrderState[] = ['requested', 'approved', 'authorised', 'unknown']

/** Longest wait that the backend accepts in one request. */
const POLL_S = 25

export function consentGuard(options: CallOptions): ConsentGuard {
  const call = caller(options)

  async function status(orderId: string, query = '', signal?: AbortSignal): Promise<OrderAnswer> {
    const path = `/v1/orders/${encodeURIComponent(orderId)}${query}`
    return call<OrderAnswer>({ method: 'GET', path, signal, waitMs: query === '' ? 0 : POLL_S * 1_000 })
  }

  /**
   * Posts under the first key of the intent whose order is still open, or was decided a short while ago: an agent that
   * lost its answer gets its order back instead of a second one.
   */
  async function ask(path: string, body: unknown, { intent, signal }: AskOptions): Promise<OrderAnswer> {
    for await (const key of intentKeys(intent ?? null, { path, body })) {
      const headers = { 'idempotency-key': key }
      const first = await call<OrderAnswer>({ method: 'POST', path, body, headers, signal }).catch(oldRefusal)
      if (first === null) continue
      const order = await status(first.order_id, '', signal)
      if (OPEN.includes(order.state) || isRecent(order)) return order
    }
    throw new Error('unreachable: there is always a next key')
  }

  async function requestPayment(request: PaymentRequest, ask_: AskOptions = {}): Promise<OrderAnswer> {
    return ask('/v1/orders', orderRequestOf(request), ask_)
  }

  return {
    requestPayment,
    subscribe: requestPayment,
    status: (orderId, { signal } = {}) => status(orderId, '', signal),
    async waitFor(orderId, { timeoutMs, signal, onChange } = {}) {
      const end = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs
      let order = await status(orderId, '', signal)
      while (OPEN.includes(order.state)) {
        // Whole seconds only: rounded up, so that a wait of one second is one second.
        const left = Math.min(POLL_S, Math.ceil((end - Date.now()) / 1_000))
        if (left <= 0) return order
        const next = await status(orderId, `?wait_s=${left}&version=${order.version}`, signal)
        if (next.version !== order.version || next.state !== order.state) onChange?.(next)
        order = next
      }
      return order
    },
    async recent(limit = 20, { signal } = {}) {
      return (await call<OrderList>({ method: 'GET', path: `/v1/orders?limit=${limit}`, signal })).orders
    },
    modifyOrder: (order, request, { signal } = {}) =>
      call<OrderAnswer>({
        signal,
        method: 'PUT',
        path: `/v1/orders/${encodeURIComponent(order.order_id)}`,
        body: orderRequestOf(request),
        headers: { 'if-match': `"${order.version}"` },
      }),
    cancelOrder: (orderId, reason, { signal } = {}) =>
      call<OrderAnswer>({
        signal,
        method: 'POST',
        path: `/v1/orders/${encodeURIComponent(orderId)}/cancel`,
        body: { reason },
      }),
    tip(order, amount, reason, options = {}) {
      const currency = order.order.currency ?? ''
      const path = `/v1/orders/${encodeURIComponent(order.order_id)}/tips`
      const body = { amount: { amount: minor(amount, currency, 'a tip'), currency }, reason }
      return ask(path, body, options)
    },
    async subscriptions({ signal } = {}) {
      const path = '/v1/subscriptions'
      return (await call<{ subscriptions: SubscriptionAnswer[] }>({ method: 'GET', path, signal }))
        .subscriptions
    },
    cancelSubscription: (subscriptionId, { signal } = {}) =>
      call<SubscriptionAnswer>({
        method: 'POST',
        path: `/v1/subscriptions/${encodeURIComponent(subscriptionId)}/cancel`,
        body: {},
        signal,
      }),
    async caps({ signal } = {}) {
      return (await call<{ caps: CapAnswer[] }>({ method: 'GET', path: '/v1/caps', signal })).caps
    },
  }
}

/** A refusal from before is asked again under the next key: the person may have raised the cap meanwhile. */
function oldRefusal(error: unknown): null {
  if (error instanceof PaymentRefused && error.replayed) return null
  throw error
}

/** How long a decided order still answers for its intent, so that a repeated "no" is the same "no". */
const ANSWERS_FOR_MS = 10 * 60_000

function isRecent(order: OrderAnswer): boolean {
  return Date.now() - Date.parse(order.updated_at) < ANSWERS_FOR_MS
}
