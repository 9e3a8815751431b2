/**
 * The bypass suite: every realm and channel against a server that counts. The last test holds docs/interception.md to
 * what was measured.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expressions } from '../../../utils/shield/rules.ts'
import { closePage } from '../../harness/close.ts'
import { type GuardedBrowser, openGuarded } from '../interception-browser.ts'
import { type CountingServer, startCounting } from './server.ts'
import { type Cells, type Column, compareTable, crossingRow } from './table.ts'
import { CHANNELS, CROSSINGS, FURTHER, REALMS, type Vector } from './vectors.ts'

const KNOWN: Column = 'Chromium, address in the catalogue'
const OWN: Column = 'Chromium, address of this shop alone'
const BETWEEN = [
  'form, submit() of a fresh realm',
  'form, into an iframe',
  'form of an iframe, into the top frame',
]

type Result = 'held' | 'blocked' | 'passed'

let server: CountingServer
let guard: GuardedBrowser
const failed: string[] = []
const results: Cells = new Map()

beforeAll(async () => {
  server = await startCounting()
  guard = await openGuarded(['--disable-popup-blocking', '--enable-features=WebMCP'])
  guard.context.on('requestfailed', (request) =>
    failed.push(`${request.failure()?.errorText} ${request.url()}`),
  )
})
afterEach(async () => {
  for (const attempt of await guard.attempts()) if (attempt.state === 'asked') await guard.cancel(attempt)
  for (const page of guard.context.pages()) if (page !== guard.own) await closePage(page)
})
afterAll(async () => {
  await guard.close()
  await server.close()
})

describe('to an address of the catalogue', () => {
  test.each([...REALMS, ...CHANNELS])('$name', async (vector) => {
    const result = await attempt(vector, vector.get ? server.knownGet : server.known)
    note(vector, KNOWN, result)
    expect(result).not.toBe('passed')
    expect(server.arrived()).toEqual([])
  })
})

describe('to an address that only this shop has', () => {
  test.each([...REALMS, ...CHANNELS])('$name', async (vector) => {
    const result = await attempt(vector, vector.get ? server.unknownGet : server.unknown)
    note(vector, OWN, result)
    expect(result).not.toBe('passed')
    expect(server.arrived()).toEqual([])
  })
})

describe('between two frames, consent lets it go once and without a second question', () => {
  test.each(CHANNELS.filter(({ name }) => BETWEEN.includes(name)))('$name', async (vector) => {
    expect(await attempt(vector, server.unknown)).toBe('held')
    const before = await guard.attempts()
    expect(await guard.approve(await guard.attemptIn('asked'))).toMatchObject({ ok: true })
    await expect.poll(() => server.arrived()).toHaveLength(1)
    expect(await guard.attempts()).toHaveLength(before.length)
  })
})

describe('further ways', () => {
  test.each(FURTHER)('$name', async (vector) => {
    const result = await attempt(vector, vector.get ? server.unknownGet : server.unknown)
    if (vector.unseen) {
      expect(result).toBe('passed')
      note(vector, 'Chromium', `cannot be seen, because ${vector.unseen}`)
      return
    }
    note(vector, 'Chromium', result)
    expect(result).not.toBe('passed')
    expect(server.arrived()).toEqual([])
  })
})

/** The worker of an empty document that is about to be replaced; Firefox starts it. */
const NEVER_STARTS = ['iframe touched before it loads: worker', 'javascript: iframe: worker']

/** Nothing arrives of it, and neither the browser nor the driver says why: no cell in the table. */
const UNTOLD = 'window.open, same tick: WebSocket'

describe('every channel in every realm', () => {
  test.each(CROSSINGS.filter(({ vector }) => NEVER_STARTS.includes(vector.name)))(
    '$vector.name never starts',
    async ({ realm, channel, vector }) => {
      server.reset()
      const page = await guard.context.newPage()
      await page.goto(server.shop)
      const started = page.waitForEvent('worker', { timeout: 2_000 })
      await Promise.all([
        expect(started).rejects.toThrow('Timeout'),
        page.evaluate(wayOut(vector, server.unknown)),
      ])
      expect(server.arrived()).toEqual([])
      noteCrossing(realm, channel, 'not in this browser')
    },
  )

  test.each(CROSSINGS.filter(({ vector }) => ![...NEVER_STARTS, UNTOLD].includes(vector.name)))(
    '$vector.name',
    async ({ realm, channel, vector }) => {
      const result = await attempt(vector, vector.get ? server.unknownGet : server.unknown)
      noteCrossing(realm, channel, result)
      expect(result).not.toBe('passed')
      expect(server.arrived()).toEqual([])
    },
  )
})

