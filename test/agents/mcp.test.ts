/** The MCP server as a client starts it (stdio, real process) against a real backend; a test device is the person. */
import { request } from 'node:http'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { CreateTaskResultSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveMcp } from '../../agent/mcp/http.ts'
import { createMcpServer } from '../../agent/mcp/server.ts'
import { consentGuard } from '../../agent/sdk/consent-guard.ts'
import type { OrderAnswer, OrderList } from '../../utils/contract/orders.ts'
import { agentOf } from '../backend/agent.ts'
import { activate, type TestDevice } from '../backend/device.ts'
import { runBackend, type TestBackend } from '../backend/running.ts'

const CLI = join(import.meta.dirname, '..', '..', 'agent', 'cli.ts')
const KETTLE = {
  payee: 'https://shop.example/kettles/1',
  items: [{ name: 'Kettle', quantity: 1, amount: '49.99' }],
  total: '49.99',
  currency: 'EUR',
  reason: 'The old kettle is broken',
}

let backend: TestBackend
let device: TestDevice
let token: string
const clients: Client[] = []

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  token = (await agentOf(backend.url, device)).token
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await backend.close()
})

async function connect(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [CLI, 'mcp'],
      env: { CONSENT_GUARD_URL: backend.url, CONSENT_GUARD_TOKEN: token, PATH: process.env.PATH ?? '' },
    }),
  )
  clients.push(client)
  return client
}

interface Payment {
  order_id: string
  status: string
  amount: string
  next: string
}

async function use(client: Client, name: string, input: Record<string, unknown>): Promise<Payment> {
  const answer = await client.callTool({ name, arguments: input })
  if (answer.isError) throw new Error(JSON.stringify(answer.content))
  const said = (answer.structuredContent ?? {}) as Record<string, unknown>
  const text = (field: string) => String(said[field])
  return { order_id: text('order_id'), status: text('status'), amount: text('amount'), next: text('next') }
}

async function approve(orderId: string): Promise<void> {
  const order = await device.request<OrderAnswer>('GET', `/v1/orders/${orderId}`)
  const paid = await device.pay(order.body.order, { claims: { rail: 'wallet' } })
  expect(paid.status).toBe(201)
}

/** `fetch` does not let its caller name another host. */
function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.once('error', reject).end()
  })
}

async function requestedOrders(): Promise<number> {
  const list = await device.request<OrderList>('GET', '/v1/orders?state=requested')
  return list.body.orders.length
}

