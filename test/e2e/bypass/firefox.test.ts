/** Firefox: blocking webRequest holds the very request, workers included, and sends it only after consent. */

import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr'
const EXTENSION = resolve(process.env.CG_OUT ?? join(import.meta.dirname, '../../../.output'), 'firefox-mv2')
const ID = 'consent-guard@consent-guard.example'
const UUID = '11111111-2222-4333-8444-555555555555'
const PIN = 'correct horse 7'

interface Connection {
  send(method: string, params: object): Promise<{ result: Record<string, unknown> }>
}

/** Skipped, and said so, where there is no Firefox. */
const hasFirefox = existsSync(FIREFOX)
const onFirefox = test.skipIf(!hasFirefox)

let browser: Browser
let server: Server
let origin: string
let own: string
let arrived: string[] = []
let page: Page

beforeAll(async () => {
  if (!hasFirefox) return
  server = createServer((request, response) => {
    const path = request.url ?? '/'
    if (path === '/api/orders') arrived.push(request.method ?? '')
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    response.end(
      path === '/worker.js'
        ? "onmessage = () => fetch('/api/orders', { method: 'POST', body: 'pay' }).then((a) => postMessage(a.status), () => postMessage('failed'))"
        : '<!doctype html><title>Checkout</title><h1>Checkout</h1><ul><li>Mug <span>EUR 12.00</span></li></ul><p>Total: EUR 12.00</p>',
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'extensions.webextensions.uuids': JSON.stringify({ [ID]: UUID }) },
  })
  await browser.installExtension(EXTENSION)
  const made = await bidi('browsingContext.create', { type: 'tab' })
  own = String(made.context)
  await bidi('browsingContext.navigate', {
    context: own,
    url: `moz-extension://${UUID}/dashboard.html`,
    wait: 'none',
  })
  await vi.waitFor(async () => expect(await inOwn('location.href')).toContain('dashboard'), 10_000)
  await inOwn(`browser.runtime.sendMessage({ command: 'activate', factor: { kind: 'pin', pin: '${PIN}' } })`)
}, 60_000)
afterEach(async () => {
  await page?.close()
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})

onFirefox('a worker’s payment is held until it is rejected, and never sent', async () => {
  await pressFromWorker()
  const asked = await attemptIn('asked')
  expect(arrived).toEqual([])
  await inOwn(`browser.runtime.sendMessage({ command: 'reject', attemptId: '${asked.id}' })`)
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'answer'))).toBe('failed')
  expect(arrived).toEqual([])
})

onFirefox('after consent the held request itself goes, once', async () => {
  await pressFromWorker()
  const asked = await attemptIn('asked')
  expect(arrived).toEqual([])
  const approved = await inOwn(
    `browser.runtime.sendMessage({ command: 'approve', attemptId: '${asked.id}', digest: '${asked.digest}', proof: { kind: 'pin', pin: '${PIN}' } }).then(JSON.stringify)`,
  )
  expect(JSON.parse(approved)).toMatchObject({ ok: true })
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'answer'))).toBe(200)
  expect(arrived).toEqual(['POST'])
})

onFirefox('a call of the page is held by the hook first and asked about once', async () => {
  page = await browser.newPage()
  await page.goto(origin)
  arrived = []
  await page.evaluate(() => {
    void fetch('/api/orders', { method: 'POST', body: 'pay' }).then((answer) =>
      Reflect.set(window, 'answer', answer.status),
    )
  })
  const asked = await attemptIn('asked')
  expect(asked.channel).toBe('fetch')
  expect(arrived).toEqual([])
  await inOwn(
    `browser.runtime.sendMessage({ command: 'approve', attemptId: '${asked.id}', digest: '${asked.digest}', proof: { kind: 'pin', pin: '${PIN}' } })`,
  )
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'answer'))).toBe(200)
  expect(arrived).toEqual(['POST'])
})

async function pressFromWorker(): Promise<void> {
  page = await browser.newPage()
  await page.goto(origin)
  arrived = []
  await page.evaluate(() => {
    const worker = new Worker('/worker.js')
    worker.onmessage = ({ data }) => Reflect.set(window, 'answer', data)
    worker.postMessage('')
  })
}

async function bidi(method: string, params: object): Promise<Record<string, unknown>> {
  const connection: unknown = Reflect.get(browser, 'connection')
  return (await (connection as Connection).send(method, params)).result
}

/** Text of an expression in the extension's own page. */
async function inOwn(expression: string): Promise<string> {
  const { result } = await bidi('script.evaluate', {
    expression: `Promise.resolve(${expression}).then(String)`,
    target: { context: own },
    awaitPromise: true,
  })
  return String((result as { value?: unknown }).value ?? '')
}

async function attemptIn(state: string): Promise<{ id: string; digest: string; channel: string }> {
  const read = `new Promise((done) => { const o = indexedDB.open('consent-guard'); o.onsuccess = () => {
    const all = o.result.transaction('attempts').objectStore('attempts').getAll()
    all.onsuccess = () => { o.result.close(); done(JSON.stringify(all.result.map(({ id, state, digest, channel }) => ({ id, state, digest, channel })))) } } })`
  const until = Date.now() + 15_000
  for (;;) {
    const all: { id: string; state: string; digest: string; channel: string }[] = JSON.parse(
      await inOwn(read),
    )
    const found = all.find((attempt) => attempt.state === state)
    if (found) return found
    if (Date.now() > until) throw new Error(`no attempt ${state}: ${JSON.stringify(all)}`)
  }
}
