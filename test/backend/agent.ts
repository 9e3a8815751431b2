/** An agent for tests: a token, plain requests, server-sent events. */
import { randomUUID } from 'node:crypto'
import {
  AGENT_SCOPES,
  type AgentScope,
  type AgentTokenAnswer,
  type BackendEvent,
  type OrderRequest,
} from '../../utils/contract/orders.ts'
import type { Reply, TestDevice } from './device.ts'

export interface AgentClient {
  id: string
  token: string
  get<T>(path: string): Promise<Reply<T>>
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply<T>>
  put<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply<T>>
  /** Reads the stream from after `seq` until `isLast`. */
  events(seq: number, isLast: (event: BackendEvent) => boolean): Promise<BackendEvent[]>
}

export function anOrderRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    payee: { website: 'https://shop.example', name: 'A shop' },
    items: [{ name: 'Kettle', quantity: 1, amount: '4999' }],
    totals: [],
    total: { amount: '4999', currency: 'EUR' },
    ship_to: null,
    reason: 'The old kettle is broken',
    merchant_order: null,
    recurrence: null,
    ...changes,
  }
}

export async function agentOf(
  backend: string,
  device: TestDevice,
  scopes: readonly AgentScope[] = AGENT_SCOPES,
): Promise<AgentClient> {
  const issued = await device.request<AgentTokenAnswer>(
    'POST',
    '/v1/agents',
    { label: 'Test agent', scopes },
    { headers: { 'idempotency-key': randomUUID() } },
  )
  const { token, agent_id: id } = issued.body
  const authorization = `Bearer ${token}`

  async function send<T>(method: string, path: string, body: unknown, headers: Record<string, string>) {
    const response = await fetch(backend + path, {
      method,
      headers: {
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const reply: Reply<T> = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as T,
    }
    return reply
  }

  return {
    id,
    token,
    get: (path) => send('GET', path, undefined, {}),
    post: (path, body, headers = {}) => send('POST', path, body, headers),
    put: (path, body, headers = {}) => send('PUT', path, body, headers),
    async events(seq, isLast) {
      const response = await fetch(`${backend}/v1/events`, {
        headers: { authorization, accept: 'text/event-stream', 'last-event-id': String(seq) },
      })
      const events: BackendEvent[] = []
      let text = ''
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString('utf8')
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (data === undefined) continue
          const event = JSON.parse(data) as BackendEvent
          events.push(event)
          if (isLast(event)) return events
        }
      }
      throw new Error('the stream ended early')
    },
  }
}
