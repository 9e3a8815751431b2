import { importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Merchant, merchant } from '../../agent/merchant/merchant.ts'
import { anchorDate, renewalTime } from '../../backend/subscriptions/calendar.ts'
import type { PaymentAnswer, Problem } from '../../utils/contract/api.ts'
import type { MandateClaims } from '../../utils/contract/mandate.ts'
import { digestOf, type WireOrder } from '../../utils/contract/order-wire.ts'
import type {
  BackendEvent,
  OrderAnswer,
  OrderList,
  OrderRequest,
  OrderState,
  RefundAnswer,
} from '../../utils/contract/orders.ts'
import type {
  Allowance,
  AllowanceAnswer,
  ClaimAnswer,
  SubscriptionAnswer,
} from '../../utils/contract/subscriptions.ts'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { activate, anOrder, type RequestOptions, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

const DAY = 86_400_000

describe('the calendar of renewals', () => {
  const dates = (start: string, every: number, unit: 'day' | 'week' | 'month' | 'year', count: number) => {
    const zone = 'Europe/Berlin'
    const anchor = Temporal.PlainDate.from(start)
    return Array.from({ length: count }, (_, n) => {
      const at = Temporal.Instant.fromEpochMilliseconds(renewalTime(anchor, n, zone, every, unit))
      return at.toZonedDateTimeISO(zone).toPlainDate().toString()
    })
  }
  it('counts from the first date: 31 January, 28 February, 31 March', () => {
    expect(dates('2026-01-31', 1, 'month', 4)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
    ])
  })
  it('keeps 29 February for leap years', () => {
    expect(dates('2028-02-29', 1, 'year', 5).slice(0, 2)).toEqual(['2028-02-29', '2029-02-28'])
    expect(dates('2028-02-29', 1, 'year', 5)[4]).toBe('2032-02-29')
  })
  it('charges at nine in the morning on both sides of a clock change', () => {
    const anchor = Temporal.PlainDate.from('2026-03-28')
    const [before, after] = [0, 1].map((n) => renewalTime(anchor, n, 'Europe/Berlin', 1, 'day'))
    expect((after ?? 0) - (before ?? 0)).toBe(23 * 3_600_000)
  })
  it('begins after the trial, else after one period', () => {
    const at = Date.UTC(2026, 0, 31, 12)
    expect(anchorDate(at, 'UTC', 1, 'month', 14).toString()).toBe('2026-02-14')
    expect(anchorDate(at, 'UTC', 1, 'month', 0).toString()).toBe('2026-02-28')
  })
})

let backend: TestBackend
let device: TestDevice
let agent: AgentClient
let operator: string
let clock = 0

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0, now: () => Date.now() + clock })
  operator = await backend.issueOperatorKey()
})
afterAll(() => backend.close())

async function newAccount(): Promise<void> {
  clock = 0
  device = await activate(backend.url, await backend.issueActivationCode())
  agent = await agentOf(backend.url, device)
}

const later = (headers: Record<string, string> = {}): RequestOptions => ({
  headers,
  claims: { iat: Math.floor((Date.now() + clock) / 1000) },
})

async function until(orderId: string, ...states: OrderState[]): Promise<OrderAnswer> {
  let version = 0
  for (;;) {
    const path = `/v1/orders/${orderId}?wait_s=25&version=${version}`
    const { body } = await agent.get<OrderAnswer>(path)
    if (states.includes(body.state)) return body
    version = body.version
  }
}

async function subscribe(changes: Partial<OrderRequest> = {}): Promise<SubscriptionAnswer> {
  const recurrence = { every: 1, unit: 'month', amount: '4999', trialDays: 0 } as const
  const request = anOrderRequest({ recurrence, reason: 'News every month', ...changes })
  const order = (await agent.post<OrderAnswer>('/v1/orders', request)).body
  expect(order.kind).toBe('subscription')
  await device.pay(order.order, { claims: { rail: 'wallet' } })
  await until(order.order_id, 'settled')
  return subscription()
}

