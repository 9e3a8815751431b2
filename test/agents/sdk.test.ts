/** The SDK where agents run: Node, a worker thread, a page and a web worker of another origin, each for real. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker as Thread } from 'node:worker_threads'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrderList } from '../../utils/contract/orders.ts'
import { agentOf } from '../backend/agent.ts'
import { activate, type TestDevice } from '../backend/device.ts'
import { runBackend, type TestBackend } from '../backend/running.ts'
import { chromiumPath, PLAIN_ARGS } from '../harness/chromium.ts'
import { closePage } from '../harness/close.ts'
import { scenario, type Told } from './sdk-scenario.ts'

let backend: TestBackend
let device: TestDevice
let token: string
let browser: Browser
let folder: string
let server: Server
let origin: string
let approving: Promise<void>
let over = false

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  token = (await agentOf(backend.url, device)).token
  approving = approveAll()
  folder = await mkdtemp(join(tmpdir(), 'cg-sdk-'))
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, 'sdk-scenario.ts'), formats: ['es'], fileName: 'scenario' },
    },
  })
  const bundle = await readFile(join(folder, 'scenario.js'), 'utf8')
  const files: Record<string, [string, string]> = {
    '/': [
      'text/html',
      `<!doctype html><title>An agent in a page</title>
<script type="module">import { scenario } from '/scenario.js'; globalThis.scenario = scenario</script>`,
    ],
    '/scenario.js': ['text/javascript', bundle],
    '/worker.js': [
      'text/javascript',
      `import { scenario } from '/scenario.js'
onmessage = ({ data }) => scenario(...data).then((told) => postMessage(told), (error) => postMessage(String(error)))`,
    ],
  }
  server = createServer((request, response) => {
    const [type, body] = files[request.url ?? ''] ?? ['text/plain', '']
    response.writeHead(body === '' ? 404 : 200, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  browser = await chromium.launch({ executablePath: chromiumPath(), args: [...PLAIN_ARGS] })
})
afterAll(async () => {
  over = true
  await approving
  await browser?.close()
  server?.close()
  await backend?.close()
  await rm(folder, { recursive: true, force: true })
})

/** A person who agrees to whatever is asked, except what says "leave". */
async function approveAll(): Promise<void> {
  while (!over) {
    const { orders } = (await device.request<OrderList>('GET', '/v1/orders?state=requested')).body
    for (const order of orders) {
      if (order.reason !== 'leave') await device.pay(order.order, { claims: { rail: 'wallet' } })
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const TOLD: Told = {
  again: true,
  lowered: '450',
  paid: 'settled',
  changes: expect.arrayContaining(['settled']),
  tip: 'settled',
  ended: 'cancelled',
  caps: 0,
  aborted: 'TimeoutError',
  afterAbort: 'requested',
  malformed: 'MalformedRequest',
  refused: { code: 'not_found', next: expect.stringContaining('order id') },
}

describe('the SDK asks, waits, changes, takes back, tips and subscribes', () => {
  it('in Node', async () => {
    expect(await scenario(backend.url, token, 'node')).toEqual(TOLD)
  })

  it('in a worker thread', async () => {
    const worker = new Thread(
      `import { parentPort, workerData } from 'node:worker_threads'
import { scenario } from ${JSON.stringify(new URL('./sdk-scenario.ts', import.meta.url).href)}
parentPort.postMessage(await scenario(...workerData))`,
      { eval: true, execArgv: ['--input-type=module'], workerData: [backend.url, token, 'thread'] },
    )
    const told = await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    expect(told).toEqual(TOLD)
    await worker.terminate()
  })

  it('in a page of another origin', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    await page.waitForFunction('globalThis.scenario !== undefined')
    const told = await page.evaluate(`scenario(...${JSON.stringify([backend.url, token, 'page'])})`)
    expect(told).toEqual(TOLD)
    await closePage(page)
  })

  it('in a web worker', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    const told = await page.evaluate(
      (input: string[]) =>
        new Promise<unknown>((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' })
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = (event) => reject(new Error(event.message))
          worker.postMessage(input)
        }),
      [backend.url, token, 'web worker'],
    )
    expect(told).toEqual(TOLD)
    await closePage(page)
  })

  it('a page without a token gets nothing, and no page may use what a device may', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    const status = await page.evaluate(async (url: string) => {
      const seen = await fetch(`${url}/v1/orders`)
      const device = await fetch(`${url}/v1/agents`, { headers: { authorization: 'Device x' } }).catch(
        () => null,
      )
      return [seen.status, device]
    }, backend.url)
    expect(status).toEqual([401, null])
    await closePage(page)
  })
})

const LOST = {
  payee: 'https://lost.example',
  items: [],
  total: '5.00',
  currency: 'EUR',
  reason: 'leave',
}

describe('a request that is lost on the way', () => {
  /** An SDK that loses the answers to its first `count` calls, after the backend has worked. */
  async function losing(count = 1) {
    const { consentGuard } = await import('../../agent/sdk/consent-guard.ts')
    let calls = 0
    return consentGuard({
      backend: backend.url,
      token,
      fetch: async (input, init) => {
        const answer = await fetch(input, init)
        calls += 1
        if (calls <= count) throw new TypeError('the connection broke')
        return answer
      },
    })
  }

  it('is repeated under its key, and is one order', async () => {
    const guard = await losing()
    await guard.requestPayment(LOST, { intent: 'lost' })
    const { orders } = (await device.request<OrderList>('GET', '/v1/orders?limit=100')).body
    expect(orders.filter((order) => order.order.site.key === 'lost.example')).toHaveLength(1)
  })

  it('is a change, a tip or an end that is done once', async () => {
    const asked = await (await losing()).requestPayment(LOST, { intent: 'changed' })
    const less = { ...LOST, total: '4.00' }
    // Nobody can tell a lost change from another's: the agent is told to look.
    const lowered = await (await losing())
      .modifyOrder(asked, less)
      .catch((error: { next: string }) => error.next)
    expect(lowered).toBe('Read the order again, then decide.')
    const plain = await losing(0)
    expect((await plain.status(asked.order_id)).order.total?.amount).toBe('400')
    expect((await (await losing()).cancelOrder(asked.order_id, 'no need')).state).toBe('cancelled')

    const bread = await plain.requestPayment({ ...LOST, reason: 'Bread' }, { intent: 'bread' })
    const paid = await plain.waitFor(bread.order_id)
    await (await losing()).tip(paid, '0.50', 'leave', { intent: 'lost tip' })
    const tips = (await plain.recent(100)).filter((order) => order.parent === paid.order_id)
    expect(tips).toHaveLength(1)
  })

  it('to a backend that is down says so, and that the same may be repeated', async () => {
    const { consentGuard } = await import('../../agent/sdk/consent-guard.ts')
    const guard = consentGuard({ backend: 'http://127.0.0.1:9', token, timeoutMs: 500 })
    await expect(guard.caps()).rejects.toMatchObject({
      name: 'BackendUnreachable',
      next: expect.stringContaining('repeat the same request'),
    })
  })
})
