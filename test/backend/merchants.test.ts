import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BackendUnavailable,
  type Merchant,
  MerchantRequestRefused,
  merchant,
} from '../../agent/merchant/merchant.ts'
import { decideConsent, requireConsent } from '../../agent/merchant/require-consent.ts'
import type { MerchantOrderAnswer } from '../../utils/contract/api.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

const ORIGIN = 'https://shop.example'
const PRICE = { amount: '4999', currency: 'EUR' }
let backend: TestBackend
let device: TestDevice
let shop: Merchant
let other: Merchant
let key: string
let count = 0

beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
  key = (await backend.registerMerchant({ name: 'Shop', origin: ORIGIN })).key
  shop = merchant({ backend: backend.url, key })
  const second = await backend.registerMerchant({ name: 'Other', origin: 'https://other.example' })
  other = merchant({ backend: backend.url, key: second.key })
})
afterAll(() => backend.close())

function open(reference = `cart-${++count}`): Promise<MerchantOrderAnswer> {
  return shop.createOrder({ reference, amount: PRICE, description: 'A kettle', origin: ORIGIN })
}

const orderFor = (opened: MerchantOrderAnswer) => anOrder({ merchantOrder: opened.order_id })

describe('an integrated merchant', () => {
  it('gets nothing without consent, the goods once with it, and never again', async () => {
    const opened = await open()
    expect(opened.state).toBe('requested')
    expect(await shop.consume(opened.order_id)).toMatchObject({
      ok: false,
      problem: { code: 'consent_required', status: 402 },
    })
    const paid = await device.pay(orderFor(opened))
    expect(paid.status).toBe(201)
    expect((await shop.order(opened.order_id)).state).toBe('authorised')
    expect(await shop.consume(opened.order_id)).toMatchObject({
      ok: true,
      payment: { payment_id: paid.body.payment_id },
    })
    expect(await shop.consume(opened.order_id)).toMatchObject({
      ok: false,
      problem: { code: 'consent_consumed', status: 409 },
    })
    expect((await shop.order(opened.order_id)).state).toBe('consumed')
  })

  it('may ask again for an answer that was lost, with the same key', async () => {
    const opened = await open()
    await device.pay(orderFor(opened))
    let calls = 0
    const losing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      calls++
      if (calls === 1) throw new TypeError('the connection broke after the backend had answered')
      return answer
    }
    const patient = merchant({ backend: backend.url, key, fetch: losing })
    expect(await patient.consume(opened.order_id)).toMatchObject({ ok: true })
    expect(calls).toBe(2)
  })

  it('is consumed by one of ten parallel requests', async () => {
    const opened = await open()
    await device.pay(orderFor(opened))
    const results = await Promise.all(Array.from({ length: 10 }, () => shop.consume(opened.order_id)))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
  })

  it('is paid by one of two mandates', async () => {
    const opened = await open()
    const replies = await Promise.all([device.pay(orderFor(opened)), device.pay(orderFor(opened))])
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, 422])
    expect((await device.pay(orderFor(opened))).body.code).toBe('merchant_order_mismatch')
  })

  it.each([
    ['another amount', { total: { amount: '4998', currency: 'EUR' } }],
    ['another currency', { currency: 'USD', total: { amount: '4999', currency: 'USD' } }],
    ['another origin', { site: { key: 'other.example', origin: 'https://other.example' } }],
    ['a sub-domain', { site: { key: 'shop.example', origin: 'https://www.shop.example' } }],
  ])('is not paid by a mandate for %s', async (_title, changes) => {
    const opened = await open()
    const reply = await device.pay({ ...orderFor(opened), ...changes })
    expect(reply.body).toMatchObject({ status: 422, code: 'merchant_order_mismatch' })
    expect(await shop.consume(opened.order_id)).toMatchObject({ ok: false })
  })

  it('is not paid by a mandate for an order that nobody opened', async () => {
    for (const merchantOrder of ['order-1', `ord_${'0'.repeat(20)}_${'0'.repeat(20)}`]) {
      expect((await device.pay(anOrder({ merchantOrder }))).body.code).toBe('merchant_order_mismatch')
    }
  })

  it('cannot use a consent after the payment was voided, and another consent may pay', async () => {
    const opened = await open()
    const paid = await device.pay(orderFor(opened))
    const path = `/v1/payments/${paid.body.payment_id}/outcome`
    await device.request('POST', path, { outcome: 'voided', detail: '' })
    expect(await shop.consume(opened.order_id)).toMatchObject({
      ok: false,
      problem: { code: 'consent_required' },
    })
    expect((await device.pay(orderFor(opened))).status).toBe(201)
    expect(await shop.consume(opened.order_id)).toMatchObject({ ok: true })
  })

  it('keeps a consent that it has used: the payer cannot void it any more', async () => {
    const opened = await open()
    const paid = await device.pay(orderFor(opened))
    await shop.consume(opened.order_id)
    const path = `/v1/payments/${paid.body.payment_id}/outcome`
    const voided = await device.request('POST', path, { outcome: 'voided', detail: '' })
    expect(voided.body).toMatchObject({ status: 422, code: 'payment_state' })
  })

  it('either is consumed or voided when both race', async () => {
    for (let round = 0; round < 10; round++) {
      const opened = await open()
      const paid = await device.pay(orderFor(opened))
      const path = `/v1/payments/${paid.body.payment_id}/outcome`
      const [consumed, voided] = await Promise.all([
        shop.consume(opened.order_id),
        device.request('POST', path, { outcome: 'voided', detail: '' }),
      ])
      expect([consumed.ok, voided.status === 200]).toEqual(consumed.ok ? [true, false] : [false, true])
    }
  })

  it('gets the same order for the same reference, and no other', async () => {
    const opened = await open('same')
    expect((await open('same')).order_id).toBe(opened.order_id)
    const changed = shop.createOrder({
      reference: 'same',
      amount: { amount: '1', currency: 'EUR' },
      description: 'A kettle',
      origin: ORIGIN,
    })
    await expect(changed).rejects.toThrow(/reference_conflict/)
  })

  it("sees nothing of another merchant's, and opens nothing for another's origin", async () => {
    const opened = await open()
    await expect(other.order(opened.order_id)).rejects.toThrow(MerchantRequestRefused)
    await expect(other.consume(opened.order_id)).rejects.toThrow(/not_found/)
    const foreign = {
      reference: 'x',
      amount: { amount: '1', currency: 'EUR' },
      description: '',
      origin: ORIGIN,
    }
    await expect(other.createOrder(foreign)).rejects.toThrow(/origin_mismatch/)
  })

  it.each(['0', '-1'])('opens no order for %s', async (amount) => {
    const order = { reference: 'r', amount: { amount, currency: 'EUR' }, description: '', origin: ORIGIN }
    await expect(shop.createOrder(order)).rejects.toThrow(/malformed/)
  })
})

