/**
 * Attacks on the wallet rail by whoever holds an agent token: no browser is needed for them, so none is used. What was
 * charged is asked of the processor's own books, which the backend never joins with its own.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect } from 'vitest'
import { consentGuard } from '../../../agent/sdk/consent-guard.ts'
import type { Database } from '../../../backend/db/database.ts'
import type { AgentAnswer, OrderAnswer } from '../../../utils/contract/orders.ts'
import { type AgentClient, agentOf, anOrderRequest } from '../../backend/agent.ts'
import { activate, type TestDevice } from '../../backend/device.ts'
import { runBackend, type TestBackend } from '../../backend/running.ts'
import { attack, writeTable } from './table.ts'

let backend: TestBackend
let books: Database
let device: TestDevice
let agent: AgentClient

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  books = await backend.database()
  device = await activate(backend.url, await backend.issueActivationCode())
  agent = await agentOf(backend.url, device)
})
afterAll(async () => {
  writeTable()
  await books?.end()
  await backend?.close()
})

/** What the processor has taken, minor units. */
async function taken(): Promise<bigint> {
  const [row] = await books.query<{ sum: bigint | null }>(
    "SELECT sum(amount * executions)::bigint AS sum FROM sandbox_operation WHERE operation = 'capture' AND outcome = 'succeeded'",
  )
  return row?.sum ?? 0n
}

async function ask(amount = '4999', who = agent): Promise<OrderAnswer> {
  const request = anOrderRequest({
    total: { amount, currency: 'EUR' },
    items: [{ name: 'Kettle', quantity: 1, amount }],
  })
  return (await who.post<OrderAnswer>('/v1/orders', request)).body
}

const approve = (order: OrderAnswer) => device.pay(order.order, { claims: { rail: 'wallet' } })

async function untilDone(order: OrderAnswer): Promise<OrderAnswer> {
  for (let now = order; ; ) {
    if (['settled', 'failed', 'cancelled', 'rejected'].includes(now.state)) return now
    now = (await agent.get<OrderAnswer>(`/v1/orders/${order.order_id}?wait_s=10&version=${now.version}`)).body
  }
}

/** Runs the attack and checks that exactly `amount` was taken meanwhile. */
async function takes(amount: bigint, work: () => Promise<void>): Promise<void> {
  const before = await taken()
  await work()
  expect((await taken()) - before).toBe(amount)
}

attack('W1', 'an agent sends a mandate with its own token', 'stopped', async () => {
  await takes(0n, async () => {
    const { body: order } = { body: await ask() }
    const { id, submission } = await device.mandate(order.order, { claims: { rail: 'wallet' } })
    const sent = await agent.post('/v1/mandates', submission, { 'idempotency-key': id })
    expect(sent.status).toBe(403)
  })
  return 'no scope of a token reaches mandates'
})

attack('W2', 'an agent signs the mandate itself', 'stopped', async () => {
  await takes(0n, async () => {
    const order = await ask()
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const forged = await device.pay(order.order, { claims: { rail: 'wallet' }, key: privateKey })
    expect(forged.status).toBeGreaterThanOrEqual(400)
    expect((await agent.get<OrderAnswer>(`/v1/orders/${order.order_id}`)).body.state).toBe('requested')
  })
  return 'only the person’s consent key, or their passkey over this order, is accepted'
})

attack('W3', 'the consent to one order is sent for another', 'stopped', async () => {
  await takes(4999n, async () => {
    const [first, second] = [await ask(), await ask('99900')]
    const { submission, id } = await device.mandate(first.order, { claims: { rail: 'wallet' } })
    const crossed = await device.submit({ ...submission, order: second.order }, id)
    expect(crossed.body.code).toBe('digest_mismatch')
    expect((await device.submit(submission, id)).status).toBe(201)
    expect((await untilDone(first)).state).toBe('settled')
  })
  return 'a consent is to the digest of one order'
})

attack('W4', 'the order is changed between the question and the answer', 'stopped', async () => {
  await takes(0n, async () => {
    const order = await ask()
    const dearer = anOrderRequest({ total: { amount: '49990', currency: 'EUR' } })
    await agent.put(`/v1/orders/${order.order_id}`, dearer, { 'if-match': `"${order.version}"` })
    expect((await approve(order)).body.code).toBe('order_changed')
  })
  return 'the mandate is for the order as it was shown; the new one is asked about'
})

