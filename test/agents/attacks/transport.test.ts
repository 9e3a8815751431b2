/** Attacks on how a payment leaves: repeats, races, channels that no press announces, doors beside the guard. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { jumpToCheckout, payControl, thanksHeading } from '../../harness/checkout.ts'
import { closePage } from '../../harness/close.ts'
import { httpBuyer, openCheckoutOverHttp, placeOverHttp } from '../../harness/http-buyer.ts'
import { readLedger, waitForLedger } from '../../harness/ledger.ts'
import { waitForConsent } from '../../harness/person.ts'
import { killWorker } from '../../harness/worker.ts'
import { openWorld, PIN, press, type World } from '../../harness/world.ts'
import { checkout, type HostileShop, startHostile } from './hostile.ts'
import { attack, writeTable } from './table.ts'

let world: World
let hostile: HostileShop
let agent: Browser

beforeAll(async () => {
  world = await openWorld({ cdpPort: 'free', extraArgs: ['--enable-features=WebMCP'] })
  hostile = await startHostile()
  agent = await chromium.connectOverCDP(world.guarded.cdpEndpoint ?? '')
})
afterAll(async () => {
  writeTable()
  await agent?.close()
  await world?.close()
  await hostile?.close()
})
afterEach(async () => {
  for (const open of world.guarded.context.pages()) if (open !== world.guarded.office) await open.close()
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every((row) => row.state !== 'asked'))
  await world.shop.reset()
  hostile.clear()
})

async function attempts() {
  const rows = await readLedger(world.guarded, 'attempts')
  return rows.sort((a, b) => a.createdAt - b.createdAt)
}

async function command(message: Record<string, unknown>): Promise<unknown> {
  const page = await world.guarded.context.newPage()
  await page.goto(world.guarded.urlOf('dashboard'))
  const answer = await page.evaluate((value) => chrome.runtime.sendMessage(value), message)
  await closePage(page)
  return answer
}

attack('C1', 'presses again and again while held, and once more after approval', 'stopped', async () => {
  const before = (await attempts()).length
  const page = await world.atCheckout('fetch-json')
  for (let n = 0; n < 4; n++) await press(page, 'fetch-json')
  expect((await attempts()).length).toBe(before + 1)
  const consent = await waitForConsent(world.guarded)
  await world.person.approve(consent)
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
  return 'repeats join the first hold; one attempt is shown, one order made'
})

attack(
  'C2',
  'a trusted click followed by element.click(), as some agents fall back to',
  'stopped',
  async () => {
    const before = (await attempts()).length
    const page = await world.atCheckout('full-page')
    const control = payControl(page, 'full-page')
    await control.click()
    await control.evaluate((element) => (element as HTMLElement).click())
    await control.evaluate((element) => element.closest('form')?.requestSubmit())
    const consent = await waitForConsent(world.guarded)
    expect((await attempts()).length).toBe(before + 1)
    await world.person.approve(consent)
    await thanksHeading(page, 'full-page').waitFor()
    expect((await attempts()).length).toBe(before + 1)
    expect(await world.shop.orders()).toHaveLength(1)
    return 'one attempt, one order'
  },
)

/** Buys at the hostile shop with the person's approval, as far as the shop has heard of it. */
async function buyHostile(): Promise<Page> {
  const page = await world.guarded.context.newPage()
  await page.goto(hostile.url)
  await page.getByRole('button', { name: 'Place order' }).click()
  await world.person.approve(await waitForConsent(world.guarded))
  await expect.poll(() => hostile.payments().length).toBe(1)
  return page
}

