/**
 * The main job, end to end: backend, demo shop, Chromium with the extension, an agent that buys. With a display the person
 * approves; with `--headless` or without one a stand-in person with a virtual authenticator does. Prints each step with its
 * time, leaves screenshots in `.demo/`, and ends with one line of JSON; exit code 0 only if everything in it holds.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startBackend } from '../backend/backend.ts'
import { startAgent } from '../test/harness/agent-mcp.ts'
import { type GuardedBrowser, launchGuarded } from '../test/harness/browser.ts'
import { readLedger, waitForLedger } from '../test/harness/ledger.ts'
import {
  activateWithPasskey,
  enterPairing,
  readConsent,
  waitForConsent,
  welcomePage,
} from '../test/harness/person.ts'
import { startShop } from '../test/shop/shop.ts'
import type { AttemptRow } from '../utils/ledger/db.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.demo')
const headless = process.argv.includes('--headless') || !hasDisplay()
/** A person needs time to read; a stand-in does not. */
const PATIENCE_MS = headless ? 30_000 : 15 * 60_000
const LOOK_MS = 60_000

const started = Date.now()
const ms: Record<string, number> = {}
const outcome = {
  held: false,
  ordersBeforeConsent: -1,
  approved: false,
  recordedBeforeForward: false,
  orders: -1,
  receipt: 'none',
}

await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const closing: (() => Promise<unknown>)[] = []
try {
  await demonstrate()
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
} finally {
  for (const close of closing.reverse()) await close().catch(() => {})
}
console.log(JSON.stringify({ ...outcome, ms }))
process.exit(holds() ? 0 : 1)

async function demonstrate(): Promise<void> {
  const backend = await startBackend({ port: 0, dataFolder: join(folder, 'backend') })
  closing.push(() => backend.close())
  step('backend', `payments backend with its own PostgreSQL at ${backend.url}`)

  const shop = await startShop({ data: join(folder, 'shop') })
  closing.push(() => shop.close())
  step('shop', `demo shop at ${shop.url}, orders in its own store`)

  const guarded = await launchGuarded({
    extensionDir: join(root, '.output', 'chrome-mv3'),
    headless,
    cdpPort: 'free',
    userDataDir: join(folder, 'profile'),
  })
  closing.push(() => guarded.close())
  step('browser', 'Chromium with Consent Guard, a fresh profile')

  const code = await backend.issueActivationCode()
  const person = headless
    ? await activateAlone(guarded, backend.url, code)
    : await activateByHand(guarded, backend.url, code)
  step(
    'activated',
    headless
      ? 'a stand-in set a passkey, switched the guard on and paired the backend'
      : 'you switched the guard on',
  )

  const agent = await startAgent({ cdpEndpoint: guarded.cdpEndpoint ?? '' })
  closing.push(() => agent.close())
  await agent.navigate(`${shop.url}/products/stoneware-mug`)
  // The agent takes whatever tab it likes for its own; ours, from which the ledger is read, is opened after that.
  guarded.office = await guarded.context.newPage()
  await guarded.office.goto(guarded.urlOf('dashboard'))
  await shopPage(guarded, shop.url)?.bringToFront()
  await agent.click('button', 'Add to basket')
  await agent.navigate(`${shop.url}/checkout/fetch-json`)
  step(
    'agent',
    'an agent (@playwright/mcp, no language model) put a mug in the basket and went to the checkout',
  )

  const pressed = Date.now()
  await agent.click('button', 'Place order')
  const consent = await waitForConsent(guarded, PATIENCE_MS)
  ms.pressToConsent = Date.now() - pressed
  const [row] = await waitForLedger(guarded, 'attempts', (rows) =>
    rows.some((known) => known.state === 'asked'),
  )
  outcome.held = row?.state === 'asked'
  outcome.ordersBeforeConsent = (await shop.orders()).length
  const shown = await readConsent(consent)
  step(
    'held',
    `the press was held; the shop has ${outcome.ordersBeforeConsent} orders; asking about ${shown.total} to ${shown.merchant}`,
  )
  const status = await agent.status()
  step('told', `the agent reads in the page: "${status.lines[0] ?? status.title}"`)
  await picture(consent, '1-consent')
  await picture(shopPage(guarded, shop.url), '2-held')

  const agreed = Date.now()
  if (person) await person.approve(consent)
  else console.log('        Please look at the Consent Guard window and decide.')
  const settled = await ended(guarded, row?.id ?? '')
  ms.approveToSettled = Date.now() - agreed
  outcome.approved = (await readLedger(guarded, 'consents')).some(
    (entry) => entry.attemptId === row?.id && entry.decision === 'approved',
  )
  step(
    'consent',
    outcome.approved
      ? 'approved, with proof of the person over exactly this order'
      : `not approved: ${settled?.state}`,
  )
  await picture(shopPage(guarded, shop.url), '3-after')

  outcome.recordedBeforeForward = await recordedFirst(guarded, row?.id ?? '')
  step(
    'ledger',
    outcome.recordedBeforeForward
      ? 'the consent was on the disk before anything was forwarded'
      : 'the order of events is wrong',
  )
  outcome.orders = (await shop.orders()).length
  step('forward', `the shop has ${outcome.orders} order${outcome.orders === 1 ? '' : 's'}`)
  outcome.receipt = await receiptState(guarded, row?.id ?? '', settled)
  step('receipt', `receipt ${outcome.receipt}, signed by the backend`)
  await pictureOf(guarded, 'dashboard', '4-history')
  if (!headless) await lookAround(guarded)
}