attack('W5', 'the amount is raised after the approval', 'stopped', async () => {
  const slow = await runBackend({ coolingOffMs: 60_000 })
  const own = await activate(slow.url, await slow.issueActivationCode())
  const asking = await agentOf(slow.url, own)
  const { body: order } = await asking.post<OrderAnswer>('/v1/orders', anOrderRequest())
  await own.pay(order.order, { claims: { rail: 'wallet' } })
  let now = order
  while (now.state !== 'authorised') {
    now = (await asking.get<OrderAnswer>(`/v1/orders/${order.order_id}?wait_s=10&version=${now.version}`))
      .body
  }
  const dearer = anOrderRequest({ total: { amount: '49990', currency: 'EUR' } })
  const raised = await asking.put<OrderAnswer>(`/v1/orders/${order.order_id}`, dearer, {
    'if-match': `"${now.version}"`,
  })
  expect(raised.body).toMatchObject({ state: 'requested', payment_id: null })
  await slow.close()
  return 'the authorisation is voided and the person is asked again'
})

attack('W6', 'the same request again and again after time-outs', 'stopped', async () => {
  await takes(700n, async () => {
    const guard = consentGuard({ backend: backend.url, token: agent.token })
    const tea = {
      payee: 'https://tea.example',
      items: [],
      total: '7.00',
      currency: 'EUR',
      reason: 'Tea',
    }
    const orders = await Promise.all([1, 2, 3, 4, 5].map(() => guard.requestPayment(tea)))
    const [first] = orders
    expect(new Set(orders.map((order) => order.order_id)).size).toBe(1)
    if (first) await approve(first)
    if (first) await untilDone(first)
    expect((await guard.requestPayment(tea)).order_id).toBe(first?.order_id)
  })
  return 'the same intent is the same order, also after it was paid'
})

attack('W7', 'one approval is submitted many times at once', 'stopped', async () => {
  await takes(4999n, async () => {
    const order = await ask()
    const { submission, id } = await device.mandate(order.order, { claims: { rail: 'wallet' } })
    const answers = await Promise.all(Array.from({ length: 8 }, () => device.submit(submission, id)))
    expect(new Set(answers.map((answer) => answer.body.payment_id)).size).toBe(1)
    await untilDone(order)
  })
  return 'a mandate is consumed once; repeats get the first answer'
})

attack('W8', 'an order that was taken back is approved afterwards', 'stopped', async () => {
  await takes(0n, async () => {
    const order = await ask()
    await agent.post(`/v1/orders/${order.order_id}/cancel`, { reason: 'changed my mind' })
    expect((await approve(order)).body.code).toBe('order_state')
  })
  return 'a cancelled order leaves its state no more'
})

attack('W9', 'splits a purchase into orders below the cap', 'stopped', async () => {
  const cap = {
    scope: { kind: 'site', site: 'split.example' },
    window: 'day',
    limit: { amount: '10000', currency: 'EUR' },
  }
  await device.request('PUT', '/v1/caps', { cap, version: 0, consent: null })
  await takes(8000n, async () => {
    const parts: OrderAnswer[] = []
    for (let part = 0; part < 4; part++) {
      const request = anOrderRequest({
        payee: { website: 'https://split.example', name: null },
        total: { amount: '4000', currency: 'EUR' },
        items: [],
      })
      parts.push((await agent.post<OrderAnswer>('/v1/orders', request)).body)
    }
    const answers = await Promise.all(parts.map(approve))
    expect(answers.filter((answer) => answer.body.code === 'cap_exceeded')).toHaveLength(2)
    for (const [index, part] of parts.entries()) if (answers[index]?.status === 201) await untilDone(part)
  })
  return 'the cap is held against all of them together, in the transaction of the approval, however they race'
})

attack('W10', 'an agent raises a cap', 'stopped', async () => {
  const cap = { scope: { kind: 'all' }, window: 'day', limit: { amount: '100000000', currency: 'EUR' } }
  const put = await agent.put('/v1/caps', { cap, version: 0, consent: null })
  expect(put.status).toBe(403)
  return 'no scope of a token writes caps'
})

attack('W11', 'reads, changes or takes back the order of another agent', 'stopped', async () => {
  const order = await ask()
  const other = await agentOf(backend.url, device)
  expect((await other.get(`/v1/orders/${order.order_id}`)).status).toBe(404)
  expect((await other.post(`/v1/orders/${order.order_id}/cancel`, { reason: 'x' })).status).toBe(404)
  const put = await other.put(`/v1/orders/${order.order_id}`, anOrderRequest(), { 'if-match': '"1"' })
  expect(put.status).toBe(404)
  return 'to an agent, orders of others are not there'
})

