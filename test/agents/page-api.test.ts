/**
 * `navigator.consentGuard` and its WebMCP tools, in a browser with WebMCP: there only for the site that the person
 * allowed, asks only for payments to that site, and gives no authority.
 */
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PageEntry } from '../../entrypoints/page-api/entry.ts'
import { closePage } from '../harness/close.ts'
import { readLedger } from '../harness/ledger.ts'
import { readConsent, waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, type World } from '../harness/world.ts'

const ASK = {
  items: [{ name: 'Article', quantity: 1, amount: '0.50' }],
  total: '0.50',
  currency: 'EUR',
  reason: 'Read the whole article',
}

let world: World
let server: Server
let origin = ''

beforeAll(async () => {
  world = await openWorld({
    backendOptions: { coolingOffMs: 0 },
    extraArgs: ['--enable-features=WebMCP'],
  })
  server = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>A magazine</title><p>Read on')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterAll(async () => {
  server?.close()
  await world?.close()
})

async function visit() {
  const page = await world.guarded.context.newPage()
  await page.goto(origin)
  return page
}

it('is not there on sites that the person has not allowed', async () => {
  const page = await visit()
  expect(await page.evaluate(() => 'consentGuard' in navigator)).toBe(false)
  await closePage(page)
})

it('is allowed in the settings with the factor, then frozen, and asks for its own origin only', async () => {
  const settings = await world.guarded.context.newPage()
  await settings.goto(`${world.guarded.urlOf('dashboard')}#settings`)
  const form = settings.getByTestId('asking-pages')
  await form.getByRole('textbox').fill(`${origin}/some/page`)
  await form.getByRole('button', { name: 'Allow' }).click()
  const dialog = settings.getByRole('dialog')
  await dialog.getByTestId('pin').fill(PIN)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await form.getByText(origin, { exact: true }).waitFor()
  await settings.close()

  const page = await visit()
  const facts = await page.evaluate(() => {
    const { consentGuard } = navigator as Navigator & { consentGuard: PageEntry }
    const own = Object.getOwnPropertyDescriptor(navigator, 'consentGuard')
    return {
      version: consentGuard.version,
      frozen: Object.isFrozen(consentGuard),
      own: own?.configurable || own?.writable,
      verbs: Object.keys(consentGuard).sort(),
    }
  })
  expect(facts).toEqual({
    version: 1,
    frozen: true,
    own: false,
    verbs: ['cancel', 'requestPayment', 'status', 'version', 'waitFor'],
  })

  const asked = page.evaluate(async (ask) => {
    const { consentGuard } = navigator as Navigator & { consentGuard: PageEntry }
    const first = await consentGuard.requestPayment({ ...ask, payee: 'https://bank.example' } as typeof ask, {
      intent: 'article',
    })
    const again = await consentGuard.requestPayment({ ...ask, payee: 'https://bank.example' } as typeof ask, {
      intent: 'article',
    })
    return { first, again, end: await consentGuard.waitFor(first.id) }
  }, ASK)
  const consent = await waitForConsent(world.guarded)
  const shown = await readConsent(consent)
  expect(shown.site).toBe(new URL(origin).host)
  expect(shown.total).toContain('0.50')
  expect(shown.text).toContain('A page asked for it')
  await world.person.approve(consent)
  const { first, again, end } = await asked
  expect(first.status).toBe('pending')
  expect(again.id).toBe(first.id)
  expect(end).toMatchObject({ status: 'paid', id: first.id })
  const rows = await readLedger(world.guarded, 'attempts')
  expect(rows.find((row) => row.holdId === first.id)).toMatchObject({ state: 'settled' })
  await closePage(page)
})

it('refuses nonsense with a code, and tells nothing of orders of others', async () => {
  const page = await visit()
  const codes = await page.evaluate(async (ask) => {
    const { consentGuard } = navigator as Navigator & { consentGuard: PageEntry }
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'ok',
        (error: { code?: string }) => error.code,
      )
    return [
      await code(consentGuard.requestPayment({ ...ask, total: '€1' })),
      await code(consentGuard.requestPayment({ ...ask, currency: 'XXZ' })),
      await code(consentGuard.requestPayment({ ...ask, total: '-1' })),
      await code(consentGuard.status('wor_aaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbb')),
    ]
  }, ASK)
  expect(codes).toEqual(['malformed', 'malformed', 'malformed', 'not_found'])
  await closePage(page)
})

it('is a WebMCP tool, whose payment is asked about like any other', async () => {
  const page = await visit()
  const names = await page.evaluate(async () => {
    const context = Reflect.get(document, 'modelContext') as { getTools(): Promise<{ name: string }[]> }
    return (await context.getTools()).map((tool) => tool.name).sort()
  })
  expect(names).toEqual(['consent_guard_payment_status', 'consent_guard_request_payment'])
  const called = page.evaluate(async (ask) => {
    const context = Reflect.get(document, 'modelContext') as {
      getTools(): Promise<{ name: string }[]>
      executeTool(tool: { name: string }, input: object): Promise<unknown>
    }
    const tool = (await context.getTools()).find((known) => known.name === 'consent_guard_request_payment')
    return JSON.stringify(await context.executeTool(tool ?? { name: '' }, { ...ask, intent: 'by tool' }))
  }, ASK)
  expect(await called).toContain('pending')
  await world.person.reject(await waitForConsent(world.guarded))
  await closePage(page)
})

it('is gone once the site is forbidden', async () => {
  const forbid = { command: 'allow-page', origin, allowed: false, proof: null }
  await world.guarded.office.evaluate((message) => chrome.runtime.sendMessage(message), forbid)
  const page = await visit()
  expect(await page.evaluate(() => 'consentGuard' in navigator)).toBe(false)
  const forged = { command: 'allow-page', origin, allowed: true, proof: null }
  expect(
    await world.guarded.office.evaluate((message) => chrome.runtime.sendMessage(message), forged),
  ).toMatchObject({
    code: 'factor_missing',
  })
  await closePage(page)
})
