/** Pages that pay nothing must not notice the guard: no request held, no function that looks different, no way in. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, PLAIN_ARGS } from '../../harness/chromium.ts'
import { closePage } from '../../harness/close.ts'
import { type GuardedBrowser, openGuarded } from '../interception-browser.ts'

let guard: GuardedBrowser
let server: Server
let origin: string
let arrived = 0
beforeAll(async () => {
  guard = await openGuarded()
  server = createServer((request, response) => {
    if (request.url !== '/' && request.url !== '/favicon.ico') arrived++
    response.setHeader('content-type', request.url === '/' ? 'text/html' : 'application/json')
    response.end(request.url === '/' ? '<!doctype html><title>Shop</title><h1>Shop</h1>' : '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://shop.localhost:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await guard.close()
  server.closeAllConnections()
  server.close()
})

/** Shapes of ordinary calls, as shops and their analytics make them. */
const ORDINARY = [
  ['POST', '/g/collect?v=2&en=purchase&ep.value=49.99', ''],
  ['POST', '/g/collect?v=2&en=begin_checkout', 'en=add_payment_info'],
  ['POST', '/analytics/event', '{"event":"order_completed","order_id":"1001","value":49.99}'],
  ['POST', '/api/events/order/complete', '{"id":4242424242424242}'],
  ['POST', '/i/v0/e/', '{"event":"$pageview","url":"/checkout/payment"}'],
  ['POST', '/api/2/envelope/?sentry_key=1', '{"message":"payment failed"}'],
  ['GET', '/api/search?q=pay+now', ''],
  ['POST', '/api/search', '{"q":"order"}'],
  ['GET', '/api/orders?page=2', ''],
  ['GET', '/api/orders/1001', ''],
  ['GET', '/checkout', ''],
  ['GET', '/checkout/payment', ''],
  ['GET', '/checkout/confirm', ''],
  ['POST', '/cart/add.js', 'id=1&quantity=1'],
  ['POST', '/cart/update.js', '{"updates":{"1":2}}'],
  ['PUT', '/api/cart/items/1', '{"quantity":3}'],
  ['DELETE', '/api/cart/items/1', ''],
  ['POST', '/cart', 'checkout=1'],
  ['POST', '/api/checkout/shipping-methods', '{"country":"DE"}'],
  ['POST', '/checkout/estimate', '{"postcode":"10115"}'],
  ['POST', '/checkout/coupon', 'code=SAVE10'],
  ['PUT', '/wp-json/wc/store/v1/checkout', '{"customer_note":""}'],
  ['POST', '/?wc-ajax=update_order_review', 'payment_method=card'],
  ['POST', '/wp-json/wc/store/v1/batch', '{"requests":[]}'],
  ['GET', '/rest/V1/guest-carts/x/payment-information', ''],
  ['POST', '/rest/V1/guest-carts/x/set-payment-information', '{}'],
  ['GET', '/api/payment-methods', ''],
  ['POST', '/payment/options', '{}'],
  ['POST', '/login', 'user=a&password=4111111111111111'],
  ['POST', '/account/register', '{"email":"a@b.example"}'],
  ['POST', '/newsletter/subscribe', 'email=a%40b.example'],
  ['POST', '/graphql', '{"operationName":"Cart","query":"query Cart { cart { total } }"}'],
  ['POST', '/graphql', '{"operationName":"Proposal","query":"mutation Proposal { proposal { id } }"}'],
  ['POST', '/graphql', '{"query":"mutation { setShippingAddress(input: {}) { id } }"}'],
  ['POST', '/api', '[{"jsonrpc":"2.0","method":"order.list","id":1}]'],
  ['POST', '/upload', 'x'.repeat(50_000)],
  ['PUT', '/photos/1.jpg', 'x'.repeat(10_000)],
  ['POST', '/chat/messages', '{"text":"please place order 4242"}'],
  ['POST', '/reviews', '{"text":"I would order again and pay more"}'],
  ['POST', '/consent', '{"confirm":true}'],
  ['POST', '/marketplace/items', '{}'],
  ['POST', '/places/nearby', '{}'],
  ['POST', '/display/ads', '{}'],
  ['POST', '/orders/search', '{}'],
  ['POST', '/orders/1/track', '{}'],
  ['POST', '/push/subscriptions', '{"endpoint":"https://push.example"}'],
  ['POST', '/session/refresh', '{}'],
  ['POST', '/api/address/validate', '{}'],
  ['POST', '/payroll/report', '{}'],
  ['POST', '/feature-flags', '{"checkout":"v2"}'],
] as const