async function subscription(): Promise<SubscriptionAnswer> {
  const { body } = await agent.get<{ subscriptions: SubscriptionAnswer[] }>('/v1/subscriptions')
  const [first] = body.subscriptions
  if (first === undefined) throw new Error('no subscription')
  return first
}

/** To the moment at which the next charge is due, with its notice in between. */
async function comeDue(next_at: string | null): Promise<void> {
  const due = Date.parse(next_at ?? '')
  clock = due - 2 * DAY - Date.now()
  await expect.poll(noticeCount, { timeout: 30_000 }).toBe(1)
  clock = due + 1000 - Date.now()
}

async function noticeCount(): Promise<number> {
  const { body } = await agent.get<{ events: { type: string }[] }>('/v1/events')
  return body.events.filter((event) => event.type === 'subscription.notice').length
}

async function renewals(state?: OrderState): Promise<OrderAnswer[]> {
  const { body } = await agent.get<OrderList>('/v1/orders')
  return body.orders.filter(
    (order) => order.kind === 'renewal' && (state === undefined || order.state === state),
  )
}

describe('a subscription', () => {
  it('renews under the first consent, with a notice before, until it is cancelled', async () => {
    await newAccount()
    const begun = await subscribe()
    expect(begun).toMatchObject({ state: 'active', renewals: 0, every: 1, unit: 'month' })
    const due = Date.parse(begun.next_at ?? '')
    clock = due - 2 * DAY - Date.now()
    await expect.poll(noticeCount, { timeout: 30_000 }).toBe(1)
    expect(await renewals()).toEqual([])
    clock = due + 1000 - Date.now()
    await expect.poll(async () => (await renewals('settled')).length, { timeout: 30_000 }).toBe(1)
    expect((await renewals())[0]?.order.total).toEqual({ amount: '4999', currency: 'EUR' })
    await expect.poll(async () => (await subscription()).renewals, { timeout: 30_000 }).toBe(1)
    const path = `/v1/subscriptions/${begun.subscription_id}/cancel`
    expect((await agent.post<SubscriptionAnswer>(path, {})).body).toMatchObject({
      state: 'cancelled',
      next_at: null,
    })
    clock += 90 * DAY
    const resumed = await device.request<Problem>('POST', path.replace('cancel', 'resume'), {}, later())
    expect(resumed.body.code).toBe('order_state')
    expect(await renewals()).toHaveLength(1)
  })

  it('has a price above zero, else it is not even asked for', async () => {
    await newAccount()
    for (const amount of ['0', '-4999']) {
      const recurrence = { every: 1, unit: 'month', amount, trialDays: 0 } as const
      const asked = await agent.post<Problem>('/v1/orders', anOrderRequest({ recurrence }))
      expect(asked.body).toMatchObject({ status: 400, code: 'malformed' })
    }
  })

  it('is charged half a day after a notice that came late, not in passing', async () => {
    await newAccount()
    const begun = await subscribe()
    clock = Date.parse(begun.next_at ?? '') + DAY - Date.now()
    await expect.poll(noticeCount, { timeout: 30_000 }).toBe(1)
    const { next_at } = await subscription()
    expect(Date.parse(next_at ?? '')).toBeGreaterThan(Date.parse(begun.next_at ?? '') + 1.4 * DAY)
    expect(await renewals()).toEqual([])
    clock = Date.parse(next_at ?? '') + 1000 - Date.now()
    await expect.poll(async () => (await renewals('settled')).length, { timeout: 30_000 }).toBe(1)
    // The calendar is still that of the first date.
    await expect.poll(async () => (await subscription()).renewals, { timeout: 30_000 }).toBe(1)
    const anchor = Temporal.Instant.from(begun.next_at ?? '').toZonedDateTimeISO('UTC')
    expect(Temporal.Instant.from((await subscription()).next_at ?? '')).toEqual(
      anchor.add({ months: 1 }).toInstant(),
    )
  })

  it('is paused by a cap, and charges nothing', async () => {
    await newAccount()
    const begun = await subscribe()
    const cap = { scope: { kind: 'all' }, window: 'order', limit: { amount: '100', currency: 'EUR' } }
    await device.request('PUT', '/v1/caps', { cap, version: 0, consent: null })
    await comeDue(begun.next_at)
    await expect.poll(async () => (await subscription()).state, { timeout: 30_000 }).toBe('paused')
    expect(await renewals()).toEqual([])
  })

  it('tries again after a day when a renewal fails, and pauses after the last try', async () => {
    await newAccount()
    const begun = await subscribe({ reason: 'sandbox:decline-renewal' })
    await comeDue(begun.next_at)
    for (let failures = 1; failures <= 4; failures++) {
      await expect.poll(async () => (await subscription()).failures, { timeout: 30_000 }).toBe(failures)
      const now = await subscription()
      if (failures < 4) expect(now.state).toBe('active')
      else expect(now.state).toBe('paused')
      clock = Date.parse(now.next_at ?? '') + 1000 - Date.now()
    }
    expect(await renewals('failed')).toHaveLength(4)
  })
})

