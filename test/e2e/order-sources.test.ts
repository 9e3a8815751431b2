/**
 * What the real extension makes of a page and the other sources behind it: live carts of shop systems, the request that
 * is held, payment sheets, data layers. One browser, one small server that answers as those systems do.
 */
import { createServer, type Server } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { builtExtension, type GuardedBrowser, launchGuarded } from '../harness/browser.ts'
import { closePage } from '../harness/close.ts'
import { readLedger } from '../harness/ledger.ts'
import { activateWithPin, type Person, waitForConsent } from '../harness/person.ts'
import { type Cart, cartFor } from '../pages/cart.ts'
import { CART_APIS, type CartApi } from '../pages/cart-apis.ts'
import { LANGUAGES } from '../pages/languages.ts'
import { SHOPS } from '../pages/shops.ts'

let guarded: GuardedBrowser
let person: Person
let server: Server
let origin: string
/** What the server answers now, by path and query, and what it was asked. */
let pages: Record<string, Served> = {}

interface Served {
  body: string
  type: string
  /** May be kept by the browser. */
  cacheable?: boolean
  /** Sent on to another address. */
  location?: string
  /** The answer begins and never ends. */
  endless?: boolean
}
let asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const answer = pages[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : answer.location === undefined ? 200 : 302, {
      ...(answer?.location === undefined ? {} : { location: answer.location }),
      'content-type': answer?.type ?? 'text/plain',
      'cache-control': answer?.cacheable ? 'max-age=60' : 'no-store',
    })
    if (answer?.endless) response.write(answer.body)
    else response.end(answer?.body ?? '')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  guarded = await launchGuarded({ extensionDir: builtExtension(), extraArgs: ['--window-size=1280,1000'] })
  person = await activateWithPin(guarded, '84-horse')
})
afterAll(async () => {
  await guarded?.close()
  server?.closeAllConnections()
  server?.close()
})
afterEach(async () => {
  await person.reject(await waitForConsent(guarded))
  for (const page of guarded.context.pages()) if (page !== guarded.office) await closePage(page)
})

function html(body: string, head = ''): { body: string; type: string } {
  return {
    body: `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`,
    type: 'text/html; charset=utf-8',
  }
}

function json(value: unknown): { body: string; type: string } {
  return { body: JSON.stringify(value), type: 'application/json' }
}

/** Serves, opens, lets `act` pay, and gives what the person is asked about. */
async function heldAt(path: string, served: typeof pages, act: string) {
  pages = served
  asked = []
  const known = (await readLedger(guarded, 'attempts')).length
  const page = await guarded.context.newPage()
  await page.goto(origin + path)
  // A held call answers only after the decision: its promise must not be waited for here.
  await page.evaluate(`{${act}};undefined`)
  await waitForConsent(guarded)
  const rows = (await readLedger(guarded, 'attempts')).toSorted((a, b) => a.createdAt - b.createdAt)
  expect(rows.length).toBe(known + 1)
  const row = rows.at(-1)
  if (row === undefined) throw new Error('nothing was held')
  return row
}

const language = LANGUAGES.find(({ tag }) => tag === 'en-US') ?? LANGUAGES[0]
function cartOf(seed: number): Cart {
  if (language === undefined) throw new Error('no language')
  return cartFor(language, seed)
}

