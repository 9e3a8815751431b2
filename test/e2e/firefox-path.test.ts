/**
 * The path, attempt → receipt, in real Firefox with the real extension, backend and shop. The person reads the consent
 * window, types the PIN and presses; every outcome is asked of the shop's own order store.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame, Page } from 'puppeteer-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningBackend, startBackend } from '../../backend/backend.ts'
import type { ReceiptRow } from '../../utils/ledger/db.ts'
import { firefoxPath, type GuardedFirefox, launchFirefox, type Seen, until } from '../harness/firefox.ts'
import type { MechanismName } from '../shop/mechanisms.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'

const PIN = '84-horse'
const CONTROLS: [MechanismName, string][] = [
  ['fetch-json', 'Place order'],
  ['xhr-nonce', 'Place order'],
  ['get-xhr', 'Confirm order'],
  ['full-page', 'Complete purchase'],
  ['server-action', 'Pay now'],
  ['remix', 'Pay with card'],
  ['bearer', 'Buy now'],
  ['row-before', 'Confirm and pay'],
  ['decoys', 'Pay '],
  ['subscription', 'Start subscription'],
  ['x-frame', 'Place order'],
]

let folder: string
let backend: RunningBackend
let shop: RunningShop
let guard: GuardedFirefox

describe.skipIf(firefoxPath() === null)('Firefox', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consent-guard-firefox-'))
    backend = await startBackend({ port: 0, dataFolder: join(folder, 'backend') })
    shop = await startShop()
    guard = await launchFirefox({ pin: PIN })
    const proof = { kind: 'pin', pin: PIN }
    const code = await backend.issueActivationCode()
    expect(await guard.say({ command: 'pair', url: backend.url, code, proof })).toMatchObject({ ok: true })
  }, 120_000)
  beforeEach(() => shop.reset())
  afterAll(async () => {
    await guard?.close()
    await shop?.close()
    await backend?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it.each(CONTROLS)('%s: no order before consent, exactly one after, receipt filed', async (via, name) => {
    const { page, asked } = await held(via, name)
    await approve(await guard.consent())
    await settledAs(asked, 'settled')
    const orders = await shop.orders()
    expect(orders.map((order) => order.mechanism)).toEqual([via])
    const receipts = await until(async () => {
      const all = await guard.rows<ReceiptRow>('receipts')
      const own = all.filter((receipt) => receipt.attemptId === asked.id && receipt.state === 'settled')
      return own.some((receipt) => receipt.jws !== null) && own
    })
    expect(receipts).toHaveLength(1)
    await page.close()
  })

  it('rejected: nothing is ordered, the page can be used', async () => {
    const { page, asked } = await held()
    await (await guard.consent()).click('[data-testid=reject]')
    await settledAs(asked, 'rejected')
    await nothingOrdered(page, 'rejected by the user')
  })

  it('the consent window is closed', async () => {
    const { page, asked } = await held()
    const consent = await guard.consent()
    await guard.attempt((row) => row.id === asked.id && row.seen)
    await consent.close()
    expect(await settledAs(asked, 'rejected')).toMatchObject({ reason: 'consent_closed' })
    await nothingOrdered(page, 'closed the consent window')
  })

  it('nobody answers in time', async () => {
    await guard.say({ command: 'set-settings', settings: { holdSeconds: 5 } })
    const { page, asked } = await held()
    await settledAs(asked, 'expired')
    await nothingOrdered(page, 'answered in time')
    await guard.say({ command: 'set-settings', settings: { holdSeconds: 600 } })
  })

  it('the tab is closed', async () => {
    const { page, asked } = await held()
    await page.close()
    expect(await settledAs(asked, 'cancelled')).toMatchObject({ reason: 'page_gone' })
    expect(await shop.orders()).toEqual([])
  })

  it('the backend is down', async () => {
    const { page, asked } = await held()
    await backend.close()
    await approve(await guard.consent())
    expect(await settledAs(asked, 'failed')).toMatchObject({ reason: 'backend_unreachable' })
    await nothingOrdered(page, 'backend')
  })
})

/** A press on the pay control at the checkout, as the driver's own click, and the question it leads to. */
async function held(
  via: MechanismName = 'fetch-json',
  name = 'Place order',
): Promise<{ page: Page; asked: Seen }> {
  const known = new Set((await guard.attempts()).map(({ id }) => id))
  const page = await guard.browser.newPage()
  await page.goto(`${shop.url}/buy/stoneware-mug?via=${via}&quantity=2`)
  if (via === 'bearer' || via === 'row-before') await page.waitForSelector('[data-ready]')
  const control = await until(() => controlIn(page, name))
  await control.click()
  const asked = await guard.attempt((row) => !known.has(row.id) && row.state === 'asked')
  expect(await shop.orders()).toEqual([])
  return { page, asked }
}

/** The control of that name, in whichever frame has it. */
async function controlIn(page: Page, name: string) {
  for (const frame of page.frames()) {
    const handle = await named(frame, name)
    if (handle !== null) return handle
  }
  return null
}

async function named(frame: Frame, name: string) {
  for (const handle of await frame
    .$$('>>> :is(button, a, input[type=submit], [role=button])')
    .catch(() => [])) {
    const text = await handle.evaluate(
      (element) => (element instanceof HTMLInputElement ? element.value : element.textContent?.trim()) ?? '',
    )
    if (text === name || (name.endsWith(' ') && text.startsWith(name))) return handle
  }
  return null
}

/** Notes acknowledged, PIN typed, Approve pressed once the window has been in front long enough. */
async function approve(consent: Page): Promise<void> {
  for (const box of await consent.$$('[data-testid=acknowledge]')) await box.click()
  await consent.type('[data-testid=pin]', PIN)
  await consent.waitForSelector('[data-testid=approve][aria-disabled=false]')
  await consent.click('[data-testid=approve]')
  await consent.waitForSelector('[data-testid=consent-result]')
}

async function settledAs(asked: Seen, state: Seen['state']): Promise<Seen> {
  const row = await guard.attempt((one) => one.id === asked.id && one.state === state, 20_000)
  // A window that shows an end stays for a while; the next question shall have its own.
  const consent = await guard.consentWindow()
  await consent?.close()
  return row
}

async function nothingOrdered(page: Page, words: string): Promise<void> {
  await page.waitForFunction((text) => document.body.innerText.includes(text), {}, words)
  const control = await controlIn(page, 'Place order')
  expect(await control?.evaluate((button) => button.matches(':enabled'))).toBe(true)
  expect(await shop.orders()).toEqual([])
  await page.close()
}