describe('a new price of a subscription', () => {
  let shop: Merchant
  let begun: SubscriptionAnswer
  const eur = (amount: string) => ({ amount, currency: 'EUR' })

  beforeEach(async () => {
    await newAccount()
    const { key } = await backend.registerMerchant({ name: 'News', origin: 'https://shop.example' })
    shop = merchant({ backend: backend.url, key })
    begun = await subscribe()
  })

  /** The person agrees, at the backend's own time, to `order` as they have it before them. */
  async function agree(order: WireOrder) {
    const iat = Math.floor((Date.now() + clock) / 1000)
    const { id, submission } = await device.mandate(order, {
      claims: { rail: 'wallet', iat, exp: iat + 300 },
    })
    const send = () =>
      device.request<PaymentAnswer & Problem>('POST', '/v1/mandates', submission, {
        ...later({ 'idempotency-key': id }),
      })
    return { reply: await send(), send }
  }
  const reject = (order: OrderAnswer) =>
    device.request<Problem>('POST', `/v1/orders/${order.order_id}/reject`, {}, later())

  /** To the moment at which the renewal is due; `notice` counts from when the account began. */
  async function due(notice = 1): Promise<void> {
    const { next_at } = await subscription()
    clock = Date.parse(next_at ?? '') - 2 * DAY - Date.now()
    await expect.poll(noticeCount, { timeout: 30_000 }).toBe(notice)
    clock = Date.parse((await subscription()).next_at ?? '') + 1000 - Date.now()
  }
  async function asked(): Promise<OrderAnswer> {
    await expect.poll(async () => (await renewals('requested')).length, { timeout: 30_000 }).toBe(1)
    const [order] = await renewals('requested')
    if (order === undefined) throw new Error('nothing is asked')
    return order
  }
  const settled = (count: number) =>
    expect.poll(async () => (await renewals('settled')).length, { timeout: 30_000 }).toBe(count)
  async function taken(): Promise<string[]> {
    const { body } = await agent.get<OrderList>('/v1/orders')
    const paid = body.orders.filter(({ payment_id }) => payment_id !== null)
    return paid.map(({ order }) => order.total?.amount ?? '').reverse()
  }

  it('that is lower holds without asking, and may come back up to what was agreed to', async () => {
    expect(await shop.changePrice(begun.order_id, eur('3999'))).toMatchObject({
      price: eur('3999'),
      proposed: null,
    })
    await due()
    await settled(1)
    expect(await taken()).toEqual(['4999', '3999'])
    expect(await shop.changePrice(begun.order_id, eur('4999'))).toMatchObject({ price: eur('4999') })
    await due(2)
    await settled(2)
    expect(await taken()).toEqual(['4999', '3999', '4999'])
  })

  it('that is higher charges nothing until the person has agreed to it, and then goes on', async () => {
    const rise = await shop.changePrice(begun.order_id, eur('5999'))
    expect(rise).toMatchObject({ state: 'active', price: eur('4999'), proposed: eur('5999') })
    const told = async () => {
      const { body } = await agent.get<{ events: BackendEvent[] }>('/v1/events')
      return body.events.find(({ type }) => type === 'subscription.price_rise')?.data
    }
    await expect.poll(told).toEqual({ from: '4999', to: '5999', currency: 'EUR' })
    await due()
    const order = await asked()
    expect(order).toMatchObject({
      kind: 'renewal',
      payment_id: null,
      reason: expect.stringContaining('it was 49.99 EUR'),
      order: { total: eur('5999'), recurrence: { amount: '5999', every: 1, unit: 'month' } },
    })
    // Days later still nothing was taken, at the old price neither.
    clock += 3 * DAY
    expect(await taken()).toEqual(['4999'])
    const { reply, send } = await agree(order.order)
    expect(reply.status).toBe(201)
    await settled(1)
    expect(await subscription()).toMatchObject({ price: eur('5999'), proposed: null })
    // The same consent again is the same payment.
    expect((await send()).body.payment_id).toBe(reply.body.payment_id)
    await due(2)
    await settled(2)
    expect(await taken()).toEqual(['4999', '5999', '5999'])
    expect((await send()).body.payment_id).toBe(reply.body.payment_id)
    expect(await taken()).toHaveLength(3)
  })

  it('is agreed to at exactly that price, while it is asked', async () => {
    await shop.changePrice(begun.order_id, eur('5999'))
    await due()
    const first = await asked()
    const cheaper = { ...first.order, total: eur('4999') }
    expect((await agree(cheaper)).reply.body.code).toBe('order_changed')
    const twice = { ...first.order, recurrence: { every: 1, unit: 'month', amount: '9999', trialDays: 0 } }
    expect((await agree(twice as WireOrder)).reply.body.code).toBe('order_changed')
    await shop.changePrice(begun.order_id, eur('6999'))
    expect((await agree(first.order)).reply.body.code).toBe('order_state')
    expect(await taken()).toEqual(['4999'])
    await due(2)
    const second = await asked()
    expect(second.order.total).toEqual(eur('6999'))
    // Back within the first consent while the higher one is asked: nobody has to answer any more.
    await shop.changePrice(first.order_id, eur('4500'))
    expect((await agree(second.order)).reply.body.code).toBe('order_state')
    await due(3)
    await settled(1)
    expect(await taken()).toEqual(['4999', '4500'])
  })

  it.each([
    ['rejected', async (order: OrderAnswer) => void (await reject(order))],
    [
      'expired',
      async (order: OrderAnswer) => {
        clock = Date.parse(order.expires_at) + 1000 - Date.now()
      },
    ],
  ])('that is %s pauses it, and charges nothing', async (state, no) => {
    await shop.changePrice(begun.order_id, eur('5999'))
    await due()
    const order = await asked()
    await no(order)
    await until(order.order_id, state as OrderState)
    expect(await subscription()).toMatchObject({ state: 'paused', price: eur('4999'), proposed: eur('5999') })
    clock += 90 * DAY
    expect((await agree(order.order)).reply.body.code).toBe('order_state')
    expect(await taken()).toEqual(['4999'])
    // Whoever goes on with it is asked again.
    await device.request('POST', `/v1/subscriptions/${begun.subscription_id}/resume`, {}, later())
    await due(2)
    expect((await asked()).order.total).toEqual(eur('5999'))
  })

  it('is no question any more once the subscription is cancelled', async () => {
    await shop.changePrice(begun.order_id, eur('5999'))
    await due()
    const order = await asked()
    await agent.post(`/v1/subscriptions/${begun.subscription_id}/cancel`, {})
    await until(order.order_id, 'cancelled')
    expect((await agree(order.order)).reply.body.code).toBe('order_state')
    await expect(shop.changePrice(begun.order_id, eur('100'))).rejects.toThrow('order_state')
    expect(await taken()).toEqual(['4999'])
  })

  it('is its own merchant’s to set, above zero and in its currency', async () => {
    const other = await backend.registerMerchant({ name: 'Other', origin: 'https://other.example' })
    const stranger = merchant({ backend: backend.url, key: other.key })
    await expect(stranger.changePrice(begun.order_id, eur('100'))).rejects.toThrow('not_found')
    for (const price of [eur('0'), eur('-1'), { amount: '100', currency: 'USD' }])
      await expect(shop.changePrice(begun.order_id, price)).rejects.toThrow('malformed')
    const plain = (await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())).body
    await expect(shop.changePrice(plain.order_id, eur('100'))).rejects.toThrow('order_state')
    const own = await agent.post<Problem>(`/v1/orders/${begun.order_id}/price`, { price: eur('1') })
    expect(own.status).toBe(403)
    expect(await subscription()).toEqual(begun)
  })

  it('above the consent is refused by the database itself', async () => {
    const db = await backend.database()
    try {
      const raise = db.query('UPDATE subscription SET price = price + 1 WHERE account_id = $1', [
        device.account,
      ])
      await expect(raise).rejects.toMatchObject({ constraint: 'subscription_within_consent' })
    } finally {
      await db.end()
    }
  })
})