describe('the MCP server', () => {
  it('has no tool that approves, and none that writes a cap', async () => {
    const { tools } = await (await connect()).listTools()
    const names = tools.map((tool) => tool.name).sort()
    expect(names).toEqual([
      'cancel_payment',
      'cancel_subscription',
      'get_caps',
      'get_payment',
      'list_payments',
      'list_subscriptions',
      'modify_payment',
      'request_payment',
      'request_payment_task',
      'subscribe',
      'tip',
      'wait_for_payment',
    ])
    expect(tools.every((tool) => tool.outputSchema !== undefined)).toBe(true)
  })

  it('asks, waits, and is told that it was paid after the person agreed', async () => {
    const client = await connect()
    const asked = await use(client, 'request_payment', { ...KETTLE, intent: 'paid' })
    expect(asked).toMatchObject({ status: 'pending', amount: '49.99' })
    const waiting = use(client, 'wait_for_payment', { order_id: asked.order_id })
    await approve(asked.order_id)
    expect((await waiting).status).toBe('paid')
  })

  it('gives the same order to a repeat, also from a restarted agent; another intent is another order', async () => {
    const before = await requestedOrders()
    const first = await use(await connect(), 'request_payment', KETTLE)
    const repeats = await connect()
    const again = await Promise.all([1, 2, 3].map(() => use(repeats, 'request_payment', KETTLE)))
    expect(new Set([first, ...again].map((payment) => payment.order_id)).size).toBe(1)
    expect(await requestedOrders()).toBe(before + 1)
    const other = await use(repeats, 'request_payment', { ...KETTLE, intent: 'a second kettle' })
    expect(other.order_id).not.toBe(first.order_id)
  })

  it('answers a repeat after a rejection with that rejection: no second question', async () => {
    const client = await connect()
    const ask = { ...KETTLE, intent: 'rejected' }
    const { order_id } = await use(client, 'request_payment', ask)
    const waiting = use(client, 'wait_for_payment', { order_id })
    await device.request('POST', `/v1/orders/${order_id}/reject`, {})
    expect((await waiting).status).toBe('rejected')
    const before = await requestedOrders()
    expect(await use(client, 'request_payment', ask)).toMatchObject({ order_id, status: 'rejected' })
    expect(await requestedOrders()).toBe(before)
  })

  it('comes back with "pending" in time, and keeps the order of a client that gave up', async () => {
    const client = await connect()
    const started = performance.now()
    const asked = await use(client, 'request_payment', { ...KETTLE, intent: 'slow', wait_s: 1 })
    expect(asked.status).toBe('pending')
    expect(performance.now() - started).toBeGreaterThan(900)
    expect(performance.now() - started).toBeLessThan(5_000)
    const gone = client.callTool(
      { name: 'wait_for_payment', arguments: { order_id: asked.order_id } },
      undefined,
      { timeout: 300 },
    )
    await expect(gone).rejects.toThrow(/timed out/i)
    await approve(asked.order_id)
    expect((await use(client, 'wait_for_payment', { order_id: asked.order_id })).status).toBe('paid')
  })

  it('takes a payment back, and a cancelled one cannot be approved any more', async () => {
    const client = await connect()
    const { order_id } = await use(client, 'request_payment', { ...KETTLE, intent: 'taken back' })
    expect((await use(client, 'cancel_payment', { order_id, reason: 'changed my mind' })).status).toBe(
      'cancelled',
    )
    const order = await device.request<OrderAnswer>('GET', `/v1/orders/${order_id}`)
    expect((await device.pay(order.body.order, { claims: { rail: 'wallet' } })).status).toBe(422)
  })

  it('changes what is asked for, and tips a paid order through a consent of its own', async () => {
    const client = await connect()
    const { order_id } = await use(client, 'request_payment', { ...KETTLE, intent: 'changed' })
    const items = [{ name: 'Kettle', quantity: 1, amount: '39.99' }]
    const changed = await use(client, 'modify_payment', { ...KETTLE, items, total: '39.99', order_id })
    expect(changed).toMatchObject({ status: 'pending', amount: '39.99' })
    await approve(order_id)
    expect((await use(client, 'wait_for_payment', { order_id })).status).toBe('paid')
    const tip = await use(client, 'tip', { order_id, amount: '2.00', reason: 'kind service' })
    expect(tip).toMatchObject({ status: 'pending', amount: '2.00' })
  })

  it.each([
    ['minor units with grouping', { total: '4,999' }],
    ['a sign', { total: '€49.99' }],
    ['more digits than the currency has', { total: '49.999' }],
    ['an unknown currency', { currency: 'ZZZ' }],
    ['a payee that is no address', { payee: 'the kettle shop' }],
  ])('refuses %s with a sentence, and asks nobody', async (_name, wrong) => {
    const before = await requestedOrders()
    const client = await connect()
    const answer = await client.callTool({ name: 'request_payment', arguments: { ...KETTLE, ...wrong } })
    expect(answer.isError).toBe(true)
    expect(JSON.stringify(answer.content)).toContain('Nothing was asked')
    expect(await requestedOrders()).toBe(before)
  })

  it('tells a revoked or forged token what to do, and asks nobody', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' })
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [CLI, 'mcp'],
        env: { CONSENT_GUARD_URL: backend.url, CONSENT_GUARD_TOKEN: 'forged', PATH: process.env.PATH ?? '' },
      }),
    )
    clients.push(client)
    const answer = await client.callTool({ name: 'request_payment', arguments: KETTLE })
    expect(answer.isError).toBe(true)
    expect(JSON.stringify(answer.content)).toContain('Ask the person for a token')
  })

  it('says that the backend is away, and that nothing is lost by asking again', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' })
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [CLI, 'mcp'],
        env: {
          CONSENT_GUARD_URL: 'http://127.0.0.1:9',
          CONSENT_GUARD_TOKEN: token,
          PATH: process.env.PATH ?? '',
        },
      }),
    )
    clients.push(client)
    const answer = await client.callTool({ name: 'request_payment', arguments: KETTLE })
    expect(JSON.stringify(answer.content)).toContain('cannot pay twice')
  })

  it('reads the person’s caps and cannot write them', async () => {
    const cap = { scope: { kind: 'all' }, window: 'day', limit: { amount: '100000000', currency: 'EUR' } }
    const set = await device.request('PUT', '/v1/caps', { cap, version: 0, consent: null })
    expect(set.status).toBe(200)
    const client = await connect()
    const answer = await client.callTool({ name: 'get_caps', arguments: {} })
    expect(answer.structuredContent).toMatchObject({ caps: [{ window: 'day' }] })
    const written = await fetch(`${backend.url}/v1/caps`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ cap, version: 1, consent: null }),
    })
    expect(written.status).toBe(403)
  })
})

