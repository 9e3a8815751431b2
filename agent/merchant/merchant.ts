/**
 * The merchant's side of Consent Guard in a few calls: open an order at the payments backend, let the payer's trusted
 * surface agree to it, consume that consent before the goods are handed over. A shop that does this refuses a
 * payment without consent even when the request was made outside any browser.
 *
 * No dependency but `fetch`, so it runs in Node, workers and edge runtimes. Everything fails closed: a backend that is
 * away, slow or unintelligible is `BackendUnavailable`, never "yes".
 */
import type {
  ConsumeAnswer,
  MerchantOrderAnswer,
  MerchantOrderRequest,
  Problem,
} from '../../utils/contract/api.ts'
import type { SubscriptionAnswer } from '../../utils/contract/subscriptions.ts'
import type { WireMoney } from '../../utils/money/money.ts'

export interface MerchantOptions {
  /** Origin of the payments backend, e.g. `http://127.0.0.1:4870`. */
  backend: string
  /** Key that the operator issued for this merchant. Keep it on the server. */
  key: string
  fetch?: typeof globalThis.fetch
  /** Milliseconds until one call is given up. */
  timeout?: number
}

/** `payment` may be kept as evidence; `problem.code` is `consent_required` (402) or `consent_consumed` (409). */
export type Consent = { ok: true; payment: ConsumeAnswer } | { ok: false; problem: Problem }

export interface Merchant {
  /** Opens an order for exactly this amount. The same `reference` with the same content gives the same order. */
  createOrder(order: MerchantOrderRequest): Promise<MerchantOrderAnswer>
  order(orderId: string): Promise<MerchantOrderAnswer>
  /** Uses up the payer's consent to this order: `ok` once for ever. Call it before the order is carried out. */
  consume(orderId: string): Promise<Consent>
  /**
   * A new price of a subscription, from the next renewal on. Where it is above what the payer agreed to, it comes back as
   * `proposed`: nothing more is charged until they have agreed to it. `orderId`: of the order that began it, or a renewal.
   */
  changePrice(orderId: string, price: WireMoney): Promise<SubscriptionAnswer>
}

export class BackendUnavailable extends Error {
  override name = 'BackendUnavailable'
}

/** The backend refused what the shop itself asked: a wrong key, a foreign origin, a malformed order. */
export class MerchantRequestRefused extends Error {
  override name = 'MerchantRequestRefused'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`)
    this.problem = problem
  }
}

/** Answers to `consume` that say something about the consent and not about the shop. */
const CONSENT_STATUS = new Set([402, 409])

export function merchant(options: MerchantOptions): Merchant {
  const call = caller(options)
  return {
    async createOrder(order) {
      return expectOk<MerchantOrderAnswer>(await call('POST', '/v1/merchant/orders', order, isOrder))
    },
    async order(orderId) {
      const path = `/v1/merchant/orders/${encodeURIComponent(orderId)}`
      const answer = expectOk<MerchantOrderAnswer>(await call('GET', path, null, isOrder))
      if (answer.order_id !== orderId) throw new BackendUnavailable('the answer is for another order')
      return answer
    },
    async consume(orderId) {
      const path = `/v1/merchant/orders/${encodeURIComponent(orderId)}/consume`
      const answer = await call('POST', path, {}, isConsumed)
      if (answer.ok) {
        if (answer.value.order_id !== orderId) throw new BackendUnavailable('the answer is for another order')
        return { ok: true, payment: answer.value }
      }
      if (!CONSENT_STATUS.has(answer.problem.status)) throw new MerchantRequestRefused(answer.problem)
      return answer
    },
    async changePrice(orderId, price) {
      const path = `/v1/orders/${encodeURIComponent(orderId)}/price`
      return expectOk(await call('POST', path, { price }, isSubscription))
    },
  }
}

type Called<T> = { ok: true; value: T } | { ok: false; problem: Problem }

function caller(options: MerchantOptions) {
  const send = options.fetch ?? globalThis.fetch
  const base = options.backend.replace(/\/+$/, '')
  return async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    accepts: (value: unknown) => value is T,
  ): Promise<Called<T>> {
    // One key for all tries of this call: a lost answer can be asked for again without a second effect.
    const idempotencyKey = crypto.randomUUID()
    for (let tries = 1; ; tries++) {
      try {
        const response = await send(base + path, {
          method,
          redirect: 'error',
          signal: AbortSignal.timeout(options.timeout ?? 10_000),
          headers: {
            authorization: `Bearer ${options.key}`,
            'idempotency-key': idempotencyKey,
            ...(body === null ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === null ? {} : { body: JSON.stringify(body) }),
        })
        const answer: unknown = await response.json()
        if (response.ok && accepts(answer)) return { ok: true, value: answer }
        if (!response.ok && isProblem(answer) && response.status < 500) return { ok: false, problem: answer }
        throw new BackendUnavailable(`the payments backend answered ${response.status}`)
      } catch (error) {
        if (tries < 2) continue
        if (error instanceof BackendUnavailable) throw error
        throw new BackendUnavailable('the payments backend does not answer', { cause: error })
      }
    }
  }
}

function expectOk<T>(called: Called<T>): T {
  if (!called.ok) throw new MerchantRequestRefused(called.problem)
  return called.value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isOrder(value: unknown): value is MerchantOrderAnswer {
  if (!isRecord(value) || !isRecord(value.amount)) return false
  const { amount, currency } = value.amount
  const isAmount = typeof amount === 'string' && typeof currency === 'string'
  return isAmount && typeof value.order_id === 'string' && typeof value.state === 'string'
}

function isSubscription(value: unknown): value is SubscriptionAnswer {
  return isRecord(value) && typeof value.subscription_id === 'string' && 'proposed' in value
}

function isConsumed(value: unknown): value is ConsumeAnswer {
  return isRecord(value) && typeof value.order_id === 'string' && typeof value.payment_id === 'string'
}

function isProblem(value: unknown): value is Problem {
  return isRecord(value) && typeof value.code === 'string' && typeof value.status === 'number'
}