test('options that say GET when they are read first are sent as what they said', async () => {
  server.reset()
  const page = await guard.context.newPage()
  await page.goto(server.shop)
  const answer = await page.evaluate(async (url) => {
    let reads = 0
    const options = {
      get method() {
        return reads++ === 0 ? 'GET' : 'POST'
      },
    }
    return (await fetch(url, options)).text()
  }, server.unknown)
  expect(answer).toBe('ordered')
  expect(server.arrived()).toEqual([])
})

test('an agent that submits a form as its tool (WebMCP) is told at once that it is held', async () => {
  server.reset()
  const page = await guard.context.newPage()
  await page.goto(`${server.shop}/tool`)
  const session = await guard.context.newCDPSession(page)
  const added = new Promise<{ frameId: string; name: string }>((resolve) =>
    session.on('WebMCP.toolsAdded', ({ tools }) => tools[0] && resolve(tools[0])),
  )
  const answered = new Promise((resolve) => session.on('WebMCP.toolResponded', resolve))
  await session.send('WebMCP.enable')
  const { frameId, name } = await added
  await session.send('WebMCP.invokeTool', { frameId, toolName: name, input: { note: 'a gift' } })
  expect(await guard.attemptIn('asked')).toMatchObject({ channel: 'form' })
  expect(JSON.stringify(await answered)).toContain('Payment held')
  expect(server.arrived()).toEqual([])
})

test('the browser takes every rule of the shield', async () => {
  const unsupported = await guard.own.evaluate(async (filters) => {
    const refused: string[] = []
    for (const regex of filters) {
      const { isSupported } = await chrome.declarativeNetRequest.isRegexSupported({ regex })
      if (!isSupported) refused.push(regex)
    }
    return refused
  }, expressions())
  expect(unsupported).toEqual([])
})

test('in the minute of a release another payment is held: elsewhere, the same again, and outside the page', async () => {
  server.reset()
  const page = await guard.context.newPage()
  await page.goto(server.shop)
  const pays = `(url) => { const f = document.createElement('form'); f.method = 'post'; f.action = url; f.target = 'box'; document.body.append(f); f.submit() }`
  await page.evaluate(
    `const box = document.createElement('iframe'); box.name = 'box'; const b = document.createElement('button'); b.textContent = 'Pay now'; b.onclick = () => (${pays})(${JSON.stringify(server.unknown)}); document.body.append(box, b); void 0`,
  )
  await page.getByRole('button', { name: 'Pay now' }).click()
  const asked = await guard.attemptIn('asked')
  expect(server.arrived()).toEqual([])
  expect(await guard.approve(asked)).toMatchObject({ ok: true })
  await expect.poll(() => server.arrived()).toHaveLength(1)

  const others = [
    `(${pays})(${JSON.stringify(`${server.other}/api/orders`)})`,
    `(${pays})(${JSON.stringify(server.known)})`,
    `(${pays})(${JSON.stringify(server.unknown)})`,
    `fetch(${JSON.stringify(`${server.other}/api/orders`)}, { method: 'POST', mode: 'no-cors' }).catch(() => {}); void 0`,
    `new Worker('/worker.js').postMessage(${JSON.stringify(server.known)})`,
  ]
  for (const code of others) {
    await page.evaluate(code)
    const second = await guard.attemptIn('asked')
    expect(second.id).not.toBe(asked.id)
    await guard.cancel(second)
  }
  expect(server.arrived()).toHaveLength(1)
})

