/**
 * Stripe and Alipay through their official SDKs, against our own loopback emulation of their documented APIs. This shows
 * that we use the SDKs rightly and survive lost answers; it does not show how Stripe and Alipay themselves behave.
 */
import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { alipayNumber, alipayProcessor } from '../../backend/processors/alipay.ts'
import { processorsFrom } from '../../backend/processors/from-environment.ts'
import { stripeAmount, stripeProcessor } from '../../backend/processors/stripe.ts'
import type { OrderAnswer, OrderState } from '../../utils/contract/orders.ts'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { type AlipayServer, alipayServer } from './alipay-server.ts'
import { activate, post, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'
import { type StripeServer, stripeServer } from './stripe-server.ts'

let backend: TestBackend
let device: TestDevice
let agent: AgentClient

async function paid(reason: string, currency: string): Promise<OrderAnswer> {
  const request = anOrderRequest({ reason, total: { amount: '4999', currency } })
  const order = (await agent.post<OrderAnswer>('/v1/orders', request)).body
  await device.pay(order.order, { claims: { rail: 'wallet' } })
  return order
}

async function until(orderId: string, ...states: OrderState[]): Promise<OrderAnswer> {
  let version = 0
  for (;;) {
    const { body } = await agent.get<OrderAnswer>(`/v1/orders/${orderId}?wait_s=25&version=${version}`)
    if (states.includes(body.state)) return body
    version = body.version
  }
}

async function refund(order: OrderAnswer): Promise<void> {
  const key = await backend.issueOperatorKey()
  const made = await post<{ refund_id: string }>(
    `${backend.url}/v1/orders/${order.order_id}/refunds`,
    { amount: null, reason: 'broken' },
    { authorization: `Bearer ${key}`, 'idempotency-key': crypto.randomUUID() },
  )
  const path = `/v1/refunds/${made.body.refund_id}`
  await expect
    .poll(async () => (await device.request<{ state: string }>('GET', path)).body.state)
    .toBe('succeeded')
}

const webhook = (name: string, body: string, headers: Record<string, string>) =>
  fetch(`${backend.url}/v1/processors/${name}/webhook`, { method: 'POST', body, headers })

describe('Stripe', () => {
  const SECRET = 'sk_test_loopback'
  const WEBHOOK = 'whsec_loopback'
  let server: StripeServer

  beforeAll(async () => {
    server = await stripeServer(SECRET)
    const processor = stripeProcessor({
      secretKey: SECRET,
      webhookSecret: WEBHOOK,
      customer: 'cus_1',
      paymentMethod: 'pm_1',
      server: { host: '127.0.0.1', port: server.port, protocol: 'http' },
    })
    backend = await runBackend({ processors: [processor], coolingOffMs: 0 })
    device = await activate(backend.url, await backend.issueActivationCode())
    agent = await agentOf(backend.url, device)
  })
  afterAll(async () => {
    await backend.close()
    server.close()
  })

  async function signedNews(key: string) {
    const payload = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'payment_intent.succeeded',
      data: { object: { metadata: { consent_guard_key: key } } },
    })
    const signed = { payload, secret: WEBHOOK }
    return { payload, signature: await new Stripe(SECRET).webhooks.generateTestHeaderStringAsync(signed) }
  }

  it('authorises, captures and refunds, each once and under our key', async () => {
    const order = await paid('A kettle', 'EUR')
    const settled = await until(order.order_id, 'settled')
    const [intent] = server.intents.values()
    expect(intent).toMatchObject({ amount: 4999, captured: 4999, status: 'succeeded' })
    await refund(settled)
    expect([...server.effects.keys()].map((key) => key.split(':')[1])).toEqual([
      'authorise',
      'capture',
      'refund',
    ])
    expect([...server.effects.values()]).toEqual([1, 1, 1])
    expect(server.requests[0]?.['stripe-version']).toMatch(/^20\d\d-/)
  })

  it('charges once when the answer is lost after the effect', async () => {
    const before = server.intents.size
    server.loseNext = true
    const order = await paid('Lost answer', 'EUR')
    await until(order.order_id, 'unknown', 'settled')
    await until(order.order_id, 'settled')
    expect(server.intents.size).toBe(before + 1)
    expect(Math.max(...server.effects.values())).toBe(1)
  })

  it('charges once when the same webhook comes twice, and again after the end', async () => {
    server.loseNext = true
    const order = await paid('Told twice', 'EUR')
    await until(order.order_id, 'unknown', 'settled')
    const key = [...server.effects.keys()].at(-1) ?? ''
    const news = await signedNews(key)
    const told = () => webhook('stripe', news.payload, { 'stripe-signature': news.signature })
    expect((await Promise.all([told(), told()])).map(({ status }) => status)).toEqual([200, 200])
    await until(order.order_id, 'settled')
    expect((await told()).status).toBe(200)
    const later = await paid('Afterwards', 'EUR')
    await until(later.order_id, 'settled')
    expect((await agent.get<OrderAnswer>(`/v1/orders/${order.order_id}`)).body.state).toBe('settled')
    expect([...new Set(server.effects.values())]).toEqual([1])
  })

  it('passes a decline on', async () => {
    const order = await paid('please decline', 'EUR')
    expect((await until(order.order_id, 'failed')).failure).toBe('insufficient_funds')
  })

  it('hears only signed webhooks', async () => {
    const { payload, signature } = await signedNews('k')
    expect((await webhook('stripe', payload, { 'stripe-signature': signature })).status).toBe(200)
    const tampered = await webhook('stripe', payload.replace('"k"', '"x"'), { 'stripe-signature': signature })
    expect(tampered.status).toBe(401)
    expect((await webhook('stripe', payload, {})).status).toBe(401)
    expect((await webhook('nobody', payload, {})).status).toBe(404)
  })

  it('counts amounts as Stripe does, and refuses what cannot be said there', () => {
    const amount = (value: bigint, currency: string) => stripeAmount({ amount: value, currency })
    expect(amount(4999n, 'EUR')).toBe(4999)
    expect(amount(500n, 'JPY')).toBe(500)
    expect(amount(500n, 'ISK')).toBe(50_000)
    expect(amount(500n, 'MGA')).toBe(5)
    expect(amount(550n, 'MGA')).toBeNull()
    expect(amount(1230n, 'KWD')).toBe(1230)
    expect(amount(1234n, 'KWD')).toBeNull()
  })
})

