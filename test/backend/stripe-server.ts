/**
 * Our emulation of the part of Stripe's documented API that the adapter uses, on loopback. It is not Stripe; what is
 * real here is the official SDK that talks to it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Intent {
  id: string
  object: 'payment_intent'
  status: string
  amount: number
  captured: number
  metadata: Record<string, string>
}

export interface StripeServer {
  port: number
  intents: Map<string, Intent>
  /** Effects by idempotency key: how often something really happened. */
  effects: Map<string, number>
  requests: IncomingMessage['headers'][]
  /** The next answer is lost after the effect. */
  loseNext: boolean
  close(): void
}

export async function stripeServer(secretKey: string): Promise<StripeServer> {
  const answers = new Map<string, { status: number; body: object }>()
  const refunds: { id: string; payment_intent: string; status: string; metadata: Record<string, string> }[] =
    []
  let count = 0

  function act(method: string, path: string, form: URLSearchParams): { status: number; body: object } {
    const metadata = Object.fromEntries(
      [...form].flatMap(([name, value]) => {
        const key = /^metadata\[(.+)\]$/.exec(name)?.[1]
        return key === undefined ? [] : [[key, value]]
      }),
    )
    const [, , , id = '', verb = ''] = path.split('/')
    if (method === 'POST' && path === '/v1/payment_intents') {
      if (form.get('description')?.includes('decline') === true) {
        const error = {
          type: 'card_error',
          code: 'card_declined',
          decline_code: 'insufficient_funds',
          message: 'no',
        }
        return { status: 402, body: { error } }
      }
      const intent: Intent = {
        id: `pi_${++count}`,
        object: 'payment_intent',
        status: 'requires_capture',
        amount: Number(form.get('amount')),
        captured: 0,
        metadata,
      }
      self.intents.set(intent.id, intent)
      return { status: 200, body: intent }
    }
    if (path === '/v1/payment_intents/search')
      return { status: 200, body: { object: 'search_result', data: [] } }
    if (path === '/v1/refunds' && method === 'POST') {
      const refund = {
        id: `re_${++count}`,
        payment_intent: form.get('payment_intent') ?? '',
        status: 'succeeded',
        metadata,
      }
      refunds.push(refund)
      return { status: 200, body: refund }
    }
    if (path === '/v1/refunds') return { status: 200, body: { object: 'list', data: refunds } }
    const intent = self.intents.get(id)
    if (intent === undefined) {
      return {
        status: 404,
        body: { error: { type: 'invalid_request_error', code: 'resource_missing', message: path } },
      }
    }
    if (verb === 'capture')
      Object.assign(intent, { status: 'succeeded', captured: Number(form.get('amount_to_capture')) })
    if (verb === 'cancel') intent.status = 'canceled'
    return { status: 200, body: intent }
  }

  const server: Server = createServer(async (request, response) => {
    const body: Buffer[] = []
    for await (const chunk of request) body.push(chunk)
    self.requests.push(request.headers)
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (request.headers.authorization !== `Bearer ${secretKey}`) return reply(response, 401, {})
    const key = request.headers['idempotency-key']
    if (request.method === 'POST' && typeof key !== 'string') return reply(response, 400, {})
    const known = typeof key === 'string' ? answers.get(key) : undefined
    const answer =
      known ?? act(request.method ?? '', path, new URLSearchParams(Buffer.concat(body).toString()))
    if (typeof key === 'string' && known === undefined) {
      answers.set(key, answer)
      self.effects.set(key, (self.effects.get(key) ?? 0) + 1)
    }
    if (self.loseNext) {
      self.loseNext = false
      request.socket.destroy()
      return
    }
    reply(response, answer.status, answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const self: StripeServer = {
    port: (server.address() as AddressInfo).port,
    intents: new Map(),
    effects: new Map(),
    requests: [],
    loseNext: false,
    close: () => server.close(),
  }
  return self
}

function reply(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' })
    .end(JSON.stringify(body))
}