describe('the middleware fails closed', () => {
  it.each([
    ['a wrong key', () => merchant({ backend: backend.url, key: key.replace(/.$/, '') }), 502],
    ['a backend that is away', () => merchant({ backend: 'http://127.0.0.1:9', key }), 503],
  ])('with %s', async (_title, make, status) => {
    const opened = await open()
    await device.pay(orderFor(opened))
    expect((await requireConsent(make(), { order: opened.order_id, amount: PRICE }))?.status).toBe(status)
  })

  it('without an order id', async () => {
    expect((await requireConsent(shop, { order: null, amount: PRICE }))?.status).toBe(402)
  })

  it.each([
    ['200 with rubbish', 200, '<html>'],
    ['200 for another order', 200, '{"order_id":"x","payment_id":"y","receipt":"z"}'],
    ['500', 500, '{"code":"internal_error","status":500}'],
  ])('when the backend answers %s', async (_title, status, body) => {
    const server = await lying(status, body)
    try {
      const { port } = server.address() as AddressInfo
      const liar = merchant({ backend: `http://127.0.0.1:${port}`, key })
      const decision = await decideConsent(liar, { order: 'ord_1', amount: PRICE })
      expect(decision).toMatchObject({ ok: false, problem: { status: 503 } })
    } finally {
      server.close()
    }
  })

  it('says that the backend does not answer', async () => {
    const away = merchant({ backend: 'http://127.0.0.1:9', key })
    await expect(away.consume('ord_1')).rejects.toThrow(BackendUnavailable)
  })
})

/** Says what the order costs, and then this of its consent. */
function lying(status: number, body: string): Promise<Server> {
  const order = JSON.stringify({ order_id: 'ord_1', state: 'authorised', amount: PRICE })
  return new Promise((resolve) => {
    const server = createServer(({ method }, response) => {
      const isOrder = method === 'GET'
      response
        .writeHead(isOrder ? 200 : status, { 'content-type': 'application/json' })
        .end(isOrder ? order : body)
    })
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
