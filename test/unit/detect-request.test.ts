import { describe, expect, it } from 'vitest'
import { carriesCard } from '../../utils/detect/card.ts'
import { mayBeCardStep } from '../../utils/detect/card-step.ts'
import { CONFIRM, REDIRECT, SHOP, SHOP_GET, SHOP_POST } from '../../utils/detect/catalogue.ts'
import { mayPay, worthALook } from '../../utils/detect/glance.ts'
import { classifyRequest } from '../../utils/detect/request.ts'
import { suspect } from '../../utils/detect/suspect.ts'

const PAGE = 'https://shop.example/checkout'
const holds = (method: string, url: string, bodyHint = '') =>
  classifyRequest({ method, url: new URL(url, PAGE).href, bodyHint }).payment
const lines = (table: string) => table.trim().split('\n')
const sample = (line: string) => line.replaceAll('*', 'x1')

describe('every endpoint of the catalogue is held, and looked at', () => {
  it.each(lines(CONFIRM))('%s', (line) => {
    const url = `https://${sample(line)}`
    expect(worthALook(url)).toBe(true)
    expect(holds('POST', url)).toBe(true)
    expect(holds('POST', `${url}?key=1`)).toBe(true)
  })
  it.each(lines(REDIRECT))('%s by navigation', (line) => {
    const url = `https://${sample(line)}?token=1`
    expect(worthALook(url)).toBe(true)
    expect(holds('GET', url)).toBe(true)
  })
  it.each(lines(SHOP))('%s of a shop', (line) => {
    const url = `https://shop.example${sample(line)}`
    expect(worthALook(url)).toBe(true)
    expect(holds('POST', url)).toBe(true)
    expect(holds('GET', url)).toBe(false)
  })
  it.each(lines(SHOP_POST))('%s of a shop, by POST only', (line) => {
    const url = `https://shop.example${sample(line)}`
    expect(worthALook(url)).toBe(true)
    expect(holds('POST', url)).toBe(true)
    expect(holds('PUT', url)).toBe(false)
  })
  it.each(lines(SHOP_GET))('%s by GET', (line) => {
    const url = `https://shop.example/index.php?${sample(line)}`
    expect(worthALook(url)).toBe(true)
    expect(holds('GET', url)).toBe(true)
  })
  it('with a port, which local and staging shops have', () => {
    expect(holds('POST', 'https://api.stripe.com:8443/v1/payment_intents/pi_1/confirm')).toBe(true)
  })
})

describe('placing an order is known without a catalogue', () => {
  it.each([
    ['POST', '/api/orders'],
    ['POST', '/orders/'],
    ['PUT', '/cart/42/checkout'],
    ['POST', '/checkout/confirm'],
    ['POST', '/checkout/place-order'],
    ['POST', '/api/v2/placeOrder'],
    ['POST', '/order/submit.php'],
    ['POST', '/api/payment'],
    ['POST', '/pay'],
    ['PATCH', '/checkout/complete'],
    ['GET', '/api/place-order?token=1'],
    ['GET', '/order/submit'],
    ['POST', '/charge'],
    ['POST', '/buy-now'],
  ])('%s %s', (method, url) => {
    expect(holds(method, url)).toBe(true)
    expect(worthALook(new URL(url, PAGE).href)).toBe(true)
  })

  it.each([
    ['POST', '/api/orders?next=/events/'],
    ['POST', '/api/o%72ders'],
    ['POST', '/api%2dv2/%6Frders'],
    ['POST', '/api/or\nders'],
    ['POST', '\\api\\orders'],
    ['POST', '/api//orders//'],
    ['POST', '/orders//7//pay'],
    ['POST', '/api/orders;jsessionid=1'],
    ['POST', '/orders.php/x'],
    ['POST', '/orders.xml'],
    ['MADEUP', '/api/orders'],
    ['GET', '/checkout/pl%61ce-order'],
    ['GET', '/index.php?route=extension%2Fpayment%2Fcod%2Fconfirm'],
    ['GET', '/index.php?r%6fute=extension/payment/cod/confirm'],
  ])('%s %s, written so that it does not look like it', (method, url) => {
    expect(holds(method, url)).toBe(true)
    expect(worthALook(new URL(url, PAGE).href)).toBe(true)
    expect(suspect(method, new URL(url, PAGE).href, '')).not.toBeNull()
    expect(mayPay(method, new URL(url, PAGE).href, '')).toBe(true)
  })

  it('an operation whose letters are escaped in its JSON', () => {
    expect(holds('POST', '/graphql', '{"query":"mutation { pl\\u0061ceOrder { id } }"}')).toBe(true)
    expect(holds('POST', '/graphql', '{"query":"query { a(b: \\u0022\\u003e\\u00e9) { id } }"}')).toBe(false)
  })

  it.each([
    ['{"operationName":"placeOrder","variables":{}}'],
    ['{"query":"mutation { placeOrder(input: {cart_id: \\"x\\"}) { order { id } } }"}'],
    ['{"query":"mutation Pay($t: ID!) {\\n  addPaymentToOrder(input: $t) { id }\\n}"}'],
    ['{"operationName":"SubmitForCompletion"}'],
  ])('GraphQL %s', (body) => expect(holds('POST', '/graphql', body)).toBe(true))

  it('a card number on its way to someone who is no processor', () => {
    expect(holds('POST', '/step3', 'card_number=4242+4242+4242+4242&cvc=123')).toBe(true)
    expect(holds('POST', '/step3', '{"cardNumber":"5555555555554444","expiry":"12/30"}')).toBe(true)
    expect(
      holds('POST', 'https://api.stripe.com/v1/tokens', 'card[number]=4242424242424242&card[cvc]=1'),
    ).toBe(false)
  })
})

