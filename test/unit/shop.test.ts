import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { httpBuyer, openCheckoutOverHttp, placeOverHttp } from '../harness/http-buyer.ts'
import { currencyOf, MECHANISMS } from '../shop/mechanisms.ts'
import { openOrderStore } from '../shop/order-store.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop()
})
beforeEach(() => shop.reset())
afterAll(() => shop.close())

const OPEN = MECHANISMS.filter((name) => name !== 'integrated')

describe.each(OPEN)('checkout %s', (mechanism) => {
  test('looking at it places nothing', async () => {
    const page = await openCheckoutOverHttp(httpBuyer(shop.url), mechanism)
    expect(page.status).toBe(200)
    expect(await shop.orders()).toEqual([])
  })

  test('placing makes exactly one order, of what the page showed', async () => {
    const buyer = httpBuyer(shop.url)
    await placeOverHttp(buyer, mechanism, await openCheckoutOverHttp(buyer, mechanism))
    const orders = await shop.orders()
    expect(orders).toHaveLength(1)
    expect(orders[0]).toMatchObject({
      mechanism,
      currency: currencyOf(mechanism),
      total: mechanism === 'subscription' ? '100' : '4190',
      items: [{ sku: 'stoneware-mug', quantity: 2, amount: '3700' }],
    })
  })

  test('a declined card makes no order', async () => {
    const buyer = httpBuyer(shop.url, { fail: '1' })
    await placeOverHttp(buyer, mechanism, await openCheckoutOverHttp(buyer, mechanism))
    expect(await shop.orders()).toEqual([])
  })
})

test('a request sent twice shows as two orders: the shop hides no double payment', async () => {
  const buyer = httpBuyer(shop.url)
  const page = await openCheckoutOverHttp(buyer, 'fetch-json')
  await placeOverHttp(buyer, 'fetch-json', page)
  await placeOverHttp(buyer, 'fetch-json', page)
  const orders = await shop.orders()
  expect(orders).toHaveLength(2)
  expect(orders[0]?.total).toBe(orders[1]?.total)
})

test('a delay holds the answer and the order for as long', async () => {
  const buyer = httpBuyer(shop.url)
  await openCheckoutOverHttp(buyer, 'fetch-json')
  const placed = buyer.post('/api/orders?delay=150', '{"payment_method":"card"}')
  await buyer.get('/cart')
  expect(await shop.orders()).toEqual([])
  const started = performance.now()
  await placed
  expect(performance.now() - started).toBeGreaterThan(50)
  expect(await shop.orders()).toHaveLength(1)
})

test('orders are on disk when the shop answers; after a crash a torn last line is no order', async () => {
  const buyer = httpBuyer(shop.url)
  await placeOverHttp(buyer, 'full-page', await openCheckoutOverHttp(buyer, 'full-page'))
  const [order] = await shop.orders()
  const written = readFileSync(shop.store, 'utf8')
  expect(written).toBe(`${JSON.stringify(order)}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'fernwood-torn-'))
  writeFileSync(join(folder, 'orders.jsonl'), written + written.slice(0, 40))
  const again = openOrderStore(folder)
  expect(again.all()).toEqual([order])
  again.close()
  rmSync(folder, { recursive: true })
})

test('the pending row of an automatic GET is no order', async () => {
  const buyer = httpBuyer(shop.url)
  await openCheckoutOverHttp(buyer, 'row-before')
  await buyer.get('/api/checkout/order-summary')
  expect(shop.traffic()['pending row']).toBe(1)
  expect(await shop.orders()).toEqual([])
})

test('forged tokens and secrets place nothing', async () => {
  const buyer = httpBuyer(shop.url)
  await openCheckoutOverHttp(buyer, 'full-page')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  await buyer.post('/checkout/full-page/complete', '_token=guess', form)
  await buyer.post('/ajax/checkout', 'nonce=guess', form)
  await buyer.get('/extension/payment/invoice/confirm?token=guess')
  await buyer.send('PUT', '/api/rest/v1/carts/mine/order', '{}', { authorization: 'Bearer guess' })
  await buyer.post('/webhooks/larkpay', '{}', { 'x-larkpay-secret': 'guess' })
  expect(await shop.orders()).toEqual([])
})

test('without a payments backend the integrated checkout says so and sells nothing', async () => {
  const buyer = httpBuyer(shop.url)
  const page = await openCheckoutOverHttp(buyer, 'integrated')
  expect(page.text).toContain('Nothing can be paid here now')
  const answer = await placeOverHttp(buyer, 'integrated', page)
  expect(answer.status).toBe(402)
  expect(await shop.orders()).toEqual([])
})