function shopPage(
  api: CartApi,
  cart: Cart,
): { path: string; control: string; page: { body: string; type: string } } {
  const shop = SHOPS.find(({ platform }) => platform === api.template)
  if (shop === undefined) throw new Error(api.template)
  const head = `<style>${shop.css ?? ''}</style>${api.head(cart)}`
  return { path: shop.path.replace(/#.*/, ''), control: shop.control, page: html(shop.body(cart), head) }
}

describe('the live cart of a shop system', () => {
  it.each(CART_APIS.map((api) => [api.template, api] as const))(
    '%s confirms what the page shows',
    async (_name, api) => {
      const cart = cartOf(3)
      const { path, control, page } = shopPage(api, cart)
      const answers = Object.entries(api.answers(cart)).map(([at, value]) => [at, json(value)])
      const { order, sources, notes } = await heldAt(
        path,
        { [path]: page, ...Object.fromEntries(answers) },
        `document.querySelector(${JSON.stringify(control)}).click()`,
      )
      expect(order.total).toEqual({ amount: cart.total, currency: cart.language.currency })
      expect(order.items.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(
        cart.lines.reduce((sum, { quantity }) => sum + quantity, 0),
      )
      const confirmed = sources.filter(({ source, detail }) => source === 'api' && detail === api.name)
      expect(confirmed.map(({ field }) => field)).toContain('items')
      if (!api.goodsOnly && api.platform !== 'salesforce-commerce') {
        expect(confirmed.map(({ field }) => field)).toContain('total')
      }
      expect(notes.map(({ id }) => id)).not.toContain('total_disagrees')
      expect(notes.map(({ id }) => id)).not.toContain('items_disagree')
      // Asked with GET and of the same origin only, and never what does not exist.
      expect(asked.filter((call) => !call.startsWith('GET '))).toEqual([])
    },
  )

  it('that holds another order than the page shows makes the amount uncertain, and the page still stands', async () => {
    const api = CART_APIS[0]
    if (api === undefined) throw new Error('no API')
    const [shown, real] = [cartOf(3), cartOf(7)]
    const { path, control, page } = shopPage(api, shown)
    const answers = Object.entries(api.answers(real)).map(([at, value]) => [at, json(value)])
    const { order, notes } = await heldAt(
      path,
      { [path]: page, ...Object.fromEntries(answers) },
      `document.querySelector(${JSON.stringify(control)}).click()`,
    )
    expect(order.total?.amount).toBe(shown.total)
    expect(order.certain).toBe(false)
    expect(notes.find(({ id }) => id === 'total_disagrees')?.values.where).toBe('WooCommerce cart')
  })

  it.each<[string, (answer: Served) => Record<string, Served>]>([
    ['is not there', () => ({})],
    [
      'never ends',
      (answer) => ({ '/wp-json/wc/store/v1/cart': { ...answer, body: '{"items":[', endless: true } }),
    ],
    [
      'is too large',
      (answer) => ({ '/wp-json/wc/store/v1/cart': { ...answer, body: `{"x":"${'x'.repeat(500_000)}"}` } }),
    ],
    [
      'is elsewhere',
      (answer) => ({
        '/wp-json/wc/store/v1/cart': { ...answer, location: '/elsewhere' },
        '/elsewhere': answer,
      }),
    ],
    ['is no JSON', (answer) => ({ '/wp-json/wc/store/v1/cart': { ...answer, type: 'text/html' } })],
  ])('that %s costs a moment and nothing else', async (_name, spoilt) => {
    const api = CART_APIS[0]
    if (api === undefined) throw new Error('no API')
    const cart = cartOf(3)
    const { path, control, page } = shopPage(api, cart)
    const answer = json(Object.values(api.answers(cartOf(7)))[0])
    const { order, sources } = await heldAt(
      path,
      { [path]: page, ...spoilt(answer) },
      `document.querySelector(${JSON.stringify(control)}).click()`,
    )
    expect(order.total?.amount).toBe(cart.total)
    expect(sources.filter(({ source }) => source === 'api')).toEqual([])
  })
})

const TOTAL = '<p>Order total <b>€49.00</b></p><h1>Checkout</h1>'

describe('the request that is held', () => {
  it.each([
    ['agrees in cents', "{amount_cents:4900,currency:'EUR'}", []],
    ['agrees as a decimal', "{total:'49.00',currency:'EUR'}", []],
    ['asks for more', "{total:'490.00',currency:'EUR'}", ['request_disagrees']],
    ['asks in another currency', "{total:'49.00',currency:'USD'}", ['request_disagrees']],
  ])('%s', async (_name, body, wanted) => {
    const { order, notes } = await heldAt(
      '/checkout',
      { '/checkout': html(TOTAL) },
      `fetch('/api/orders/place', {method:'POST', body: JSON.stringify(${body})})`,
    )
    expect(order.total).toEqual({ amount: 4900n, currency: 'EUR' })
    expect(notes.map(({ id }) => id).filter((id) => id.endsWith('_disagrees'))).toEqual(wanted)
    if (wanted.length > 0) {
      expect(order.certain).toBe(false)
      expect(notes.find(({ id }) => id === 'request_disagrees')).toMatchObject({ blocking: true })
    }
  })

  it('as a form is read too, and no body is kept', async () => {
    const row = await heldAt(
      '/checkout',
      {
        '/checkout': html(
          `${TOTAL}<form method="post" action="/checkout/place-order"><input name="order[total]" value="490.00"><input name="card_number" value="4242424242424242"></form>`,
        ),
      },
      'document.forms[0].requestSubmit()',
    )
    expect(row.notes.map(({ id }) => id)).toContain('request_disagrees')
    const kept = JSON.stringify(row, (_key, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    )
    expect(kept).not.toContain('4242')
  })
})

describe('a payment sheet', () => {
  const show = (value: string) =>
    `new PaymentRequest([{supportedMethods:'https://pay.example/app'}], {total:{label:'Total', amount:{currency:'EUR', value:'${value}'}}}).show().catch(() => {})`

  it('tells the amount of a page that shows none', async () => {
    const { order, notes } = await heldAt('/buy', { '/buy': html('<h1>One click</h1>') }, show('49.00'))
    expect(order.total).toEqual({ amount: 4900n, currency: 'EUR' })
    expect(order.certain).toBe(false)
    expect(notes.map(({ id }) => id)).toContain('total_from_source')
  })

  it('that asks for more than the page shows is told', async () => {
    const { order, notes } = await heldAt('/checkout', { '/checkout': html(TOTAL) }, show('490.00'))
    expect(order.total?.amount).toBe(4900n)
    expect(notes.find(({ id }) => id === 'total_disagrees')?.values).toMatchObject({ other: '490.00 EUR' })
  })
})

describe('a data layer', () => {
  const pushed =
    "dataLayer=[{event:'begin_checkout',ecommerce:{currency:'EUR',value:37,items:[{item_name:'Mug',quantity:2}]}}]"
  const pay = "fetch('/api/orders/place', {method:'POST', body:'{}'})"

  it('lists the items that the page does not', async () => {
    const { order } = await heldAt(
      '/checkout',
      { '/checkout': html(`${TOTAL}<script>${pushed}</script>`) },
      pay,
    )
    expect(order.items).toEqual([{ name: 'Mug', quantity: 2, amount: null }])
    // What the goods cost before delivery speaks neither for nor against the total.
    expect(order.certain).toBe(true)
  })

  it('that fights back does no harm', async () => {
    const trap = "Object.defineProperty(window,'digitalData',{get(){throw new Error('no')}})"
    const { order } = await heldAt(
      '/checkout',
      { '/checkout': html(`${TOTAL}<script>${pushed};${trap}</script>`) },
      pay,
    )
    expect(order.total?.amount).toBe(4900n)
  })
})

describe('JSON that the page fetched', () => {
  const basket = { basket: { total: '49.00', currency: 'EUR', items: [{ name: 'Mug', quantity: 3 }] } }
  const pay =
    "fetch('/api/basket').then((answer) => answer.text()).then(() => fetch('/api/orders/place', {method:'POST', body:'{}'}))"

  it('is read again from the browser, which does not ask the shop', async () => {
    const { order } = await heldAt(
      '/checkout',
      { '/checkout': html(TOTAL), '/api/basket': { ...json(basket), cacheable: true } },
      pay,
    )
    expect(order.items).toEqual([{ name: 'Mug', quantity: 3, amount: null }])
    expect(asked.filter((call) => call === 'GET /api/basket')).toHaveLength(1)
  })
})
