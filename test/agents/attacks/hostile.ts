/** A hostile shop: pages of the attacker's making, and a count of the payments that really reached it. */
import { createServer, type IncomingMessage } from 'node:http'

export interface HostileShop {
  url: string
  /** Serves this HTML at `/` from now on. */
  show(html: string): void
  /** Requests that paid: method, path, body. */
  payments(): { method: string; path: string; body: string }[]
  clear(): void
  /** From now on what pays arrives and is never answered, or is again. */
  hang(silent: boolean): void
  close(): Promise<void>
}

/** Paths that take money here, as at real shops and processors. */
const PAYS = /^\/(v1\/payment_intents\/\w+\/confirm|api\/checkout\/pay|checkout\/complete|order\/place)/

export async function startHostile(): Promise<HostileShop> {
  let page = ''
  let silent = false
  let paid: { method: string; path: string; body: string }[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    if (PAYS.test(path)) {
      paid.push({ method: request.method ?? '', path, body: await bodyOf(request) })
      if (silent) return
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<h1>Thank you for your order</h1><p>Your order is confirmed.</p>')
      return
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    show(html) {
      page = html
    },
    payments: () => [...paid],
    clear() {
      paid = []
    },
    hang(on) {
      silent = on
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

export interface Page {
  merchant?: string
  item?: string
  quantity?: number
  total?: string
  address?: string
  /** Extra HTML beside the order. */
  extra?: string
  /** Hidden fields of the form. */
  hidden?: string
  script?: string
}

/** An ordinary-looking checkout, with whatever the attacker adds. */
export function checkout(page: Page = {}): string {
  const { merchant = 'Honest Kettles', item = 'Kettle', quantity = 1, total = '€49.99' } = page
  const { address = '14 Heron Lane, 10115 Berlin', extra = '', hidden = '', script = '' } = page
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Checkout</title><meta property="og:site_name" content="${merchant}"></head>
<body><header><strong>${merchant}</strong></header><main><h1>Checkout</h1>
<table class="cart"><thead><tr><th>Product</th><th>Quantity</th><th>Amount</th></tr></thead><tbody><tr class="line-item"><td class="name">${item}</td><td class="qty">${quantity}</td><td class="amount">${total}</td></tr></tbody></table>
<table class="totals"><tr><th>Subtotal</th><td>${total}</td></tr><tr class="total"><th>Total</th><td class="grand-total">${total}</td></tr></table>
<section><h2>Ship to</h2><address>${address}</address></section>${extra}
<form id="pay" method="post" action="/order/place"><input type="hidden" name="csrf" value="x">${hidden}<button type="submit" id="place">Place order</button></form></main>
<script>${script}</script></body></html>`
}