test('a nonce that was seen pays nobody else, and once the payment is over nobody at all', async () => {
  server.reset()
  const page = await guard.context.newPage()
  await page.goto(server.shop)
  await page.evaluate((url) => {
    void fetch(url, { method: 'POST', body: 'pay' }).catch(() => {})
  }, server.known)
  expect(await guard.approve(await guard.attemptIn('asked'))).toMatchObject({ ok: true })
  await expect.poll(() => server.arrived()).toHaveLength(1)
  // What a page can know at best: every nonce that a rule of the browser names.
  const rules = await guard.own.evaluate(() => chrome.declarativeNetRequest.getSessionRules())
  const nonces = rules.flatMap(
    ({ condition }) => /#([a-z0-9]{16,64})/.exec(JSON.stringify(condition))?.[1] ?? [],
  )
  expect(nonces).not.toEqual([])
  /** By the page and by a worker of it; resolves when the guard has a question about it. */
  async function replay(address: string): Promise<void> {
    for (const nonce of nonces) {
      const known = new Set((await guard.attempts()).map(({ id }) => id))
      await page.evaluate((to) => {
        void fetch(to, { method: 'POST', mode: 'no-cors', body: 'again' }).catch(() => {})
        new Worker('/worker.js').postMessage(to)
      }, `${address}#${nonce}`)
      const fresh = async () => (await guard.attempts()).filter(({ id }) => !known.has(id)).length
      await expect.poll(fresh, { timeout: 15_000 }).toBeGreaterThan(0)
      for (const attempt of await guard.attempts()) if (attempt.state === 'asked') await guard.cancel(attempt)
    }
  }
  await replay(`${server.other}/api/orders`)
  await page.evaluate(() =>
    document.body.insertAdjacentHTML(
      'afterbegin',
      '<h1>Thank you for your order</h1><p>Order number 1001</p>',
    ),
  )
  await guard.attemptIn('settled')
  await replay(server.known)
  expect(server.arrived()).toHaveLength(1)
})

// Last of those that pay: its worker leaves questions behind.
test('a form into a new tab goes once; calls of a worker to the same address do not ride along', async () => {
  server.reset()
  const page = await guard.context.newPage()
  await page.goto(server.shop)
  await page.evaluate(
    `(() => { const f = document.createElement('form'); f.method = 'post'; f.target = '_blank'; f.action = ${JSON.stringify(server.known)}; document.body.append(f); f.submit() })()`,
  )
  const asked = await guard.attemptIn('asked')
  await page.evaluate((url) => {
    const twins = `setInterval(() => fetch(${JSON.stringify(url)}, { method: 'POST', mode: 'no-cors', body: 'twin' }).catch(() => {}), 2)`
    Reflect.set(window, 'twins', new Worker(URL.createObjectURL(new Blob([twins]))))
  }, server.known)
  expect(await guard.approve(asked)).toMatchObject({ ok: true })
  await expect.poll(() => server.arrived()).toHaveLength(1)
  const passes = async () => {
    const rules = await guard.own.evaluate(() => chrome.declarativeNetRequest.getSessionRules())
    return rules.filter(({ condition }) => condition.urlFilter?.includes(server.known))
  }
  await expect.poll(passes).toEqual([])
  expect(server.arrived()).toHaveLength(1)
})

test('docs/interception.md says what was measured', () => {
  const { page, measured } = compareTable(results)
  expect(page).toBe(measured)
})

/** What became of it, as soon as something did: asked about, failed in the browser, or arrived. */
async function attempt(vector: Vector, url: string): Promise<Result> {
  server.reset()
  failed.length = 0
  const known = new Set((await guard.attempts()).map(({ id }) => id))
  const page = await guard.context.newPage()
  await page.goto(server.shop)
  await page.evaluate(wayOut(vector, url)).catch(() => {})
  if (vector.click) await page.locator('#go').click()
  const until = Date.now() + 10_000
  for (;;) {
    if (server.arrived().length > 0) return 'passed'
    const fresh = (await guard.attempts()).find(({ id }) => !known.has(id))
    if (fresh) return fresh.channel === 'blocked-request' ? 'blocked' : 'held'
    if (failed.some((line) => line.includes('ERR_BLOCKED_BY_CLIENT'))) {
      // A block that the person is asked about writes its row a moment later; it would count for the next way.
      for (const until = Date.now() + 1_000; Date.now() < until; await guard.own.waitForTimeout(50)) {
        if ((await guard.attempts()).some(({ id }) => !known.has(id))) break
      }
      return 'blocked'
    }
    if (Date.now() > until) throw new Error('nothing happened')
    await guard.own.waitForTimeout(50)
  }
}

function wayOut(vector: Vector, url: string): string {
  return `(async () => { const url = ${JSON.stringify(url)}; const other = ${JSON.stringify(server.other)}; ${vector.code} })().catch(() => {})`
}

function noteCrossing(realm: string, channel: string, result: string): void {
  const row = crossingRow(realm, 'Chromium')
  results.set(row, { ...results.get(row), [channel]: result })
}

function note(vector: Vector, column: Column, result: string): void {
  results.set(vector.name, { ...results.get(vector.name), [column]: result })
}