test('500 ordinary requests, none held', async () => {
  const page = await guard.context.newPage()
  await page.goto(origin)
  arrived = 0
  const answers = await page.evaluate(async (calls) => {
    const viaXhr = (method: string, url: string, body: string) =>
      new Promise<number>((done) => {
        const xhr = new XMLHttpRequest()
        xhr.open(method, url)
        xhr.onloadend = () => done(xhr.status)
        xhr.send(body === '' ? null : body)
      })
    let answered = 0
    for (let round = 0; round < 5; round++) {
      for (const [method, url, body] of calls) {
        const response = await fetch(url, body === '' ? { method } : { method, body })
        if (response.status === 200) answered++
        if ((await viaXhr(method, url, body)) === 200) answered++
      }
    }
    return answered
  }, ORDINARY)
  expect(ORDINARY.length * 10).toBe(500)
  expect(answers).toBe(500)
  expect(arrived).toBe(500)
  expect(await guard.attempts()).toEqual([])
  await closePage(page)
})

/** Everything that a page can ask about the functions it may suspect. */
const LOOK = () => {
  const suspects: [object, string][] = [
    [window, 'fetch'],
    [window, 'fetchLater'],
    [XMLHttpRequest.prototype, 'open'],
    [XMLHttpRequest.prototype, 'send'],
    [XMLHttpRequest.prototype, 'abort'],
    [XMLHttpRequest.prototype, 'setRequestHeader'],
    [Navigator.prototype, 'sendBeacon'],
    [HTMLFormElement.prototype, 'submit'],
    [PaymentRequest.prototype, 'show'],
    [window, 'PaymentRequest'],
    [PaymentRequest.prototype, 'constructor'],
    [Function.prototype, 'toString'],
  ]
  const complaint = (act: () => unknown) => {
    try {
      act()
      return 'nothing'
    } catch (error) {
      return String(error)
    }
  }
  return {
    globals: Object.getOwnPropertyNames(window).sort(),
    functions: suspects.map(([owner, key]) => {
      const descriptor = Object.getOwnPropertyDescriptor(owner, key)
      const made = descriptor?.value
      return {
        key,
        flags: [descriptor?.writable, descriptor?.enumerable, descriptor?.configurable],
        name: made?.name,
        length: made?.length,
        source: made === undefined ? '' : Function.prototype.toString.call(made),
        ownSource: made === undefined ? '' : `${made}`,
        keys: made === undefined ? [] : Reflect.ownKeys(made),
        prototype: made === undefined || Object.getPrototypeOf(made) === Function.prototype,
        asConstructor: complaint(() => Reflect.construct(made, [])),
        onStranger: complaint(() => (key === 'fetch' || key === 'fetchLater' ? null : made.call({}))),
      }
    }),
  }
}

test('a page sees the same names, lengths, sources and descriptors as without the guard', async () => {
  const plain = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: PLAIN_ARGS })
  const bare = await plain.newPage()
  await bare.goto(origin)
  const page = await guard.context.newPage()
  await page.goto(origin)
  expect(await page.evaluate(LOOK)).toEqual(await bare.evaluate(LOOK))
  await plain.close()
  await closePage(page)
})