/** A stand-in for the person: its passkey is a virtual authenticator that the agent's connection does not have. */
async function activateAlone(guarded: GuardedBrowser, url: string, code: string) {
  const person = await activateWithPasskey(guarded)
  await person.pair(url, code)
  return person
}

/** The person chooses the factor; address and code of the backend are typed for them. */
async function activateByHand(guarded: GuardedBrowser, url: string, code: string): Promise<null> {
  console.log('        Please switch the guard on in the Consent Guard tab: choose a passkey or a PIN.')
  const welcome = await welcomePage(guarded)
  await welcome.getByTestId('guard-is-on').waitFor({ timeout: PATIENCE_MS })
  await enterPairing(welcome, url, code)
  await welcome.getByTestId('paired').waitFor()
  console.log(`        The backend was paired there: ${url}, with the one-time code ${code}.`)
  return null
}

/** The person's browser stays for a while: the purchase is in the history, and anything can be pressed. */
async function lookAround(guarded: GuardedBrowser): Promise<void> {
  console.log(
    `        Have a look around. This ends when you close the window, or in ${LOOK_MS / 1_000} seconds.`,
  )
  await Promise.race([
    new Promise((done) => guarded.context.once('close', done)),
    new Promise((done) => setTimeout(done, LOOK_MS)),
  ])
}

async function ended(guarded: GuardedBrowser, id: string): Promise<AttemptRow | undefined> {
  const open = ['held', 'asked', 'approved', 'forwarding', 'released']
  const rows = await waitForLedger(
    guarded,
    'attempts',
    (all) => all.some((row) => row.id === id && !open.includes(row.state)),
    PATIENCE_MS + 90_000,
  )
  return rows.find((row) => row.id === id)
}

/** By the log's own order, and by the marks of the worker: committed, then forwarding, then the release. */
async function recordedFirst(guarded: GuardedBrowser, id: string): Promise<boolean> {
  const events = (await readLedger(guarded, 'log'))
    .filter((entry) => entry.attemptId === id)
    .map((entry) => entry.event)
  const worker = await guarded.serviceWorker()
  const marks = await worker.evaluate(() =>
    performance.getEntriesByType('mark').map((entry) => ({ name: entry.name, at: entry.startTime })),
  )
  for (const { name, at } of marks) ms[name] = Math.round(at - (marks[0]?.at ?? 0))
  return (
    ascending(
      ['attempt.approved', 'attempt.forwarding', 'attempt.released'].map((name) => events.indexOf(name)),
    ) &&
    ascending(
      ['committed', 'forwarding', 'release-sent'].map((name) =>
        marks.findIndex((mark) => mark.name === name),
      ),
    )
  )
}

function ascending(places: number[]): boolean {
  return places.every((place, index) => place >= 0 && (index === 0 || place > (places[index - 1] ?? -1)))
}

async function receiptState(
  guarded: GuardedBrowser,
  id: string,
  row: AttemptRow | undefined,
): Promise<string> {
  if (row?.state !== 'settled') return row?.state ?? 'none'
  const receipts = await waitForLedger(guarded, 'receipts', (all) =>
    all.some((receipt) => receipt.attemptId === id && receipt.state === 'settled' && receipt.jws !== null),
  )
  return receipts.find((receipt) => receipt.attemptId === id)?.state ?? 'none'
}

function shopPage(guarded: GuardedBrowser, url: string): Page | undefined {
  return guarded.context.pages().find((page) => page.url().startsWith(url))
}

async function picture(page: Page | undefined, name: string): Promise<void> {
  await page?.screenshot({ path: join(folder, `${name}.png`) }).catch(() => {})
}

async function pictureOf(guarded: GuardedBrowser, name: 'dashboard', file: string): Promise<void> {
  const page = guarded.office
  await page.bringToFront()
  await page.goto(`${guarded.urlOf(name)}#history`)
  await page.getByRole('heading').first().waitFor()
  await picture(page, file)
}

function step(name: string, text: string): void {
  ms[name] = Date.now() - started
  console.log(`${String(ms[name]).padStart(6)} ms  ${name.padEnd(10)} ${text}`)
}

function holds(): boolean {
  return (
    outcome.held &&
    outcome.ordersBeforeConsent === 0 &&
    outcome.approved &&
    outcome.recordedBeforeForward &&
    outcome.orders === 1 &&
    outcome.receipt === 'settled'
  )
}

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}
