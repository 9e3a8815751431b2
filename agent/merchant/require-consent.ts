/**
 * `requireConsent` for the three common shapes of a JavaScript server. Each answers with a problem document
 * (RFC 9457) and stops the route unless the payer's consent to the order was there and has just been used up.
 */
import type { ConsumeAnswer, Problem } from '../../utils/contract/api.ts'
import { BackendUnavailable, type Merchant, MerchantRequestRefused } from './merchant.ts'

export type ConsentDecision = { ok: true; payment: ConsumeAnswer } | { ok: false; problem: Problem }

/** The decision alone, every failure included as a problem: nothing but `ok: true` may ship goods. */
export async function decideConsent(merchant: Merchant, orderId: string | null): Promise<ConsentDecision> {
  if (orderId === null || orderId === '') return refuse(402, 'consent_required', 'No order to consent to.')
  try {
    return await merchant.consume(orderId)
  } catch (error) {
    if (error instanceof BackendUnavailable) return refuse(503, 'consent_unverifiable', error.message)
    if (error instanceof MerchantRequestRefused) return refuse(502, 'consent_unverifiable', error.message)
    throw error
  }
}

/** Fetch-style servers: null where the route may go on, else the response to send. */
export async function requireConsent(merchant: Merchant, orderId: string | null): Promise<Response | null> {
  const decision = await decideConsent(merchant, orderId)
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

/** Fastify: `{ preHandler: requireConsentFastify(shop, (request) => request.body.order_id) }`. */
export function requireConsentFastify<Request>(
  merchant: Merchant,
  orderIdOf: (request: Request) => string | null,
) {
  return async function preHandler(request: Request, reply: FastifyReplyLike): Promise<void> {
    const decision = await decideConsent(merchant, orderIdOf(request))
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

/** Express: `app.post('/pay', requireConsentExpress(shop, (req) => req.body.order_id), handler)`. */
export function requireConsentExpress<Request>(
  merchant: Merchant,
  orderIdOf: (request: Request) => string | null,
) {
  return async function middleware(
    request: Request,
    response: ExpressResponseLike,
    next: (error?: unknown) => void,
  ): Promise<void> {
    try {
      const decision = await decideConsent(merchant, orderIdOf(request))
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