describe('an allowance', () => {
  const allowance = (changes: Partial<Allowance> = {}): Allowance => ({
    payee: 'https://shop.example',
    agent_id: agent.id,
    limit: { amount: '10000', currency: 'EUR' },
    per_order: '5000',
    expires_at: new Date(Date.now() + 30 * DAY).toISOString(),
    ...changes,
  })

  async function make(one: Allowance) {
    const consent = await device.consent({ command: 'allow', allowance: one })
    return device.request<AllowanceAnswer & Problem>('POST', '/v1/allowances', { allowance: one, consent })
  }
  const ask = async (changes = {}) =>
    (await agent.post<OrderAnswer>('/v1/orders', anOrderRequest(changes))).body

  it('pays within its limits without asking, and asks beyond them', async () => {
    await newAccount()
    const made = await make(allowance())
    expect(made.status).toBe(201)
    const [one, two] = await Promise.all([ask(), ask()])
    expect([one?.state, two?.state]).toEqual(['approved', 'approved'])
    await until(one?.order_id ?? '', 'settled')
    expect((await ask()).state).toBe('requested')
    expect((await ask({ total: { amount: '2', currency: 'EUR' } })).state).toBe('approved')
    expect((await ask({ total: { amount: '1', currency: 'EUR' } })).state).toBe('requested')
  })

  it('is not for another payee, agent, amount or currency, nor for subscriptions', async () => {
    await newAccount()
    await make(allowance())
    expect((await ask({ payee: { website: 'https://other.example', name: null } })).state).toBe('requested')
    expect((await ask({ total: { amount: '5001', currency: 'EUR' } })).state).toBe('requested')
    expect((await ask({ total: { amount: '1', currency: 'USD' } })).state).toBe('requested')
    const recurrence = { every: 1, unit: 'month', amount: '1', trialDays: 0 }
    expect((await ask({ recurrence })).state).toBe('requested')
    const other = await agentOf(backend.url, device)
    expect((await other.post<OrderAnswer>('/v1/orders', anOrderRequest())).body.state).toBe('requested')
  })

  it('has its money back when nothing was taken', async () => {
    await newAccount()
    const made = await make(allowance())
    const order = await ask({ reason: 'sandbox:decline' })
    await until(order.order_id, 'failed')
    const list = await device.request<{ allowances: AllowanceAnswer[] }>('GET', '/v1/allowances')
    expect(list.body.allowances[0]?.used.amount).toBe('0')
    await device.request('POST', `/v1/allowances/${made.body.allowance_id}/revoke`, {})
    expect((await ask()).state).toBe('requested')
  })

  it('is given out as ACP and ACT have it, signed, while it holds', async () => {
    await newAccount()
    const made = await make(allowance())
    const path = `/v1/allowances/${made.body.allowance_id}`
    await until((await ask()).order_id, 'settled')
    const acp = await device.request('GET', `${path}/acp?checkout_session_id=cs_1&merchant_id=m_1`)
    expect(acp.body).toEqual({
      reason: 'one_time',
      max_amount: 5000,
      currency: 'eur',
      checkout_session_id: 'cs_1',
      merchant_id: 'm_1',
      expires_at: made.body.expires_at,
    })
    const act = await device.request<{ intent_rule: object; credential: string }>('GET', `${path}/act`)
    expect(act.body.intent_rule).toMatchObject({ delegation_mode: 'BOUNDED', max_total_amount: 100 })
    const key = await importJWK({ ...device.receiptKey, kty: 'EC' }, 'ES256')
    const { payload } = await jwtVerify(act.body.credential, key, { issuer: backend.url, subject: agent.id })
    expect(payload.vc).toMatchObject({
      credentialSubject: {
        delegation_id: made.body.allowance_id,
        delegator_identity: device.account,
        agent_id: agent.id,
        max_total_amount: 100,
        source_isr_digest: await digestOf(act.body.intent_rule),
      },
    })
    await device.request('POST', `${path}/revoke`, {})
    expect((await device.request<Problem>('GET', `${path}/act`)).body.code).toBe('allowance_missing')
  })

  it('needs consent to exactly its terms', async () => {
    await newAccount()
    const consent = await device.consent({ command: 'allow', allowance: allowance() })
    const wider = allowance({ limit: { amount: '99999', currency: 'EUR' } })
    const reply = await device.request<Problem>('POST', '/v1/allowances', { allowance: wider, consent })
    expect(reply.body.code).toBe('digest_mismatch')
    const long = allowance({ expires_at: new Date(Date.now() + 400 * DAY).toISOString() })
    expect((await make(long)).body.code).toBe('malformed')
  })
})