attack('W12', 'goes on with a token that was revoked', 'stopped', async () => {
  const gone = await agentOf(backend.url, device)
  expect((await device.request<AgentAnswer>('POST', `/v1/agents/${gone.id}/revoke`, {})).status).toBe(200)
  expect((await gone.post('/v1/orders', anOrderRequest())).status).toBe(401)
  return 'a token is dead at once'
})

attack(
  'W13',
  'minor units for whole ones, and decimals that the currency does not have',
  'stopped',
  async () => {
    const guard = consentGuard({ backend: backend.url, token: agent.token })
    const asked = (total: string, currency: string) =>
      guard
        .requestPayment(
          { payee: 'https://shop.example', items: [], total, currency, reason: 'x' },
          { intent: randomUUID() },
        )
        .then(
          (order) => order.order.total?.amount,
          (error: Error) => error.name,
        )
    expect(await asked('4999.00', 'JPY')).toBe('4999')
    expect(await asked('49.99', 'JPY')).toBe('MalformedRequest')
    expect(await asked('49.999', 'EUR')).toBe('MalformedRequest')
    expect(await asked('49.990', 'KWD')).toBe('49990')
    expect(await asked('1e3', 'EUR')).toBe('MalformedRequest')
    return 'agents give plain decimals; digits that the currency does not have are refused, not rounded'
  },
)

attack('W14', 'direction marks, markup and an endless name in the order', 'stopped', async () => {
  const request = anOrderRequest({
    payee: { website: 'https://shop.example', name: 'Shop\u202e00.1\u200b<b>' },
    items: [{ name: 'x'.repeat(300), quantity: 1, amount: '4999' }],
  })
  const { body } = await agent.post<OrderAnswer>('/v1/orders', request)
  expect(body.order.merchant).toBe('Shop 00.1 <b>')
  expect(body.order.site.key).toBe('shop.example')
  return 'such characters are removed before the order is stored, shown or signed; markup is shown as text'
})

attack('W15', 'a mandate of tomorrow, to begin the next day’s cap early', 'stopped', async () => {
  await takes(0n, async () => {
    const order = await ask()
    const tomorrow = Math.floor(Date.now() / 1_000) + 86_400
    const early = await device.pay(order.order, {
      claims: { rail: 'wallet', iat: tomorrow, exp: tomorrow + 300 },
    })
    expect(early.status).toBeGreaterThanOrEqual(400)
  })
  return 'the backend counts by its own clock, and takes no mandate from another time'
})

attack(
  'W16',
  'learns what the person buys elsewhere: caps, orders, events, receipts of others',
  'stopped',
  async () => {
    const cap = (site: string) => ({
      scope: { kind: 'site', site },
      window: 'month',
      limit: { amount: '50000', currency: 'EUR' },
    })
    for (const site of ['pharmacy.example', 'known.example']) {
      const set = await device.request('PUT', '/v1/caps', { cap: cap(site), version: 0, consent: null })
      expect(set.status).toBe(200)
    }
    const curious = await agentOf(backend.url, device)
    const payee = { website: 'https://known.example', name: null }
    await curious.post('/v1/orders', anOrderRequest({ payee }))
    const told = [
      await curious.get('/v1/caps'),
      await curious.get('/v1/orders?limit=100'),
      await curious.get('/v1/subscriptions'),
      await curious.get('/v1/events'),
    ]
    const words = JSON.stringify(told.map(({ body }) => body))
    expect(words).toContain('known.example')
    for (const other of ['pharmacy.example', 'shop.example', 'split.example'])
      expect(words).not.toContain(other)
    for (const path of ['/v1/agents', '/v1/allowances', '/v1/claims']) {
      expect((await curious.get(path)).status).toBe(403)
    }
    return 'an agent is told of its own orders, of caps for everything, and of caps of sites that it has asked about'
  },
)

attack('W17', 'floods the person with orders', 'stopped', async () => {
  const flood = await agentOf(backend.url, device)
  const statuses: number[] = []
  while (statuses.length < 55) statuses.push((await flood.post('/v1/orders', anOrderRequest())).status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(50)
  expect(statuses.at(-1)).toBe(429)
  expect((await agent.post('/v1/orders', anOrderRequest())).status).toBe(201)
  return 'fifty of one agent wait at most; the window is a queue with one "reject all", and revoking the token ends it'
})
