/** Two backend processes on one database behind one address: whichever answers, it is one backend. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningBackend, startBackend } from '../../backend/backend.ts'
import { runningConnection } from '../../backend/postgres/server.ts'
import type { Problem } from '../../utils/contract/api.ts'
import type { BackendEvent, OrderAnswer } from '../../utils/contract/orders.ts'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { activate, anOrder, type Reply, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let balancer: Balancer
let first: TestBackend
let second: RunningBackend
let device: TestDevice
let agent: AgentClient

interface Balancer {
  url: string
  server: Server
  /** Where the next requests go; null: in turn. */
  only: 0 | 1 | null
  /** Requests so far that wait for news. */
  waiting: number
}

/** In turn, or to one; streams pass through. */
async function balance(targets: () => (string | undefined)[]): Promise<Balancer> {
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    // What waits is counted: only when it waits may the test go on.
    if (/wait_s|\/events/.test(incoming.url ?? '')) balancer.waiting += 1
    const target = targets()[balancer.only ?? turn++ % 2] ?? ''
    const onward = request(
      target + (incoming.url ?? ''),
      { method: incoming.method ?? 'GET', headers: incoming.headers },
      (answer: IncomingMessage) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        outgoing.on('close', () => answer.destroy())
      },
    )
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, server, only: null, waiting: 0 }
}

beforeAll(async () => {
  balancer = await balance(() => [first?.url, second?.url])
  first = await runBackend({ publicOrigin: balancer.url, coolingOffMs: 0 })
  second = await startBackend({
    port: 0,
    databaseUrl: process.env.TEST_DATABASE_URL ?? urlOf(await runningConnection(first.folder)),
    publicOrigin: balancer.url,
    coolingOffMs: 0,
    logLevel: 'error',
  })
  device = await activate(balancer.url, await first.issueActivationCode())
  agent = await agentOf(balancer.url, device)
})
afterAll(async () => {
  await second?.close()
  await first?.close()
  balancer?.server.closeAllConnections()
  balancer?.server.close()
})

