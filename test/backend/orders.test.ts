import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { merchant } from '../../agent/merchant/merchant.ts'
import type { Problem } from '../../utils/contract/api.ts'
import type { CapAnswer } from '../../utils/contract/caps.ts'
import type {
  AgentTokenAnswer,
  BackendEvent,
  OrderAnswer,
  OrderList,
  OrderRequest,
  OrderState,
  RefundAnswer,
} from '../../utils/contract/orders.ts'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { activate, post, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let agent: AgentClient
let operator: string

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  agent = await agentOf(backend.url, device)
  operator = await backend.issueOperatorKey()
})
afterAll(() => backend.close())

type Answer = OrderAnswer & Problem

/** The person agrees to the order as it is now. */
async function approve(order: OrderAnswer) {
  return device.pay(order.order, { claims: { rail: 'wallet' } })
}

async function requested(changes: Partial<OrderRequest> = {}): Promise<OrderAnswer> {
  const reply = await agent.post<Answer>('/v1/orders', anOrderRequest(changes))
  expect(reply.status).toBe(201)
  return reply.body
}

/** Waits, by long poll, until the order is in one of the states. */
async function until(orderId: string, ...states: OrderState[]): Promise<OrderAnswer> {
  let version = 0
  for (;;) {
    const reply = await agent.get<OrderAnswer>(`/v1/orders/${orderId}?wait_s=25&version=${version}`)
    if (states.includes(reply.body.state)) return reply.body
    version = reply.body.version
  }
}

describe('a wallet order', () => {
  it('is paid once the person agreed, and not before', async () => {
    const order = await requested()
    expect(order).toMatchObject({ state: 'requested', version: 1, payment_id: null })
    const paid = await approve(order)
    expect(paid.status).toBe(201)
    const settled = await until(order.order_id, 'settled')
    expect(settled.payment_id).toBe(paid.body.payment_id)
    const payment = await device.request<{ state: string }>('GET', `/v1/payments/${paid.body.payment_id}`)
    expect(payment.body.state).toBe('settled')
  })

  it('is listed for the device that may approve it', async () => {
    const order = await requested()
    const list = await device.request<OrderList>('GET', '/v1/orders?state=requested')
    expect(list.body.orders.map((one) => one.order_id)).toContain(order.order_id)
  })

  it('is paged without gaps or repeats', async () => {
    for (let n = 0; n < 5; n++) await requested()
    const seen: string[] = []
    let before = ''
    for (;;) {
      const page = await agent.get<OrderList>(`/v1/orders?limit=2${before}`)
      seen.push(...page.body.orders.map((one) => one.order_id))
      if (page.body.next === null) break
      before = `&before=${page.body.next}`
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThanOrEqual(5)
  })

  it('is asked for once under one key', async () => {
    const headers = { 'idempotency-key': 'same-intent' }
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => agent.post<Answer>('/v1/orders', anOrderRequest(), headers)),
    )
    expect(new Set(replies.map((reply) => reply.body.order_id)).size).toBe(1)
    expect(replies.filter((reply) => reply.headers.get('idempotent-replayed') === 'true')).toHaveLength(4)
    const other = await agent.post<Answer>('/v1/orders', anOrderRequest({ reason: 'Other' }), headers)
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_conflict' })
    const without = await agent.post<Answer>('/v1/orders', anOrderRequest(), { 'idempotency-key': '' })
    expect(without.body.code).toBe('idempotency_key_required')
  })

  it('has keys that are each principal’s own', async () => {
    const headers = { 'idempotency-key': 'everybody-takes-this-key' }
    const other = await agentOf(backend.url, device)
    const replies = await Promise.all([
      agent.post<Answer>('/v1/orders', anOrderRequest(), headers),
      other.post<Answer>('/v1/orders', anOrderRequest({ reason: 'Another agent' }), headers),
      device.request<Answer>('POST', '/v1/orders', anOrderRequest({ reason: 'The person' }), { headers }),
    ])
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(replies.map(({ body }) => body.order_id)).size).toBe(3)
  })

  it('is told to come back while the same request is being carried out elsewhere', async () => {
    const key = crypto.randomUUID()
    const ask = () => agent.post<Answer>('/v1/orders', anOrderRequest(), { 'idempotency-key': key })
    const db = await backend.database()
    const elsewhere = db.transaction(async (tx) => {
      // Another process that has claimed the key, works, and then fails.
      await tx.query(
        `INSERT INTO idempotency (account_id, principal, route, key, fingerprint, expires_at)
           VALUES ($1, $2, 'POST /v1/orders', $3, '', now() + interval '1 day')`,
        [device.account, agent.id, key],
      )
      expect(await ask()).toMatchObject({ status: 409, body: { code: 'in_progress' } })
      throw new Error('it failed')
    })
    await expect(elsewhere).rejects.toThrow('it failed')
    await db.end()
    expect((await ask()).status).toBe(201)
  })

  it('answers a waiting agent as soon as the person has answered', async () => {
    const order = await requested()
    const waiting = agent.get<OrderAnswer>(`/v1/orders/${order.order_id}?wait_s=25`)
    await device.request('POST', `/v1/orders/${order.order_id}/reject`, {})
    expect((await waiting).body.state).toBe('rejected')
  })

  it('needs a wallet mandate for exactly the order that was asked for', async () => {
    const order = await requested()
    const shop = await device.pay(order.order, { claims: { rail: 'shop' } })
    expect(shop.body.code).toBe('order_malformed')
    const dearer = { ...order.order, total: { amount: '9999', currency: 'EUR' } }
    const changed = await device.pay(dearer, { claims: { rail: 'wallet' } })
    expect(changed.body.code).toBe('order_changed')
    expect((await agent.get<OrderAnswer>(`/v1/orders/${order.order_id}`)).body.state).toBe('requested')
  })

  it('is approved by one of two mandates', async () => {
    const order = await requested()
    const replies = await Promise.all([approve(order), approve(order)])
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, 422])
  })

  it('expires where nobody answers, and can no longer be approved', async () => {
    const order = await requested()
    const db = await backend.database()
    await db.query('UPDATE wallet_order SET expires_at = created_at WHERE order_id = $1', [order.order_id])
    await db.end()
    expect((await until(order.order_id, 'expired')).payment_id).toBeNull()
    expect((await approve(order)).body).toMatchObject({ status: 422, code: 'order_state' })
    expect((await agent.get<Answer>(`/v1/orders/${order.order_id}`)).body.state).toBe('expired')
  })

  it("is not another agent's to see, change or cancel", async () => {
    const order = await requested()
    const other = await agentOf(backend.url, device)
    expect((await other.get(`/v1/orders/${order.order_id}`)).status).toBe(404)
    expect((await other.post(`/v1/orders/${order.order_id}/cancel`, { reason: '' })).status).toBe(404)
    expect((await other.get<OrderList>('/v1/orders')).body.orders).toEqual([])
  })
})

