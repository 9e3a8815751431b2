/** An agent that is an extension with chrome.debugger: it drives the shop and cannot reach the guard. */
import { join } from 'node:path'
import type { Worker } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtExtension, type GuardedBrowser, launchGuarded } from '../harness/browser.ts'
import { readLedger } from '../harness/ledger.ts'
import { activateWithPasskey, type Person, waitForConsent } from '../harness/person.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'

const ATTACKER = join(import.meta.dirname, 'attacker-extension')

let shop: RunningShop
let guarded: GuardedBrowser
let person: Person
let attacker: Worker

/** Functions of the attacker's worker. */
declare function tabOf(prefix: string): Promise<number>
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
  await guarded?.close()
  await shop?.close()
})

it('is held when it presses with chrome.debugger, cannot touch the consent window, and buys after approval', async () => {
  const page = await guarded.context.newPage()
  await page.goto(`${shop.url}/buy/teapot?via=fetch-json&quantity=1`)
  const press = (url: string) =>
    attacker.evaluate(async (prefix) => {
      const tabId = await tabOf(prefix)
      await pressCentre(tabId, "document.getElementById('place-order')")
    }, url)
  await press(shop.url)
  const consent = await waitForConsent(guarded)
  expect(await shop.orders()).toEqual([])

  const reached = await attacker.evaluate(({ url, id }) => reachFor(url, id), {
    url: guarded.urlOf('consent'),
    id: guarded.extensionId,
  })
  expect(Object.values(reached)).not.toContain('allowed')
  expect((await readLedger(guarded, 'attempts')).map((row) => row.state)).toEqual(['asked'])
  expect(await shop.orders()).toEqual([])

  expect(await person.approve(consent)).toEqual({
    state: expect.stringMatching(/^(approved|forwarding|released|settled)$/),
  })
  await page.getByRole('heading', { name: 'Thank you for your order' }).waitFor()
  expect(await shop.orders()).toHaveLength(1)
})