function urlOf(connection: {
  host?: string
  port?: number
  user?: string
  password?: string
  database?: string
}) {
  const { host = '', port = 5432, user = '', password = '', database = 'postgres' } = connection
  const parts = new URLSearchParams({ host, port: String(port) })
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${database}?${parts}`
}

async function at<T>(which: 0 | 1, work: () => Promise<T>): Promise<T> {
  balancer.only = which
  try {
    return await work()
  } finally {
    balancer.only = null
  }
}

/** Starts what waits at one process, and comes back once it is there. */
async function begun<T>(which: 0 | 1, work: () => Promise<T>): Promise<() => Promise<T>> {
  const before = balancer.waiting
  balancer.only = which
  const answer = work()
  await expect.poll(() => balancer.waiting).toBe(before + 1)
  balancer.only = null
  return () => answer
}

describe('two processes', () => {
  it('authorise one mandate once, however often and wherever it comes', async () => {
    const { id, submission } = await device.mandate(anOrder())
    const replies = await Promise.all(Array.from({ length: 10 }, () => device.submit(submission, id)))
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201])
    expect(new Set(replies.map(({ body }) => body.receipt)).size).toBe(1)
  })

  it('hear a signed request once between them', async () => {
    const jti = randomUUID()
    const send = () => device.request<Problem>('GET', '/v1/devices', undefined, { claims: { jti } })
    expect((await at(0, send)).status).toBe(200)
    expect((await at(1, send)).body).toMatchObject({ code: 'request_replayed' })
    const { id, submission } = await device.mandate(anOrder())
    const pay = () =>
      device.request<Problem>('POST', '/v1/mandates', submission, {
        headers: { 'idempotency-key': id },
        claims: { jti: id },
      })
    expect((await at(0, pay)).status).toBe(201)
    expect((await at(1, pay)).body).toMatchObject({ code: 'request_replayed' })
  })

  it('answer an idempotency key of the other', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const body = anOrderRequest()
    const ask = () => agent.post<OrderAnswer>('/v1/orders', body, key)
    const [one, two] = [await at(0, ask), await at(1, ask)]
    expect(two.body.order_id).toBe(one.body.order_id)
    expect(two.headers.get('idempotent-replayed')).toBe('true')
    const other = await at(1, () => agent.post<Problem>('/v1/orders', { ...body, reason: 'else' }, key))
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_conflict' })
  })

  it('wake a request that waits at the other', async () => {
    const { body: order } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
    const path = `/v1/orders/${order.order_id}`
    const waiting = await begun(0, () => agent.get<OrderAnswer>(`${path}?wait_s=20&version=${order.version}`))
    const started = Date.now()
    await at(1, () => agent.post(`${path}/cancel`, { reason: '' }))
    expect((await waiting()).body.state).toBe('cancelled')
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  it('go on with a stream that the other began: nothing twice, nothing missing', async () => {
    const ask = async () => (await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())).body.order_id
    const isAbout = (id: string) => (event: BackendEvent) => event.subject === id
    const one = await at(1, ask)
    const heard = await at(0, () => agent.events(0, isAbout(one)))
    const asked = [await at(0, ask), await at(1, ask), await at(0, ask)]
    const rest = await at(1, () => agent.events(heard.at(-1)?.seq ?? 0, isAbout(asked[2] ?? '')))
    const seqs = [...heard, ...rest].map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    for (const id of asked) expect(rest.filter(isAbout(id))).toHaveLength(1)
    // A stream that is open at one process hears of what happens at the other.
    const isCancelled = (event: BackendEvent) => event.type === 'order.cancelled' && event.subject === one
    const open = await begun(0, () => agent.events(rest.at(-1)?.seq ?? 0, isCancelled))
    await at(1, () => agent.post(`/v1/orders/${one}/cancel`, { reason: '' }))
    expect((await open()).filter(isCancelled)).toHaveLength(1)
  })

  it('cannot both take the last of a cap', async () => {
    const own = await activate(balancer.url, await first.issueActivationCode())
    const cap = { scope: { kind: 'all' }, window: 'day', limit: { amount: '5000', currency: 'EUR' } }
    expect((await own.request('PUT', '/v1/caps', { cap, version: 0, consent: null })).status).toBe(200)
    const replies = await Promise.all(Array.from({ length: 8 }, () => own.pay(anOrder())))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'cap_exceeded')).toHaveLength(7)
  })

  it('let fifty orders of one agent wait, also where it asks for all at once', async () => {
    const hasty = await agentOf(balancer.url, device)
    /** 409 means "come back", which a slow machine may say to whoever waits longest. */
    const ask = async (key = { 'idempotency-key': randomUUID() }): Promise<Reply<OrderAnswer & Problem>> => {
      const reply = await hasty.post<OrderAnswer & Problem>('/v1/orders', anOrderRequest(), key)
      return reply.status === 409 ? ask(key) : reply
    }
    const asked = await Promise.all(Array.from({ length: 70 }, () => ask()))
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(50)
    expect(asked.filter(({ body }) => body.code === 'rate_limited')).toHaveLength(20)
    // One answered makes room for one, whichever of two comes first; another agent has its own fifty.
    const made = asked.find(({ status }) => status === 201)?.body.order_id
    await hasty.post(`/v1/orders/${made}/cancel`, { reason: '' })
    const two = await Promise.all([ask(), ask()])
    expect(two.map(({ status }) => status).sort()).toEqual([201, 429])
    expect((await agent.post('/v1/orders', anOrderRequest())).status).toBe(201)
  })

  it('carry on where one of them goes', async () => {
    const { body: order } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
    await second.close()
    const answer = await at(0, () => agent.get<OrderAnswer>(`/v1/orders/${order.order_id}`))
    expect(answer.body.state).toBe('requested')
    expect((await at(0, () => device.pay(anOrder()))).status).toBe(201)
  })
})