describe('Alipay', () => {
  let server: AlipayServer

  // Three RSA keys are slow to make: one server for all, set back before each test.
  beforeAll(async () => {
    server = await alipayServer()
    const processor = alipayProcessor({
      appId: '2026000000000000',
      privateKey: server.appPrivateKey,
      alipayPublicKey: server.alipayPublicKey,
      agreementNo: '20260000',
      gateway: server.gateway,
    })
    backend = await runBackend({ processors: [processor], coolingOffMs: 0 })
    device = await activate(backend.url, await backend.issueActivationCode())
    agent = await agentOf(backend.url, device)
  })
  beforeEach(() => {
    server.forge = false
    server.calls.length = 0
  })
  afterAll(async () => {
    await backend.close()
    server.close()
  })

  it('freezes, pays and refunds in yuan, with signatures both ways', async () => {
    const order = await paid('A kettle', 'CNY')
    await refund(await until(order.order_id, 'settled'))
    expect(server.badSignatures).toBe(0)
    const methods = server.calls.map((call) => call.method)
    expect(methods).toEqual(['alipay.fund.auth.order.freeze', 'alipay.trade.pay', 'alipay.trade.refund'])
    expect(server.calls[0]?.content.amount).toBe('49.99')
    expect(server.calls[1]?.content.auth_no).toBe(`auth-${server.calls[0]?.content.out_order_no}`)
  })

  it('does not believe an answer that Alipay did not sign', async () => {
    server.forge = true
    const order = await paid('Forged', 'CNY')
    expect((await until(order.order_id, 'unknown', 'authorised', 'settled')).state).toBe('unknown')
    server.forge = false
    expect((await until(order.order_id, 'settled')).state).toBe('settled')
  })

  it('passes a refusal on, and takes no other currency', async () => {
    const refused = await paid('please decline', 'CNY')
    expect((await until(refused.order_id, 'failed')).failure).toBe('PAYER_BALANCE_NOT_ENOUGH')
    const euros = await paid('Euros', 'EUR')
    expect((await until(euros.order_id, 'failed')).failure).toBe('currency_not_supported')
  })

  it('hears only signed notifications', async () => {
    const form = { out_trade_no: alipayNumber('k'), trade_status: 'TRADE_SUCCESS' }
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const good = await webhook('alipay', server.notification(form), type)
    expect([good.status, await good.text()]).toEqual([200, 'success'])
    const bad = server.notification(form).replace('TRADE_SUCCESS', 'TRADE_CLOSED')
    expect((await webhook('alipay', bad, type)).status).toBe(401)
    server.forge = true
    expect((await webhook('alipay', server.notification(form), type)).status).toBe(401)
  })

  it('is not set up without its public key', () => {
    const options = { appId: 'a', privateKey: server.appPrivateKey, agreementNo: 'n' }
    expect(() => alipayProcessor({ ...options, alipayPublicKey: '' })).toThrow(/believed/)
  })
})

describe('set-up from the environment', () => {
  it('is all or nothing', async () => {
    expect(await processorsFrom({})).toEqual([])
    await expect(processorsFrom({ STRIPE_SECRET_KEY: 'sk' })).rejects.toThrow(/STRIPE_WEBHOOK_SECRET/)
  })
})