describe('a client that can do more', () => {
  it('leaves a payment as a task and comes back for it', async () => {
    const client = await connect()
    // A client learns from the list which tools are tasks.
    await client.listTools()
    const stream = client.experimental.tasks.callToolStream(
      { name: 'request_payment_task', arguments: { ...KETTLE, intent: 'as a task' } },
      undefined,
      { timeout: 3_000 },
    )
    const seen: string[] = []
    for await (const message of stream) {
      seen.push(message.type)
      if (message.type === 'taskCreated') {
        const { orders } = (await device.request<OrderList>('GET', '/v1/orders?state=requested')).body
        await approve(orders.find((order) => order.reason === KETTLE.reason)?.order_id ?? '')
      }
      if (message.type === 'result') {
        expect(message.result).toMatchObject({ structuredContent: { status: 'paid' } })
      }
    }
    expect(seen[0]).toBe('taskCreated')
    expect(seen.at(-1)).toBe('result')
  })

  it('cancels a task and loses no approval: the order is answered as it was', async () => {
    const client = await connect()
    const ask = { ...KETTLE, intent: 'left alone' }
    const created = await client.request(
      {
        method: 'tools/call',
        params: { name: 'request_payment_task', arguments: ask, task: { ttl: 60_000 } },
      },
      CreateTaskResultSchema,
    )
    const cancelled = await client.experimental.tasks.cancelTask(created.task.taskId)
    expect(cancelled.status).toBe('cancelled')
    const again = await use(client, 'request_payment', ask)
    expect(again.status).toBe('pending')
    await approve(again.order_id)
    expect((await use(client, 'wait_for_payment', { order_id: again.order_id })).status).toBe('paid')
  })

  it('is told of progress while the person thinks', async () => {
    const client = await connect()
    const { order_id } = await use(client, 'request_payment', { ...KETTLE, intent: 'progress' })
    const heard: string[] = []
    const answer = await client.callTool(
      { name: 'wait_for_payment', arguments: { order_id, wait_s: 7 } },
      undefined,
      {
        onprogress: ({ message }) => heard.push(message ?? ''),
        resetTimeoutOnProgress: true,
        timeout: 6_000,
      },
    )
    expect(answer.structuredContent).toMatchObject({ status: 'pending' })
    expect(heard).toEqual(['Waiting for the person to decide.'])
  })

  it('points the person to Consent Guard, and an answer there approves nothing', async () => {
    const [here, there] = InMemoryTransport.createLinkedPair()
    const server = createMcpServer(consentGuard({ backend: backend.url, token }), { pointAfterMs: 50 })
    const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: { elicitation: {} } })
    const asked = Promise.withResolvers<string>()
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.resolve(params.message)
      return { action: 'accept', content: {} }
    })
    await Promise.all([server.connect(there), client.connect(here)])
    const waiting = use(client, 'request_payment', { ...KETTLE, intent: 'pointed', wait_s: 2 })
    expect(await asked.promise).toContain('49.99 EUR to https://shop.example')
    expect((await waiting).status).toBe('pending')
    await client.close()
  })

  it('reads caps and recent receipts as resources', async () => {
    const client = await connect()
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toEqual(
      expect.arrayContaining(['consent-guard://caps', 'consent-guard://receipts']),
    )
    const { contents } = await client.readResource({ uri: 'consent-guard://receipts' })
    const [first] = contents
    const receipts: unknown = JSON.parse(first !== undefined && 'text' in first ? first.text : '[]')
    expect(receipts).toEqual(expect.arrayContaining([expect.objectContaining({ status: 'paid' })]))
  })

  it('subscribes, sees the subscription and ends it', async () => {
    const client = await connect()
    const renewal = { amount: '49.99', every: 1, unit: 'month', trial_days: 0 }
    const { order_id } = await use(client, 'subscribe', { ...KETTLE, intent: 'monthly', renewal })
    await approve(order_id)
    await use(client, 'wait_for_payment', { order_id })
    const listed = await client.callTool({ name: 'list_subscriptions', arguments: {} })
    const { subscriptions } = listed.structuredContent as {
      subscriptions: { subscription_id: string; order_id: string }[]
    }
    const mine = subscriptions.find((known) => known.order_id === order_id)
    const ended = await client.callTool({
      name: 'cancel_subscription',
      arguments: { subscription_id: mine?.subscription_id },
    })
    expect(ended.structuredContent).toMatchObject({ status: 'cancelled', next_at: null, price: '49.99' })
  })
})

describe('the MCP server over HTTP', () => {
  it('serves a caller with a token and refuses web pages and callers without one', async () => {
    const served = await serveMcp({ backend: backend.url, port: 0 })
    const authorization = `Bearer ${token}`
    const without = await fetch(served.url, { method: 'POST' })
    expect(without.status).toBe(401)
    const page = await fetch(served.url, {
      method: 'POST',
      headers: { authorization, origin: 'https://shop.example' },
    })
    expect(page.status).toBe(403)
    // A name of the attacker's that leads here (DNS rebinding).
    expect(await statusFor(served.url, { authorization, host: 'rebound.example' })).toBe(421)
    const client = new Client({ name: 'test', version: '1.0.0' })
    const transport = new StreamableHTTPClientTransport(new URL(served.url), {
      requestInit: { headers: { authorization } },
    })
    await client.connect(transport as Parameters<typeof client.connect>[0])
    const asked = await use(client, 'request_payment', { ...KETTLE, intent: 'over http' })
    expect(asked.status).toBe('pending')

    // The session is the caller's own: with another token it is not there.
    const session = transport.sessionId ?? ''
    const other = (await agentOf(backend.url, device)).token
    const steal = (bearer: string, id: string) =>
      fetch(served.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${bearer}`,
          'mcp-session-id': id,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })
    expect((await steal(other, session)).status).toBe(404)
    expect((await steal(token, 'no-such-session')).status).toBe(404)
    const own = await steal(token, session)
    expect(own.status).toBe(200)
    expect(await own.text()).toContain('request_payment')
    await client.close()
    await served.close()
  })
})