describe('what a processor can do', () => {
  it.each([
    ['decline', 'failed'],
    ['decline-capture', 'failed'],
    ['timeout-before', 'settled'],
    ['timeout-after', 'settled'],
    ['pending', 'settled'],
  ] as const)('%s ends %s, with one charge', async (scenario, end) => {
    const order = await requested({ reason: `sandbox:${scenario}` })
    const paid = await approve(order)
    const last = await until(order.order_id, 'settled', 'failed')
    expect(last.state).toBe(end)
    const payment = await device.request<{ state: string }>('GET', `/v1/payments/${paid.body.payment_id}`)
    expect(payment.body.state).toBe(end)
    if (end === 'failed') expect(last.failure).toBe('card_declined')
  })
})

describe('modify', () => {
  const put = (order: OrderAnswer, changes: Partial<OrderRequest>, version = order.version) =>
    agent.put<Answer>(`/v1/orders/${order.order_id}`, anOrderRequest(changes), { 'if-match': `"${version}"` })

  it('gives a new version, and the old one can no longer be approved', async () => {
    const order = await requested()
    const changed = await put(order, { total: { amount: '5999', currency: 'EUR' } })
    expect(changed.body).toMatchObject({ version: 2, state: 'requested' })
    expect((await approve(order)).body.code).toBe('order_changed')
    expect((await approve(changed.body)).status).toBe(201)
  })

  it('is refused without a version, and with an old one', async () => {
    const order = await requested()
    const without = await agent.put<Answer>(`/v1/orders/${order.order_id}`, anOrderRequest())
    expect(without.body).toMatchObject({ status: 428, code: 'version_required' })
    await put(order, { reason: 'One' })
    expect((await put(order, { reason: 'Two' })).body).toMatchObject({
      status: 409,
      code: 'version_conflict',
    })
  })

  describe('after the person agreed, before it is settled', () => {
    let slow: TestBackend
    let person: TestDevice
    let asking: AgentClient
    beforeAll(async () => {
      slow = await runBackend({ coolingOffMs: 3600_000 })
      person = await activate(slow.url, await slow.issueActivationCode())
      asking = await agentOf(slow.url, person)
    })
    afterAll(() => slow.close())

    async function authorised(by = asking): Promise<OrderAnswer> {
      const order = (await by.post<OrderAnswer>('/v1/orders', anOrderRequest())).body
      await person.pay(order.order, { claims: { rail: 'wallet' } })
      let now = order
      while (now.state !== 'authorised') {
        const path = `/v1/orders/${order.order_id}?wait_s=25&version=${now.version}`
        now = (await by.get<OrderAnswer>(path)).body
      }
      return now
    }
    const change = (order: OrderAnswer, changes: Partial<OrderRequest>, by = asking) =>
      by.put<Answer>(`/v1/orders/${order.order_id}`, anOrderRequest(changes), {
        'if-match': `"${order.version}"`,
      })

    it('less keeps the consent', async () => {
      const order = await authorised()
      const less = await change(order, { total: { amount: '3999', currency: 'EUR' } })
      expect(less.body).toMatchObject({ state: 'authorised', payment_id: order.payment_id })
    })

    it.each<[string, Partial<OrderRequest>]>([
      ['a higher total', { total: { amount: '5000', currency: 'EUR' } }],
      ['another payee', { payee: { website: 'https://other.example', name: 'A shop' } }],
      ['another address', { ship_to: '2 Other Road' }],
      ['another item', { items: [{ name: 'Toaster', quantity: 1, amount: '4999' }] }],
      ['more of an item', { items: [{ name: 'Kettle', quantity: 2, amount: '4999' }] }],
      ['another currency', { total: { amount: '4999', currency: 'USD' } }],
      ['a subscription', { recurrence: { every: 1, unit: 'month', amount: '4999', trialDays: 0 } }],
    ])('%s needs the person again, and the old payment is void', async (_title, changes) => {
      const order = await authorised()
      const looser = await change(order, changes)
      expect(looser.body).toMatchObject({ state: 'requested', payment_id: null })
      const old = await person.request<{ state: string }>('GET', `/v1/payments/${order.payment_id}`)
      expect(old.body.state).toBe('voided')
      const again = await person.pay(looser.body.order, { claims: { rail: 'wallet' } })
      expect(again.status).toBe(201)
    })

    it('neither a looser change nor a tip is a way past the fifty that may wait', async () => {
      const hasty = await agentOf(slow.url, person)
      const order = await authorised(hasty)
      for (let asked = 0; asked < 50; asked++) await hasty.post('/v1/orders', anOrderRequest())
      const refused = { status: 429, code: 'rate_limited' }
      expect((await change(order, { ship_to: '2 Other Road' }, hasty)).body).toMatchObject(refused)
      const tip = { amount: { amount: '1', currency: 'EUR' }, reason: 'thanks' }
      expect((await hasty.post(`/v1/orders/${order.order_id}/tips`, tip)).body).toMatchObject(refused)
      const { body } = await hasty.get<OrderAnswer>(`/v1/orders/${order.order_id}`)
      expect(body).toMatchObject({ state: 'authorised', version: order.version })
    })

    it('can be cancelled by one command, twice without harm', async () => {
      const order = await authorised()
      const path = `/v1/orders/${order.order_id}/cancel`
      const first = await asking.post<OrderAnswer>(path, { reason: 'changed my mind' })
      const second = await asking.post<OrderAnswer>(path, { reason: 'changed my mind' })
      expect([first.body.state, second.body.state]).toEqual(['cancelled', 'cancelled'])
      const payment = await person.request<{ state: string }>('GET', `/v1/payments/${order.payment_id}`)
      expect(payment.body.state).toBe('voided')
    })
  })

  it('is too late to cancel after it is settled', async () => {
    const order = await requested()
    await approve(order)
    await until(order.order_id, 'settled')
    const late = await agent.post<Answer>(`/v1/orders/${order.order_id}/cancel`, { reason: '' })
    expect(late.body).toMatchObject({ status: 422, code: 'too_late' })
  })
})