describe('ordinary calls are never held', () => {
  it.each([
    ['GET', '/checkout'],
    ['GET', '/checkout/confirm'],
    ['GET', '/orders'],
    ['GET', '/api/orders/42'],
    ['GET', '/checkout/success/42'],
    ['POST', '/cart/add'],
    ['POST', '/cart'],
    ['POST', '/login'],
    ['POST', '/api/search'],
    ['POST', '/orders/search'],
    ['POST', '/api/coupons'],
    ['POST', '/checkout/coupon'],
    ['POST', '/checkout/shipping-address'],
    ['POST', '/checkout/estimate'],
    ['POST', '/rest/V1/guest-carts/x1/set-payment-information'],
    ['GET', '/rest/V1/guest-carts/x1/payment-information'],
    ['POST', '/rest/V1/guest-carts/x1/estimate-shipping-methods'],
    ['GET', '/api/payment-methods'],
    ['POST', '/api/payment-methods'],
    ['POST', '/payment/options'],
    ['POST', '/?wc-ajax=update_order_review'],
    ['POST', '/wp-json/wc/store/v1/cart/add-item'],
    ['POST', '/wp-json/wc/store/v1/batch'],
    ['PUT', '/upload/photo.jpg'],
    ['POST', '/analytics/purchase'],
    ['POST', '/events/order/complete'],
    ['POST', 'https://www.google-analytics.com/g/collect?en=purchase&tid=G-1'],
    ['POST', 'https://api.stripe.com/v1/payment_methods'],
    ['POST', 'https://api.stripe.com/v1/tokens'],
    ['POST', 'https://r.stripe.com/0'],
    ['POST', 'https://www.paypal.com/xoplatform/logger/api/logger'],
    ['POST', 'https://api.mollie.com/v2/payments'],
    ['POST', '/push/subscriptions'],
    ['GET', 'https://checkout.stripe.com/v3/fingerprinted/js/app.js'],
    ['POST', '/api/display'],
    ['POST', '/marketplace/items'],
  ])('%s %s', (method, url) => expect(holds(method, url)).toBe(false))

  it.each([
    ['{"operationName":"Proposal","query":"mutation Proposal { x }"}'],
    ['{"query":"query { placeOrderStatus { id } }"}'],
    ['{"query":"mutation { setPaymentMethodOnCart(input: {}) { cart { id } } }"}'],
    ['{"query":"{ products(search: \\"pay order\\") { id } }"}'],
  ])('GraphQL %s', (body) => expect(holds('POST', '/graphql', body)).toBe(false))
})

describe('card numbers', () => {
  it('need a right check digit, a card’s beginning and a card’s field', () => {
    expect(carriesCard('card=4242424242424242')).toBe(true)
    expect(carriesCard('card=4242424242424241')).toBe(false)
    expect(carriesCard('card=9999424242424242')).toBe(false)
    expect(carriesCard('visitor=4242424242424242')).toBe(false)
    expect(carriesCard('card=42424242424242424242424242')).toBe(false)
    expect(carriesCard('{"pan":"378282246310005"}')).toBe(true)
  })
})

describe('the step that takes the card before the review', () => {
  const CARD = 'card_number=4242424242424242&exp=12%2F30'
  const isStep = (path: string, bodyHint: string) =>
    mayBeCardStep({ method: 'POST', url: new URL(path, PAGE).href, bodyHint })

  it.each(['/checkout/payment', '/checkout/billing', '/cart/payments.php'])('may be %s', (path) => {
    expect(isStep(path, CARD)).toBe(true)
  })

  it.each([
    '/api/orders',
    '/pay',
    '/charges',
    '/place-order',
    '/graphql?complete=1&op=placeOrder',
    '/p%61yment',
  ])('is never %s', (path) => {
    expect(isStep(path, CARD)).toBe(false)
  })

  it('hands a card on', () => {
    expect(isStep('/checkout/payment', 'agree=1')).toBe(false)
    expect(isStep('/checkout/payment', CARD.replace('4242&', '4243&'))).toBe(false)
  })
})