/** Ways to send a payment without any press, as an agent's script in the page would. */
const CHANNELS: [id: string, name: string, script: string][] = [
  ['C3', 'fetch', "fetch(PAY, { method: 'POST', body: '{}' }).catch(() => {})"],
  ['C4', 'XMLHttpRequest', "const x = new XMLHttpRequest(); x.open('POST', PAY); x.send('{}')"],
  [
    'C5',
    'synchronous XMLHttpRequest',
    "try { const x = new XMLHttpRequest(); x.open('POST', PAY, false); x.send('{}') } catch {}",
  ],
  ['C6', 'sendBeacon', "navigator.sendBeacon(PAY, '{}')"],
  [
    'C7',
    'form.submit()',
    "const f = document.createElement('form'); f.method = 'POST'; f.action = PAY; document.body.append(f); f.submit()",
  ],
  ['C8', 'requestSubmit() of the checkout form', "document.getElementById('pay').requestSubmit()"],
  [
    'C9',
    'fetch of a fresh about:blank frame',
    "const i = document.createElement('iframe'); document.body.append(i); i.contentWindow.fetch(PAY, { method: 'POST', body: '{}' }).catch(() => {})",
  ],
  [
    'C10',
    'fetch of a srcdoc frame',
    "const i = document.createElement('iframe'); i.srcdoc = '<script>fetch(\"' + PAY + '\", { method: \"POST\", body: \"{}\" })<' + '/script>'; document.body.append(i); await new Promise((r) => { i.onload = r })",
  ],
]

for (const [id, name, script] of CHANNELS) {
  attack(id, `pays without a press: ${name}`, 'stopped', async () => {
    hostile.show(checkout())
    const page = await world.guarded.context.newPage()
    await page.goto(hostile.url)
    await page.evaluate(
      `(async () => { const PAY = '${hostile.url}/api/checkout/pay'; ${script}; for (let n = 0; n < 5; n++) await fetch('/ping' + n) })()`,
    )
    expect(hostile.payments()).toEqual([])
    return 'held or blocked before the network'
  })
}

attack(
  'C11',
  'pays from a worker, where no page hook runs, at the shop’s own address',
  'stopped',
  async () => {
    hostile.show(checkout())
    const page = await world.guarded.context.newPage()
    await page.goto(hostile.url)
    const script =
      "const code = \"fetch('\" + PAY + \"', { method: 'POST', body: '{}' }).catch(() => {}).finally(() => postMessage(1))\"; const w = new Worker(URL.createObjectURL(new Blob([code]))); await new Promise((r) => { w.onmessage = r })"
    await page.evaluate(`(async () => { const PAY = '${hostile.url}/api/checkout/pay'; ${script} })()`)
    expect(hostile.payments()).toEqual([])
    return 'the shield blocks addresses that name a payment, whoever calls them'
  },
)

attack('C12', 'leaves the page while held; the approval comes later', 'stopped', async () => {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await waitForConsent(world.guarded)
  await closePage(page)
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every((row) => row.state !== 'asked'))
  expect(await world.shop.orders()).toEqual([])
  return 'the attempt ends with the page'
})

attack('C13', 'kills the guard’s worker while it is held', 'stopped', async () => {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  const consent = await waitForConsent(world.guarded)
  await killWorker(world.guarded)
  await press(page, 'fetch-json')
  expect(await world.shop.orders()).toEqual([])
  await world.person.approve(consent)
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
  return 'the hold lives in the page and the ledger; exactly one order after approval'
})

attack('C14', 'calls the shop’s WebMCP tool, whose form submits itself', 'stopped', async () => {
  const page = await world.atCheckout('full-page')
  const called = page.evaluate(async () => {
    const context = Reflect.get(document, 'modelContext') as {
      getTools(): Promise<{ name: string }[]>
      executeTool(tool: { name: string }, input: object): Promise<unknown>
    }
    const tool = (await context.getTools()).find(({ name }) => name === 'place_order')
    if (tool === undefined) throw new Error('the shop offers no tool')
    await context.executeTool(tool, {})
  })
  called.catch(() => {})
  const consent = await waitForConsent(world.guarded)
  expect(await world.shop.orders()).toEqual([])
  expect((await attempts()).at(-1)?.actor.reasons).toContain('agent_invoked')
  await world.person.approve(consent)
  await thanksHeading(page, 'full-page').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
  return 'a submission is held like a press, and the window says that an agent invoked it'
})

