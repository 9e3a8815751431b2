/** A checkout whose server writes down each POST as it came, and the ways in which a page sends one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Arrived {
  method: string
  url: string
  headers: [string, string][]
  body: string
}

export interface RecordingServer {
  shop: string
  arrived(): Arrived[]
  reset(): void
  close(): Promise<void>
}

/** What differs between two profiles anyway; a long hold loses the user's gesture. */
const VARIES = /^(user-agent|sec-ch-ua.*|accept-language|sec-fetch-user)$/
const BOUNDARY = /-+(?:WebKitFormBoundary\w+|geckoformboundary\w+|\d{10,})/g

const PAGE =
  '<!doctype html><title>Checkout</title><h1>Checkout</h1><ul><li>Mug <span>EUR 12.00</span></li></ul><p>Total: EUR 12.00</p>' +
  '<form method="post" action="/checkout/place-order?step=2"><input name="na me" value="J&ouml;rg &amp; co"><button name="b" value="1">Go on</button></form>'

export async function startRecording(): Promise<RecordingServer> {
  let arrived: Arrived[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (request.method === 'POST') {
        arrived.push({
          method: request.method,
          url: request.url ?? '',
          headers: Object.entries(request.headers)
            .filter(([name]) => !VARIES.test(name))
            .map(([name, value]) => [name, String(value).replace(/boundary=.*/, 'boundary')]),
          body: Buffer.concat(parts).toString('latin1').replace(BOUNDARY, 'boundary'),
        })
      }
      const script = request.url === '/worker.js'
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
      response.setHeader('set-cookie', 'session=1; SameSite=Lax; Path=/')
      response.end(script ? 'onmessage = ({ data }) => eval(data)' : PAGE)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    shop: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

export const WAYS: Record<string, string> = {
  'fetch of JSON': `fetch('/api/orders?x=1', { method: 'POST', headers: { 'content-type': 'application/json', 'x-token': 't' }, body: '{"a":"ä"}' })`,
  'fetch of form data': `const d = new FormData(); d.set('a', 'ä'); d.set('f', new Blob(['bytes']), 'f.bin'); fetch('/api/orders', { method: 'POST', body: d })`,
  'fetch of bytes, changed while held': `const b = new Uint8Array([1, 2, 3]); fetch('/api/orders', { method: 'POST', body: b }); b.fill(9)`,
  'fetch of a Request': `fetch(new Request('/api/orders', { method: 'POST', body: new URLSearchParams({ a: 'ä b' }), referrerPolicy: 'origin' }))`,
  XMLHttpRequest: `const x = new XMLHttpRequest(); x.open('POST', '/api/orders'); x.setRequestHeader('x-token', 't'); x.withCredentials = true; x.send('a=b')`,
  sendBeacon: `navigator.sendBeacon('/api/orders', new Blob(['{}'], { type: 'text/plain' }))`,
  'requestSubmit with a button': `document.forms[0].requestSubmit(document.querySelector('button'))`,
  'submit()': `document.forms[0].submit()`,
}

/** Only Firefox holds what a worker sends; Chromium blocks it, and what passes later is the page's own retry. */
export const WORKER_WAYS: Record<string, string> = {
  'fetch of a worker, with a large body': `new Worker('/worker.js').postMessage("fetch('/api/orders', { method: 'POST', headers: { 'x-token': 't' }, body: new Uint8Array(300000).fill(7) })")`,
}