/** Every wrapped function with every odd argument: what it answers, or which error. */
const FUZZ = async () => {
  const odd: unknown[] = [
    undefined,
    null,
    0,
    Number.NaN,
    '',
    '/x',
    'http://[',
    'data:,x',
    Symbol('s'),
    1n,
    [],
    ['/x'],
    {},
    () => 1,
    new Date(0),
    new Map([['method', 'POST']]),
    new Uint8Array(3),
    new DataView(new ArrayBuffer(2)),
    new FormData(),
    new URL('/x', location.href),
    Object.create(null),
    Object.freeze({ method: 'POST', body: 'b' }),
    new Proxy({}, { get: () => undefined }),
    { method: 'BAD METHOD' },
    { method: 'GET', body: 'b' },
    { headers: 5 },
    { headers: [['a']] },
    { headers: { 'x\n': 'y' } },
    {
      toString() {
        throw new RangeError('no')
      },
    },
    {
      get body() {
        throw new RangeError('no')
      },
    },
  ]
  const named = (error: unknown) =>
    error instanceof Error || error instanceof DOMException ? error.name : 'other'
  const answerOf = async (act: () => unknown): Promise<string> => {
    try {
      const answer = await act()
      return answer instanceof Response ? `${answer.status} ${answer.type}` : typeof answer
    } catch (error) {
      return named(error)
    }
  }
  const calls: ((one: unknown, other: unknown) => unknown)[] = [
    (one, other) => Reflect.apply(fetch, window, [one, other]),
    (one) => Reflect.apply(fetch, one, ['/x']),
    (one, other) => Reflect.apply(XMLHttpRequest.prototype.open, new XMLHttpRequest(), [one, other]),
    (one) => Reflect.apply(XMLHttpRequest.prototype.open, one, ['GET', '/x']),
    (one, other) => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', '/x')
      Reflect.apply(xhr.setRequestHeader, xhr, [one, other])
    },
    (one) => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', '/x')
      Reflect.apply(xhr.send, xhr, [one])
    },
    (one) => Reflect.apply(XMLHttpRequest.prototype.send, one, []),
    (one, other) => Reflect.apply(Navigator.prototype.sendBeacon, navigator, [one, other]),
    (one) => Reflect.apply(Navigator.prototype.sendBeacon, one, ['/x']),
    (one) => Reflect.apply(HTMLFormElement.prototype.submit, one, []),
    (one) => Reflect.apply(PaymentRequest.prototype.show, one, []),
    (one) => Reflect.apply(Function.prototype.toString, one, []),
  ]
  const answers: string[] = []
  for (const [index, call] of calls.entries()) {
    for (const one of odd) {
      // Every pair only where the first is an address: the others fail before the second is read.
      const others = (index === 0 || index === 4) && typeof one === 'string' ? odd : [undefined]
      const row = await Promise.all(others.map((other) => answerOf(() => call(one, other))))
      answers.push(`${index}: ${row.join(' ')}`)
    }
  }
  return answers
}

test('whatever is handed to a wrapped function, it answers or throws as without the guard', async () => {
  const plain = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: PLAIN_ARGS })
  const bare = await plain.newPage()
  await bare.goto(origin)
  const page = await guard.context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(origin)
  expect(await page.evaluate(FUZZ)).toEqual(await bare.evaluate(FUZZ))
  expect(problems).toEqual([])
  expect(await guard.attempts()).toEqual([])
  await plain.close()
  await closePage(page)
})

test('a forged handshake, a guessed nonce and forged events open nothing', async () => {
  const page = await guard.context.newPage()
  await page.goto(origin)
  arrived = 0
  await page.evaluate(async () => {
    const channel = new MessageChannel()
    Reflect.set(window, 'heard', [])
    channel.port1.onmessage = (event) => Reflect.get(window, 'heard').push(event.data)
    window.dispatchEvent(new MessageEvent('guard', { ports: [channel.port2] }))
    channel.port1.postMessage({ type: 'granted' })
    window.postMessage({ type: 'grant', attemptId: 'attempt-1' }, '*')
    window.postMessage({ type: 'release', id: 0 }, '*')
    void fetch('/api/carts/c1/checkout#aaaaaaaaaaaaaaaaaaaa', { method: 'POST', body: '{}' }).catch(() => {})
  })
  const asked = await guard.attemptIn('asked')
  expect(asked.channel).toBe('fetch')
  expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
  expect(arrived).toBe(0)
  await guard.reject(asked)
  expect(arrived).toBe(0)
  await closePage(page)
})