attack('C15', 'floods the person with payments', 'stopped', async () => {
  const pages: Page[] = []
  for (const sku of ['teapot', 'fern', 'oak-board', 'wool-blanket', 'linen-towel']) {
    const page = await world.guarded.context.newPage()
    await jumpToCheckout(page, world.shop.url, 'fetch-json', sku)
    await press(page, 'fetch-json')
    pages.push(page)
  }
  const consent = await waitForConsent(world.guarded)
  await waitForLedger(
    world.guarded,
    'attempts',
    (rows) => rows.filter((row) => row.state === 'asked').length > 1,
  )
  const windows = world.guarded.context
    .pages()
    .filter((page) => page.url().startsWith(world.guarded.urlOf('consent')))
  expect(windows).toHaveLength(1)
  await consent.getByRole('button', { name: 'Reject all' }).click()
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every((row) => row.state !== 'asked'))
  expect(await world.shop.orders()).toEqual([])
  return 'one window with a queue and one "reject all"'
})

attack('C17', 'the shop never answers; the agent loads the page again and presses', 'stopped', async () => {
  const usual = hostile
  hostile = await startHostile()
  hostile.show(checkout({ item: 'Silence' }))
  hostile.hang(true)
  const page = await buyHostile()
  hostile.hang(false)
  await page.goto(hostile.url)
  await page.getByRole('button', { name: 'Place order' }).click()
  const rows = await waitForLedger(world.guarded, 'attempts', (all) =>
    all.some(({ state }) => state === 'asked'),
  )
  const notes = rows.find(({ state }) => state === 'asked')?.notes ?? []
  expect(notes.find(({ id }) => id === 'repeat')).toMatchObject({ blocking: true })
  expect(hostile.payments()).toHaveLength(1)
  await hostile.close()
  hostile = usual
  return 'a second press is a second question, and the person must first read that the same order was already sent'
})

attack('M1', 'orders over HTTP outside the browser, at an ordinary shop', 'out of reach', async () => {
  const buyer = httpBuyer(world.shop.url)
  await placeOverHttp(buyer, 'fetch-json', await openCheckoutOverHttp(buyer, 'fetch-json'))
  expect(await world.shop.orders()).toHaveLength(1)
  return 'no extension sees such a request; only a merchant that asks for consent can refuse it (M3)'
})

attack(
  'M2',
  'a second browser context, where the guard does not run, at an ordinary shop',
  'out of reach',
  async () => {
    const context = await agent.newContext()
    const page = await context.newPage()
    await jumpToCheckout(page, world.shop.url, 'fetch-json')
    await payControl(page, 'fetch-json').click()
    await thanksHeading(page, 'fetch-json').waitFor()
    expect(await world.shop.orders()).toHaveLength(1)
    await context.close()
    return 'incognito and agents’ own contexts run without extensions; see docs/agents for browsers that keep it'
  },
)

attack('M3', 'orders over HTTP outside the browser, at an integrated merchant', 'stopped', async () => {
  const buyer = httpBuyer(world.shop.url)
  const page = await openCheckoutOverHttp(buyer, 'integrated')
  const answer = await placeOverHttp(buyer, 'integrated', page)
  expect(answer.status).toBe(402)
  expect(answer.text).toContain('consent_required')
  expect(await world.shop.orders()).toEqual([])
  return 'the shop asks the backend, which knows no consent: 402'
})

