/** An agent that is an extension with chrome.debugger: it drives the shop and cannot reach the guard. */
import { join } from 'node:path'
import type { Page, Worker } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { builtExtension, type GuardedBrowser, launchGuarded } from '../harness/browser.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { activateWithPasskey, type Person, waitForConsent } from '../harness/person.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'
import { mark, writeMatrix } from './matrix.ts'

const NAME = 'an extension with chrome.debugger'
const ATTACKER = join(import.meta.dirname, 'attacker-extension')

let shop: RunningShop
let guarded: GuardedBrowser
let person: Person
let attacker: Worker

/** Functions of the attacker's worker. */
declare function tabOf(prefix: string): Promise<number>
declare function evaluate(tabId: number, expression: string): Promise<string>
declare function pressCentre(tabId: number, expression: string): Promise<void>
declare function reachFor(url: string, extensionId: string): Promise<Record<string, string>>

beforeAll(async () => {
  shop = await startShop()
  guarded = await launchGuarded({
    extensionDir: builtExtension(),
    // The last of these arguments counts, so both extensions are in it.
    extraArgs: [
      `--disable-extensions-except=${builtExtension()},${ATTACKER}`,
      `--load-extension=${builtExtension()},${ATTACKER}`,
    ],
  })
  person = await activateWithPasskey(guarded)
  const isAttacker = (worker: Worker) => !worker.url().includes(guarded.extensionId)
  attacker =
    guarded.context.serviceWorkers().find(isAttacker) ??
    (await guarded.context.waitForEvent('serviceworker', { predicate: isAttacker }))
})
afterAll(async () => {
  writeMatrix()
  await guarded?.close()
  await shop?.close()
})

afterEach(async () => {
  for (const page of guarded.context.pages()) if (page !== guarded.office) await closePage(page)
  await waitForLedger(guarded, 'attempts', (rows) => rows.every((row) => row.state !== 'asked'))
  await shop.reset()
})

/** What the agent reads in the page, until it says so. */
async function reads(words: RegExp): Promise<void> {
  await expect
    .poll(() =>
      attacker.evaluate(
        async (prefix) => evaluate(await tabOf(prefix), 'document.title + document.body.innerText'),
        shop.url,
      ),
    )
    .toMatch(words)
}

async function hold(): Promise<Page> {
  const page = await guarded.context.newPage()
  await page.goto(`${shop.url}/buy/teapot?via=fetch-json&quantity=1`)
  await attacker.evaluate(async (prefix) => {
    const tabId = await tabOf(prefix)
    await pressCentre(tabId, "document.getElementById('place-order')")
  }, shop.url)
  const consent = await waitForConsent(guarded)
  expect(await shop.orders()).toEqual([])
  await reads(/Payment held.*waiting for the person to decide/is)
  mark(NAME, 'is held', 'yes')
  mark(NAME, 'understands', 'yes')
  return consent
}

it('is held when it presses with chrome.debugger, cannot touch the consent window, and buys after approval', async () => {
  const consent = await hold()
  const reached = await attacker.evaluate(({ url, id }) => reachFor(url, id), {
    url: guarded.urlOf('consent'),
    id: guarded.extensionId,
  })
  expect(Object.values(reached)).not.toContain('allowed')
  mark(NAME, 'opens our window', 'cannot touch it')
  for (const column of ['presses Approve', 'scripts our window'] as const)
    mark(NAME, column, 'refused by the browser')
  mark(NAME, 'brings an authenticator', 'no way')
  await attacker.evaluate(async (prefix) => {
    const forged = { type: 'release', decision: 'approve', approved: true }
    await evaluate(await tabOf(prefix), `window.postMessage(${JSON.stringify(forged)}, '*')`)
  }, shop.url)
  mark(NAME, 'forges messages', 'refused')
  expect((await readLedger(guarded, 'attempts')).map((row) => row.state)).toEqual(['asked'])
  expect(await shop.orders()).toEqual([])

  expect(await person.approve(consent)).toEqual({
    state: expect.stringMatching(/^(approved|forwarding|released|settled)$/),
  })
  await reads(/Thank you for your order/)
  expect(await shop.orders()).toHaveLength(1)
  mark(NAME, 'buys once after approval', 'yes')
})

it('is told to stop when the person rejects', async () => {
  await person.reject(await hold())
  await reads(/Do not retry/)
  expect(await shop.orders()).toEqual([])
  mark(NAME, 'stops after rejection', 'yes')
})