describe('an allowance for the shop rail of a device', () => {
  const terms = (changes: Partial<Allowance> = {}): Allowance => ({
    payee: 'https://shop.example',
    agent_id: null,
    limit: { amount: '12000', currency: 'EUR' },
    per_order: '5000',
    orders: 3,
    expires_at: new Date(Date.now() + 7 * DAY).toISOString(),
    ...changes,
  })

  /** Id of the consent, which the device's mandates then name. */
  async function make(one: Allowance, by = device) {
    const consent = await by.consent({ command: 'allow', allowance: one })
    const made = await by.request<AllowanceAnswer & Problem>('POST', '/v1/allowances', {
      allowance: one,
      consent,
    })
    const claims = JSON.parse(Buffer.from(consent.mandate.split('.')[1] ?? '', 'base64url').toString())
    return { made, under: { factor: 'allowance', allowance: String(claims.jti) } as const }
  }
  const costing = (amount: string, currency = 'EUR') => anOrder({ currency, total: { amount, currency } })

  it('lets the device pay without the person up to amount, order and number, and no further', async () => {
    await newAccount()
    const { made, under } = await make(terms())
    expect(made.body).toMatchObject({ agent_id: null, orders: 3, uses: 0, used: { amount: '0' } })
    const pay = (order: WireOrder) => device.pay(order, { claims: under })
    expect((await pay(costing('5001'))).body.code).toBe('allowance_missing')
    expect((await pay(costing('5000'))).status).toBe(201)
    expect((await pay(costing('1', 'USD'))).body.code).toBe('allowance_missing')
    expect((await pay(costing('5000'))).status).toBe(201)
    expect((await pay(costing('2001'))).body.code).toBe('allowance_missing')
    expect((await pay(costing('1'))).status).toBe(201)
    expect((await pay(costing('1'))).body.code).toBe('allowance_missing')
    const { body } = await device.request<{ allowances: AllowanceAnswer[] }>('GET', '/v1/allowances')
    expect(body.allowances).toMatchObject([{ uses: 3, used: { amount: '10001' } }])
  })

  it('is drawn from once by one mandate, however often it is sent, and by one of many at the same time', async () => {
    await newAccount()
    const { under } = await make(terms({ orders: 1 }))
    const { id, submission } = await device.mandate(costing('100'), { claims: under })
    const same = await Promise.all([1, 2, 3].map(() => device.submit(submission, id)))
    expect(new Set(same.map(({ body }) => body.payment_id)).size).toBe(1)
    const { under: next } = await make(terms({ orders: 1 }))
    const many = await Promise.all([1, 2, 3, 4].map(() => device.pay(costing('100'), { claims: next })))
    expect(many.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422])
  })

  it('is not for another payee, a renewal, the wallet rail, another device, nor after it was revoked', async () => {
    await newAccount()
    const { made, under } = await make(terms())
    const codeOf = async (order: WireOrder, claims: Partial<MandateClaims> = {}) =>
      (await device.pay(order, { claims: { ...under, ...claims } })).body.code
    const elsewhere = { site: { key: 'other.example', origin: 'https://other.example' } }
    expect(await codeOf(anOrder(elsewhere))).toBe('allowance_missing')
    const recurrence = { every: 1, unit: 'month', amount: '100', trialDays: 0 } as const
    expect(await codeOf({ ...costing('100'), recurrence })).toBe('allowance_missing')
    expect(await codeOf(costing('100'), { rail: 'wallet' })).toBe('mandate_invalid')
    expect(await codeOf(costing('100'), { allowance: 'another' })).toBe('allowance_missing')
    // The device's key cannot pretend to be the person's.
    const forged = await device.pay(costing('100'), { key: device.deviceKey })
    expect(forged.body.code).toBe('mandate_invalid')
    const second = await activate(backend.url, await backend.issueActivationCode())
    expect((await second.pay(costing('100'), { claims: under })).body.code).toBe('allowance_missing')
    await device.request('POST', `/v1/allowances/${made.body.allowance_id}/revoke`, {})
    expect(await codeOf(costing('100'))).toBe('allowance_missing')
  })

  it('says how many orders, and its payments stand as consented to', async () => {
    await newAccount()
    const { orders: _, ...endless } = terms()
    expect((await make(endless)).made.body.code).toBe('malformed')
    const { under } = await make(terms())
    const paid = await device.pay(costing('100'), { claims: under })
    const path = `/v1/payments/${paid.body.payment_id}/evidence`
    const bundle = await device.request<{ consent_holds: boolean; allowance_mandate: string }>('GET', path)
    expect(bundle.body.consent_holds).toBe(true)
    expect(bundle.body.allowance_mandate).toMatch(/^[\w-]+\./)
  })
})