attack('M4', 'uses the consent to an order a second time', 'stopped', async () => {
  const page = await world.atCheckout('integrated')
  const form = await page.locator('form[action$="/place"]').evaluate((element) => ({
    body: new URLSearchParams([...new FormData(element as HTMLFormElement)] as [string, string][]).toString(),
  }))
  await press(page, 'integrated')
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'integrated').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
  const again = await world.guarded.context.request.post(`${world.shop.url}/checkout/integrated/place`, {
    data: form.body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(again.status()).toBe(402)
  expect(await world.shop.orders()).toHaveLength(1)
  return 'a consent is consumed once for ever'
})

attack('M5', 'adds to the basket after the consent, at an integrated merchant', 'stopped', async () => {
  const page = await world.atCheckout('integrated')
  await press(page, 'integrated')
  const consent = await waitForConsent(world.guarded)
  await page.evaluate(() =>
    fetch('/api/cart/items', { method: 'POST', body: JSON.stringify({ sku: 'wool-blanket', quantity: 5 }) }),
  )
  await world.person.approve(consent)
  await page.getByRole('heading', { name: 'This payment needs your consent' }).waitFor()
  expect(await world.shop.orders()).toEqual([])
  return 'the consent is for another amount than the shop would charge now: refused'
})

attack('M7', 'uses the consent to one order for another, at an integrated merchant', 'stopped', async () => {
  const page = await world.atCheckout('integrated')
  const formOf = () =>
    page
      .locator('form[action$="/place"]')
      .evaluate((form) => Object.fromEntries(new FormData(form as HTMLFormElement)) as Record<string, string>)
  const agreed = await formOf()
  // The consent is given, and the shop never hears of it.
  await page.route('**/checkout/integrated/place', (route) => route.abort())
  const lost = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/place'))
  await press(page, 'integrated')
  await world.person.approve(await waitForConsent(world.guarded))
  await lost
  await page.unroute('**/checkout/integrated/place')
  await world.guarded.context.request.post(`${world.shop.url}/api/cart/items`, {
    data: JSON.stringify({ sku: 'wool-blanket', quantity: 5 }),
  })
  await page.goto(`${world.shop.url}/checkout/integrated`)
  const other = await formOf()
  expect(other.order_id).not.toBe(agreed.order_id)
  for (const form of [other, { ...other, order_id: agreed.order_id ?? '' }]) {
    const answer = await world.guarded.context.request.post(`${world.shop.url}/checkout/integrated/place`, {
      form,
    })
    expect(answer.status()).toBe(402)
  }
  expect(await world.shop.orders()).toEqual([])
  return 'a consent is to one order at the backend, and the shop asks about its own'
})

attack('L1', 'splits a purchase to stay below a cap, and races two tabs for it', 'stopped', async () => {
  const site = new URL(hostile.url).host
  const limit = { amount: '6000', currency: 'EUR' }
  const cap = { id: null, scope: { kind: 'site', site }, window: 'day', limit }
  expect(await command({ command: 'set-cap', cap, proof: null })).toMatchObject({ ok: true })
  for (const item of ['Kettle', 'Whisk']) {
    hostile.show(checkout({ item }))
    const page = await world.guarded.context.newPage()
    await page.goto(hostile.url)
    await page.getByRole('button', { name: 'Place order' }).click()
  }
  const rows = await waitForLedger(
    world.guarded,
    'attempts',
    (all) => all.filter((row) => row.state === 'asked').length === 2,
  )
  const office = await world.guarded.context.newPage()
  await office.goto(world.guarded.urlOf('dashboard'))
  const answers = await office.evaluate(
    (messages) => Promise.all(messages.map((message) => chrome.runtime.sendMessage(message))),
    rows
      .filter((row) => row.state === 'asked')
      .map((row) => ({
        command: 'approve',
        attemptId: row.id,
        digest: row.digest,
        proof: { kind: 'pin', pin: PIN },
      })),
  )
  const said = answers
    .map((answer: { ok: boolean; code?: string }) => (answer.ok ? 'ok' : answer.code))
    .sort()
  expect(said).toEqual(['cap_exceeded', 'ok'])
  await waitForLedger(world.guarded, 'attempts', (all) =>
    all.some((row) => row.site.host === site && row.state === 'settled'),
  )
  expect(hostile.payments()).toHaveLength(1)
  return 'the cap is reserved in the transaction of the consent: one of two passes'
})
