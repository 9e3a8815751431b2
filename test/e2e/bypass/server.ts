/** A server that counts what arrives. Browsers resolve every name under localhost to this machine. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CountingServer {
  /** The page that tries to pay. */
  shop: string
  /** Another site. */
  other: string
  /** In the catalogue: POST places an order at shops of this system. */
  known: string
  /** Of this shop alone; only its name says what it does. */
  unknown: string
  /** In the catalogue, by GET. */
  knownGet: string
  /** Of this shop alone, by GET. */
  unknownGet: string
  arrived(): string[]
  reset(): void
  close(): Promise<void>
}

const BY_GET = ['/index.php', '/checkout/place-order']
const PATHS = ['/api/carts/c1/checkout', '/api/orders', '/graphql', ...BY_GET]
const PROOFS = ['payment-signature', 'x-payment', 'payment-proof']

export async function startCounting(): Promise<CountingServer> {
  let arrived: string[] = []
  const server = createServer((request, response) => {
    // As servers do: escapes are read, slashes taken together, `;name=value` left out.
    const sent = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/')
    const path = sent
      .replace(/;.*/, '')
      .replace(/\/+/g, '/')
      .replace(/(.)\/$/, '$1')
    if (PATHS.includes(path)) {
      // A GET of these orders nothing, except where GET is what pays.
      if (request.method !== 'GET' || BY_GET.includes(path)) arrived.push(`${request.method} ${request.url}`)
      response.setHeader('access-control-allow-origin', '*')
      response.end('ordered')
      return
    }
    if (path === '/go') {
      const to = decodeURIComponent((request.url ?? '').slice('/go?'.length))
      response.writeHead(307, { location: to, 'access-control-allow-origin': '*' }).end()
      return
    }
    // A proof of payment pays wherever it goes.
    if (PROOFS.some((name) => request.headers[name] !== undefined))
      arrived.push(`${request.method} ${request.url}`)
    const file = FILES[path]
    response.statusCode = file === undefined ? 404 : 200
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    response.end(file ?? '')
  })
  server.on('upgrade', (request, socket) => {
    arrived.push(`UPGRADE ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    shop: `http://shop.localhost:${port}`,
    other: `http://other.localhost:${port}`,
    known: `http://psp.localhost:${port}/api/carts/c1/checkout`,
    unknown: `http://shop.localhost:${port}/api/orders`,
    knownGet: `http://psp.localhost:${port}/index.php?route=extension/payment/cod/confirm`,
    unknownGet: `http://shop.localhost:${port}/checkout/place-order`,
    arrived: () => arrived,
    reset: () => {
      arrived = []
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const SEND = "fetch(url, { method: 'POST', mode: 'no-cors', body: 'pay' }).catch(() => {})"

const FILES: Record<string, string> = {
  '/': '<!doctype html><title>Basket</title><h1>Basket</h1><ul><li>Mug <span>EUR 12.00</span></li></ul><p>Total: EUR 12.00</p><main></main>',
  '/frame': "<!doctype html><script>addEventListener('message', (event) => eval(event.data))</script>",
  '/tool':
    '<!doctype html><title>Basket</title><h1>Basket</h1><ul><li>Mug <span>EUR 12.00</span></li></ul><p>Total: EUR 12.00</p><form method="post" action="/api/orders" toolname="place_order" tooldescription="Places the order" toolautosubmit><input name="note"><button>Go on</button></form>',
  '/worker.js': `onmessage = ({ data: url }) => ${SEND}`,
  '/shared.js': `onconnect = (event) => { event.ports[0].onmessage = ({ data: url }) => ${SEND} }`,
  '/sw.js': `onactivate = (event) => event.waitUntil(clients.claim()); onmessage = (event) => { const url = event.data; event.waitUntil(${SEND}) }`,
}