describe('compensation', () => {
  const claim = (payment_id: string, reason: string) =>
    device.request<ClaimAnswer & Problem>(
      'POST',
      '/v1/claims',
      { payment_id, reason, statement: 'This was not me' },
      later({ 'idempotency-key': crypto.randomUUID() }),
    )
  const decide = async (id: string, compensate: boolean) => {
    const response = await fetch(`${backend.url}/v1/operator/claims/${id}/decide`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ compensate, why: 'looked at' }),
    })
    return (await response.json()) as ClaimAnswer & Problem
  }

  it('is decided by an operator where the consent holds; a refusal can be appealed', async () => {
    await newAccount()
    const paid = await device.pay(anOrder())
    const opened = await claim(paid.body.payment_id, 'not_consented')
    expect(opened.body.state).toBe('open')
    const seen = await fetch(`${backend.url}/v1/operator/claims/${opened.body.claim_id}`, {
      headers: { authorization: `Bearer ${operator}` },
    })
    expect(await seen.json()).toMatchObject({
      claim: opened.body,
      statement: 'This was not me',
      evidence: { payment_id: paid.body.payment_id, consent_holds: true, order: anOrder() },
    })
    expect((await claim(paid.body.payment_id, 'other')).body.code).toBe('order_state')
    const id = opened.body.claim_id
    expect((await decide(id, false)).state).toBe('declined')
    const appeal = await device.request<ClaimAnswer>('POST', `/v1/claims/${id}/appeal`, {
      statement: 'Look again',
    })
    expect(appeal.body.state).toBe('appealed')
    expect((await decide(id, true)).state).toBe('compensated')
    expect((await decide(id, false)).code).toBe('order_state')
  })

  it('is paid at once from the reserve where there is no valid proof of consent', async () => {
    await newAccount()
    const paid = await device.pay(anOrder())
    const db = await backend.database()
    try {
      const bad = 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA'
      // As the database's owner may, who can take the guard off the table.
      await db.query('ALTER TABLE mandate DISABLE TRIGGER append_only_update')
      await db.query('UPDATE mandate SET jws = $2 WHERE account_id = $1', [device.account, bad])
      await db.query('ALTER TABLE mandate ENABLE ALWAYS TRIGGER append_only_update')
      const opened = await claim(paid.body.payment_id, 'not_consented')
      expect(opened.body).toMatchObject({ state: 'compensated', amount: { amount: '4999', currency: 'EUR' } })
      const entries = await db.query<{ book: string; amount: bigint }>(
        'SELECT book, amount FROM entry WHERE account_id = $1 ORDER BY book',
        [device.account],
      )
      expect(entries).toEqual([
        { book: 'payer', amount: 4999n },
        { book: 'reserve', amount: -4999n },
      ])
    } finally {
      await db.end()
    }
  })

  const refund = async (order: string, amount: string | null) => {
    const response = await fetch(`${backend.url}/v1/orders/${order}/refunds`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${operator}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({
        amount: amount === null ? null : { amount, currency: 'EUR' },
        reason: 'returned',
      }),
    })
    return (await response.json()) as RefundAnswer & Problem
  }
  async function settled(): Promise<OrderAnswer & { payment_id: string }> {
    const order = (await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())).body
    await device.pay(order.order, { claims: { rail: 'wallet' } })
    const { payment_id, ...rest } = await until(order.order_id, 'settled')
    return { ...rest, payment_id: payment_id ?? '' }
  }

  it('and refunds together never give back more than was taken', async () => {
    await newAccount()
    const one = await settled()
    await refund(one.order_id, '1000')
    const opened = await claim(one.payment_id, 'other')
    expect(opened.body).toMatchObject({ state: 'open', amount: { amount: '3999' } })
    await refund(one.order_id, '999')
    expect(await decide(opened.body.claim_id, true)).toMatchObject({
      state: 'compensated',
      amount: { amount: '3000' },
    })
    expect((await refund(one.order_id, '1')).code).toBe('refund_exceeds')

    const two = await settled()
    const late = await claim(two.payment_id, 'other')
    await refund(two.order_id, null)
    expect((await decide(late.body.claim_id, true)).code).toBe('order_state')

    const three = await settled()
    await refund(three.order_id, null)
    expect((await claim(three.payment_id, 'not_consented')).body.code).toBe('order_state')
  })

  it('is not for what was never taken', async () => {
    await newAccount()
    const order = (await agent.post<OrderAnswer>('/v1/orders', anOrderRequest({ reason: 'sandbox:decline' })))
      .body
    const paid = await device.pay(order.order, { claims: { rail: 'wallet' } })
    await until(order.order_id, 'failed')
    expect((await claim(paid.body.payment_id, 'not_consented')).body.code).toBe('order_state')
  })

  it('takes a renewal at its consented price for what was consented to', async () => {
    await newAccount()
    const recurrence = { every: 1, unit: 'month', amount: '4999', trialDays: 14 } as const
    const begun = await subscribe({ recurrence, total: { amount: '100', currency: 'EUR' }, items: [] })
    await comeDue(begun.next_at)
    await expect.poll(async () => (await renewals('settled')).length, { timeout: 30_000 }).toBe(1)
    const payment = (await renewals())[0]?.payment_id ?? ''
    expect((await claim(payment, 'wrong_amount')).body).toMatchObject({
      state: 'open',
      amount: { amount: '4999' },
    })
  })

  it('stands on an evidence bundle', async () => {
    await newAccount()
    const paid = await device.pay(anOrder())
    const path = `/v1/payments/${paid.body.payment_id}/evidence`
    const bundle = await device.request<{ consent_holds: boolean; payment_mandate: string; order: unknown }>(
      'GET',
      path,
    )
    expect(bundle.body).toMatchObject({
      consent_holds: true,
      order: anOrder(),
      ap2: { vct: 'mandate.payment.1', payment_amount: { amount: 4999, currency: 'EUR' } },
    })
  })
})
