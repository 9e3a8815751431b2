/**
 * `requireConsent` for the three common shapes of a JavaScript server. Each answers with a problem document
 * (RFC 9457) and stops the route unless the payer's consent to the order was there and has just been used up.
 *
 * The order's id comes with the request, so it alone says nothing: a consent to a cheap order of this shop must not ship a
 * dear basket. The route says what it is about to take, from its own books, and only an order of that amount will do.
 */
import type { ConsumeAnswer, Problem } from '../../utils/contract/api.ts'
import type { WireMoney } from '../../utils/money/money.ts'
import { BackendUnavailable, type Merchant, MerchantRequestRefused } from './merchant.ts'

export interface Sale {
  /** Order at the payments backend; may come from the request. */
  order: string | null
  /** What the shop will take for what it ships; never from the request. */
  amount: WireMoney
}

export type ConsentDecision = { ok: true; payment: ConsumeAnswer } | { ok: false; problem: Problem }

/** The decision alone, every failure included as a problem: nothing but `ok: true` may ship goods. */
export async function decideConsent(merchant: Merchant, { order, amount }: Sale): Promise<ConsentDecision> {
  if (order === null || order === '') return refuse(402, 'consent_required', 'No order to consent to.')
  try {
    const agreed = (await merchant.order(order)).amount
    if (agreed.amount !== amount.amount || agreed.currency !== amount.currency) {
      return refuse(402, 'order_changed', 'The order is not for this amount.')
    }
    return await merchant.consume(order)
  } catch (error) {
    if (error instanceof BackendUnavailable) return refuse(503, 'consent_unverifiable', error.message)
    if (error instanceof MerchantRequestRefused) return refuse(502, 'consent_unverifiable', error.message)
    throw error
  }
}

/** Fetch-style servers: null where the route may go on, else the response to send. */
export async function requireConsent(merchant: Merchant, sale: Sale): Promise<Response | null> {
  const decision = await decideConsent(merchant, sale)
  if (decision.ok) return null
  return new Response(JSON.stringify(decision.problem), {
    status: decision.problem.status,
    headers: { 'content-type': 'application/problem+json' },
  })
}

interface FastifyReplyLike {
  code(status: number): FastifyReplyLike
  type(mime: string): FastifyReplyLike
  send(body: unknown): unknown
}

/** Fastify: `{ preHandler: requireConsentFastify(shop, (request) => ({ order: request.body.order_id, amount: basketOf(request) })) }`. */
export function requireConsentFastify<Request>(
  merchant: Merchant,
  saleOf: (request: Request) => Sale | Promise<Sale>,
) {
  return async function preHandler(request: Request, reply: FastifyReplyLike): Promise<void> {
    const decision = await decideConsent(merchant, await saleOf(request))
    if (decision.ok) return
    await reply.code(decision.problem.status).type('application/problem+json').send(decision.problem)
  }
}

interface ExpressResponseLike {
  status(code: number): ExpressResponseLike
  type(mime: string): ExpressResponseLike
  /** unknown, or Express would infer that every route behind it answers with text. */
  send(body: unknown): unknown
}

/** Express: `app.post('/pay', requireConsentExpress(shop, (req) => ({ order: req.body.order_id, amount: basketOf(req) })), handler)`. */
export function requireConsentExpress<Request>(
  merchant: Merchant,
  saleOf: (request: Request) => Sale | Promise<Sale>,
) {
  return async function middleware(
    request: Request,
    response: ExpressResponseLike,
    next: (error?: unknown) => void,
  ): Promise<void> {
    try {
      const decision = await decideConsent(merchant, await saleOf(request))
      if (decision.ok) return next()
      const text = JSON.stringify(decision.problem)
      response.status(decision.problem.status).type('application/problem+json').send(text)
    } catch (error) {
      next(error)
    }
  }
}

function refuse(status: number, code: string, detail: string): ConsentDecision {
  return { ok: false, problem: { type: `urn:consent-guard:problem:${code}`, title: detail, status, code } }
}
