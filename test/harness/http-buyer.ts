/** A buyer without a browser: cookies, forms and JSON over HTTP, one recipe a checkout. What a script outside the page can do. */
import type { MechanismName } from '../shop/mechanisms.ts'

export interface HttpAnswer {
  status: number
  /** Address after redirects. */
  url: string
  text: string
  headers: Headers
}

export interface HttpBuyer {
  get(path: string): Promise<HttpAnswer>
  post(path: string, body?: string, headers?: Record<string, string>): Promise<HttpAnswer>
  send(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<HttpAnswer>
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_BODY = { 'content-type': 'application/json' }

/** `cookies`: the shop's artificial trouble, e.g. `{ fail: '1' }` or `{ delay: '500' }`. */
export function httpBuyer(shopUrl: string, cookies: Record<string, string> = {}): HttpBuyer {
  const trouble = Object.entries(cookies).map(([name, value]) => `; ${name}=${value}`)
  let cookie = 'visitor=1'
  async function send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const url = new URL(path, shopUrl)
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(url.href.startsWith(shopUrl) ? { cookie: cookie + trouble.join('') } : {}) },
      ...(body === undefined ? {} : { body }),
    })
    const set = response.headers.getSetCookie()[0]
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    const next = response.headers.get('location')
    if (response.status === 303 && next !== null) return send('GET', new URL(next, url).href)
    return { status: response.status, url: url.href, text: await response.text(), headers: response.headers }
  }
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers) => send('POST', path, body ?? '', headers),
  }
}

/** Puts a product into the basket and opens the checkout; its page as text. */
export async function openCheckoutOverHttp(
  buyer: HttpBuyer,
  mechanism: MechanismName,
  sku = 'stoneware-mug',
): Promise<HttpAnswer> {
  return buyer.get(`/buy/${sku}?via=${mechanism}&quantity=2`)
}

/** Sends exactly what the page of an open checkout would send on the press. */
export async function placeOverHttp(
  buyer: HttpBuyer,
  mechanism: MechanismName,
  page: HttpAnswer,
): Promise<HttpAnswer> {
  const token = attribute(page.text, 'data-token')
  switch (mechanism) {
    case 'fetch-json':
      return buyer.post('/api/orders', '{"payment_method":"card"}', JSON_BODY)
    case 'xhr-nonce':
      return buyer.post('/ajax/checkout?action=place_order', `nonce=${token}&payment_method=card`, FORM)
    case 'get-xhr':
      return buyer.get(`/extension/payment/invoice/confirm?token=${token}`)
    case 'full-page':
      return buyer.post('/checkout/full-page/complete', `_token=${token}`, FORM)
    case 'multi-step':
      await buyer.post('/checkout/multi-step/address', `form_key=${token}`, FORM)
      await buyer.post('/checkout/multi-step/delivery', `form_key=${token}`, FORM)
      await buyer.post('/checkout/multi-step/payment', `form_key=${token}&card=4242424242424242`, FORM)
      return buyer.post('/checkout/multi-step/review', `form_key=${token}`, FORM)
    case 'server-action': {
      const actions = [...page.text.matchAll(/data-action="(\w+)"/g)].map((match) => match[1] ?? '')
      return buyer.post('/checkout/server-action', '[]', {
        'content-type': 'text/plain;charset=UTF-8',
        'next-action': actions.at(-1) ?? '',
      })
    }
    case 'remix':
      return buyer.post(
        '/checkout/remix?_data=routes%2Fcheckout.payment',
        'paymentMethodCode=standard-payment&action=setOrderPayment',
        FORM,
      )
    case 'bearer': {
      const guest = await buyer.post('/api/rest/v1/guest')
      const { access_token } = JSON.parse(guest.text) as { access_token: string }
      const headers = { ...JSON_BODY, authorization: `Bearer ${access_token}` }
      return buyer.send(
        'PUT',
        '/api/rest/v1/carts/mine/order',
        '{"paymentMethod":{"method":"card"}}',
        headers,
      )
    }
    case 'no-network':
      return buyer.post('/api/outbox', JSON.stringify({ local: crypto.randomUUID() }), JSON_BODY)
    case 'payment-request':
      return buyer.post('/api/payment-request/complete', '{"method":"card"}', JSON_BODY)
    case 'processor-iframe': {
      const frame = new URL(attribute(page.text, 'src', 'class="larkpay"'))
      const intent = frame.pathname.split('/').at(-1)
      return buyer.post(`${frame.origin}/v1/intents/${intent}/confirm`, 'payment_method=pm_card', FORM)
    }
    case 'hosted': {
      const cashier = await buyer.post('/checkout/hosted/start', `_token=${token}`, FORM)
      return buyer.post(`${cashier.url}/pay`, 'number=4242424242424242', FORM)
    }
    case 'row-before': {
      const summary = await buyer.get('/api/checkout/order-summary')
      const { row } = JSON.parse(summary.text) as { row: string }
      return buyer.post(`/api/checkout/order/${row}/confirm`)
    }
    case 'stale-state':
    case 'decoys':
    case 'no-currency':
    case 'subscription':
      return buyer.post(`/api/pay/${mechanism}`, JSON.stringify({ csrf: token, method: 'card' }), JSON_BODY)
    case 'integrated': {
      const order = attribute(page.text, 'content', 'name="consent-guard-order"')
      return buyer.post('/checkout/integrated/place', `_token=${token}&order_id=${order}`, FORM)
    }
    case 'x-frame': {
      const inner = await buyer.get('/checkout/x-frame/inner')
      return buyer.post(
        '/checkout/x-frame/inner/place',
        `_token=${attribute(inner.text, 'data-token')}`,
        FORM,
      )
    }
  }
}

/** An attribute of the first element whose tag holds `marker`; empty where there is none. */
function attribute(page: string, name: string, marker = name): string {
  const tag = [...page.matchAll(/<[^>]+>/g)].map((match) => match[0]).find((text) => text.includes(marker))
  return new RegExp(`${name}="([^"]*)"`).exec(tag ?? '')?.[1] ?? ''
}