const refund = (order: OrderAnswer, amount: string | null, currency = 'EUR', key = operator) =>
  post<RefundAnswer & Problem>(
    `${backend.url}/v1/orders/${order.order_id}/refunds`,
    { amount: amount === null ? null : { amount, currency }, reason: 'broken' },
    { authorization: `Bearer ${key}`, 'idempotency-key': crypto.randomUUID() },
  )

describe('refunds', () => {
  async function settled(reason = 'A kettle'): Promise<OrderAnswer> {
    const order = await requested({ reason })
    await approve(order)
    return until(order.order_id, 'settled')
  }

  it("are the order's merchant's to give, not another's, nor the payer's", async () => {
    const order = await settled()
    const [own, other] = await Promise.all(
      ['https://shop.example', 'https://other.example'].map((origin) =>
        backend.registerMerchant({ name: 'Shop', origin }),
      ),
    )
    expect((await refund(order, '1', 'EUR', other?.key)).status).toBe(404)
    expect((await refund(order, '1', 'EUR', own?.key)).status).toBe(201)
    const path = `/v1/orders/${order.order_id}/refunds`
    const payer = await device.request<Problem>('POST', path, { amount: null, reason: 'mine' })
    expect(payer.body).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('never exceed what was paid, however many ask at once', async () => {
    const order = await settled()
    const replies = await Promise.all(Array.from({ length: 5 }, () => refund(order, '2000')))
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(2)
    expect((await refund(order, '1000')).body.code).toBe('refund_exceeds')
    expect((await refund(order, null)).body.amount.amount).toBe('999')
    expect((await refund(order, null)).body.code).toBe('refund_exceeds')
  })

  it('in another currency, of nothing, or before settlement are refused', async () => {
    const order = await settled()
    expect((await refund(order, '1', 'USD')).body.code).toBe('refund_exceeds')
    expect((await refund(order, '0')).body.code).toBe('refund_exceeds')
    expect((await refund(await requested(), null)).body.code).toBe('order_state')
  })

  it('that the processor declines can be asked for again', async () => {
    const order = await settled('sandbox:decline-refund')
    const first = await refund(order, null)
    const path = `/v1/refunds/${first.body.refund_id}`
    await expect
      .poll(async () => (await device.request<RefundAnswer>('GET', path)).body.state, { timeout: 30_000 })
      .toBe('failed')
    expect((await refund(order, null)).status).toBe(201)
  })
})

describe('tips', () => {
  const askTip = (parent: OrderAnswer, amount: string) =>
    agent.post<Answer>(`/v1/orders/${parent.order_id}/tips`, {
      amount: { amount, currency: 'EUR' },
      reason: 'thanks',
    })

  it('are child orders that need their own consent, within their limit', async () => {
    const parent = await requested()
    await approve(parent)
    await until(parent.order_id, 'settled')
    const ask = (amount: string) => askTip(parent, amount)
    const tip = await ask('1000')
    expect(tip.body).toMatchObject({ kind: 'tip', state: 'requested', parent: parent.order_id })
    expect((await ask('1000')).body).toMatchObject({ status: 422, code: 'tip_exceeds' })
    await approve(tip.body)
    await until(tip.body.order_id, 'settled')
  })

  it('are not for an order that was given back, nor approved once it was', async () => {
    const parent = await requested()
    await approve(parent)
    await until(parent.order_id, 'settled')
    const ask = (amount: string) => askTip(parent, amount)
    const early = await ask('100')
    await refund(parent, '4000')
    // 30 % of the 9.99 that are left.
    expect((await ask('200')).body.code).toBe('tip_exceeds')
    await refund(parent, '999')
    expect((await ask('1')).body.code).toBe('order_state')
    expect((await approve(early.body)).body.code).toBe('order_state')
  })

  it('stay under a cap of their own instead, where the person has set one', async () => {
    const own = await activate(backend.url, await backend.issueActivationCode())
    const [before, asker] = [device, agent]
    ;[device, agent] = [own, await agentOf(backend.url, own)]
    try {
      const cap = { scope: { kind: 'tip' }, window: 'day', limit: { amount: '4000', currency: 'EUR' } }
      expect((await own.request('PUT', '/v1/caps', { cap, version: 0, consent: null })).status).toBe(200)
      const parent = await requested()
      await approve(parent)
      await until(parent.order_id, 'settled')
      const ask = (amount: string) => askTip(parent, amount)
      // 30 % of 49.99 would be 14.99.
      const tip = await ask('3500')
      expect(tip.status).toBe(201)
      // Asked for beside it while neither is paid: the cap decides again where the money is.
      const second = await ask('3000')
      expect(second.status).toBe(201)
      expect((await approve(tip.body)).status).toBe(201)
      expect((await approve(second.body)).body).toMatchObject({ status: 422, code: 'cap_exceeded' })
      await until(tip.body.order_id, 'settled')
      expect((await ask('501')).body).toMatchObject({ status: 422, code: 'tip_exceeds' })
      const { caps } = (await own.request<{ caps: CapAnswer[] }>('GET', '/v1/caps')).body
      expect(caps[0]).toMatchObject({ used: { amount: '3500' }, left: { amount: '500' } })
    } finally {
      ;[device, agent] = [before, asker]
    }
  })
})

describe('a wallet order for an integrated merchant', () => {
  it('lets the merchant consume once the money is held', async () => {
    const { key } = await backend.registerMerchant({ name: 'Shop', origin: 'https://shop.example' })
    const shop = merchant({ backend: backend.url, key })
    const amount = { amount: '4999', currency: 'EUR' }
    const opened = await shop.createOrder({
      reference: 'w1',
      amount,
      description: '',
      origin: 'https://shop.example',
    })
    const order = await requested({ merchant_order: opened.order_id })
    expect(await shop.consume(opened.order_id)).toMatchObject({ ok: false })
    expect((await approve(order)).status).toBe(201)
    await until(order.order_id, 'settled')
    expect(await shop.consume(opened.order_id)).toMatchObject({ ok: true })
    const second = await requested({ merchant_order: opened.order_id })
    expect((await approve(second)).body.code).toBe('merchant_order_mismatch')
  })
})

describe('events', () => {
  it('stream in order, and resume without a gap', async () => {
    const order = await requested()
    await approve(order)
    await until(order.order_id, 'settled')
    const all = await agent.events(
      0,
      (event) => event.type === 'order.settled' && event.subject === order.order_id,
    )
    const numbers = all.map((event) => event.seq)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    const own = all.filter((event) => event.subject === order.order_id).map((event) => event.type)
    expect(own).toEqual([
      'order.requested',
      'order.approved',
      'order.authorised',
      'order.changed',
      'order.settled',
    ])
    const middle = numbers[Math.floor(numbers.length / 2)] ?? 0
    const rest = await agent.events(middle, (event) => event.seq === numbers.at(-1))
    expect(rest.map((event) => event.seq)).toEqual(numbers.filter((seq) => seq > middle))
  })

  it('are pushed while the stream is open', async () => {
    const last = await device.request<{ events: BackendEvent[] }>('GET', '/v1/events')
    const after = last.body.events.at(-1)?.seq ?? 0
    const waiting = agent.events(after, (event) => event.type === 'order.requested')
    const order = await requested()
    expect((await waiting).at(-1)?.subject).toBe(order.order_id)
  })
})

describe('agents', () => {
  it('are cut off by revoking and by rotating', async () => {
    const issued = await device.request<AgentTokenAnswer>(
      'POST',
      '/v1/agents',
      { label: 'Helper', scopes: ['orders:read'] },
      { headers: { 'idempotency-key': 'agent-1' } },
    )
    const list = (token: string) =>
      fetch(`${backend.url}/v1/orders`, { headers: { authorization: `Bearer ${token}` } })
    expect((await list(issued.body.token)).status).toBe(200)
    const path = `/v1/agents/${issued.body.agent_id}`
    const rotated = await device.request<AgentTokenAnswer>('POST', `${path}/rotate`, {})
    expect((await list(issued.body.token)).status).toBe(401)
    expect((await list(rotated.body.token)).status).toBe(200)
    await device.request('POST', `${path}/revoke`, {})
    expect((await list(rotated.body.token)).status).toBe(401)
  })
})
