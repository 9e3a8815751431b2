/** A payment that was held and let go is, on the wire, the one that would have gone without the guard. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, PLAIN_ARGS } from '../../harness/chromium.ts'
import { type GuardedBrowser, openGuarded } from '../interception-browser.ts'

interface Arrived {
  method: string
  url: string
  headers: [string, string][]
  body: string
}

let guard: GuardedBrowser
let plain: Browser
let server: Server
let origin: string
let arrived: Arrived[] = []
beforeAll(async () => {
  guard = await openGuarded()
  plain = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: PLAIN_ARGS })
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (request.method === 'POST') {
        arrived.push({
          method: request.method,
          url: request.url ?? '',
          headers: Object.entries(request.headers)
            // What differs between two browsers and two profiles anyway; a long hold loses the user's gesture.
            .filter(([name]) => !/^(user-agent|sec-ch-ua.*|accept-language|sec-fetch-user)$/.test(name))
            .map(([name, value]) => [name, String(value).replace(/boundary=.*/, 'boundary')]),
          body: Buffer.concat(parts)
            .toString('latin1')
            .replace(/-+WebKitFormBoundary\w+/g, 'boundary'),
        })
      }
      response.setHeader('content-type', 'text/html')
      response.setHeader('set-cookie', 'session=1; SameSite=Lax; Path=/')
      response.end(
        '<!doctype html><title>Checkout</title><h1>Checkout</h1><ul><li>Mug <span>EUR 12.00</span></li></ul><p>Total: EUR 12.00</p>' +
          '<form method="post" action="/checkout/place-order?step=2"><input name="na me" value="J&ouml;rg &amp; co"><button name="b" value="1">Go on</button></form>',
      )
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await guard.close()
  await plain.close()
  server.closeAllConnections()
  server.close()
})

const WAYS: Record<string, string> = {
  'fetch of JSON': `fetch('/api/orders?x=1', { method: 'POST', headers: { 'content-type': 'application/json', 'x-token': 't' }, body: '{"a":"ä"}' })`,
  'fetch of form data': `const d = new FormData(); d.set('a', 'ä'); d.set('f', new Blob(['bytes']), 'f.bin'); fetch('/api/orders', { method: 'POST', body: d })`,
  'fetch of bytes, changed while held': `const b = new Uint8Array([1, 2, 3]); fetch('/api/orders', { method: 'POST', body: b }); b.fill(9)`,
  'fetch of a Request': `fetch(new Request('/api/orders', { method: 'POST', body: new URLSearchParams({ a: 'ä b' }), referrerPolicy: 'origin' }))`,
  XMLHttpRequest: `const x = new XMLHttpRequest(); x.open('POST', '/api/orders'); x.setRequestHeader('x-token', 't'); x.withCredentials = true; x.send('a=b')`,
  sendBeacon: `navigator.sendBeacon('/api/orders', new Blob(['{}'], { type: 'text/plain' }))`,
  'requestSubmit with a button': `document.forms[0].requestSubmit(document.querySelector('button'))`,
  'submit()': `document.forms[0].submit()`,
}

test.each(Object.entries(WAYS))('%s', async (_name, code) => {
  const bare = await plain.newPage()
  const expected = await send(bare, code)
  await bare.close()

  const page = await guard.context.newPage()
  const sent = send(page, code)
  const asked = await guard.attemptIn('asked')
  expect(arrived).toEqual([])
  expect(await guard.approve(asked)).toMatchObject({ ok: true })
  expect(await sent).toEqual(expected)
  await page.close()
})

async function send(page: Page, code: string): Promise<Arrived> {
  await page.goto(origin)
  arrived = []
  // Not waited for: the driver may wait for a navigation that is held; what arrives is what counts.
  void page.evaluate(`(() => { ${code} })()`).catch(() => {})
  await expect.poll(() => arrived.length, { timeout: 20_000 }).toBe(1)
  const [only] = arrived
  if (only === undefined) throw new Error('nothing arrived')
  return only
}
