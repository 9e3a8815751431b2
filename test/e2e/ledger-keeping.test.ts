/**
 * The ledger over its life in a real browser: signed and countersigned, unknown outcomes ended, put back to an older
 * state, taken away by the browser, erased by the person. One browser, in this order.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyCommand } from '../../agent/cli/verify.ts'
import { LEDGER_NAME } from '../../utils/ledger/db.ts'
import type { LedgerHealth } from '../../utils/ledger/health.ts'
import { thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { activateWithPin, waitForConsent } from '../harness/person.ts'
import { pauseAt } from '../harness/worker.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'
import type { MechanismName } from '../shop/mechanisms.ts'

let world: World
let copies: string

beforeAll(async () => {
  world = await openWorld({ cdpPort: 'free' })
  copies = await mkdtemp(join(tmpdir(), 'consent-guard-copy-'))
})
afterAll(async () => {
  await world?.close()
  await rm(copies, { recursive: true, force: true })
})

/** What the hourly alarm does, now. */
async function keep(): Promise<void> {
  const worker = await world.guarded.serviceWorker()
  await worker.evaluate(async () => {
    const { alarms } = Reflect.get(globalThis, 'chrome')
    await alarms.create('keep', { when: Date.now(), periodInMinutes: 60 })
  })
}

function untilHealth(wanted: (health: LedgerHealth) => boolean): Promise<unknown> {
  return waitForLedger(world.guarded, 'settings', (rows) => {
    const row = rows.find(({ key }) => key === 'health')
    return row !== undefined && wanted(row.value as LedgerHealth)
  })
}

async function dashboard(part: string): Promise<Page> {
  const page = await world.guarded.context.newPage()
  await page.goto(`${world.guarded.urlOf('dashboard')}#${part}`)
  return page
}

async function confirmByPin(page: Page): Promise<void> {
  const pin = page.locator('dialog.factor-dialog').getByTestId('pin')
  await pin.fill(PIN)
  await pin.press('Enter')
}

async function buy(): Promise<void> {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'fetch-json').waitFor()
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every(({ state }) => state === 'settled'))
  await closePage(page)
}

/** Killed after the release was written down: nobody here can know what became of it. */
async function killedAtRelease(): Promise<string> {
  const pause = await pauseAt(world.guarded, 'release-recorded')
  await approvePress(await world.atCheckout('fetch-json'), 'fetch-json')
  await pause.reached
  return afterKill()
}

/** Killed after the shop has taken the order and before it has said so. */
async function killedBeforeAnswer(): Promise<string> {
  const page = await world.atCheckout('integrated')
  await page.context().addCookies([{ name: 'mute', value: '60000', url: world.shop.url }])
  await approvePress(page, 'integrated')
  await expect.poll(async () => (await world.shop.orders()).length).toBe(1)
  return afterKill()
}

async function approvePress(page: Page, mechanism: MechanismName): Promise<void> {
  await press(page, mechanism)
  const consent = await waitForConsent(world.guarded)
  for (const box of await consent.getByTestId('acknowledge').all()) await box.check()
  await consent.getByTestId('pin').fill(PIN)
  await consent.locator('[data-testid=approve][aria-disabled=false]').click()
}

/** The attempt whose outcome is unknown after the browser was killed. */
async function afterKill(): Promise<string> {
  await relaunch()
  const rows = await waitForLedger(world.guarded, 'attempts', (all) => all.some(isUnknown))
  return rows.find(isUnknown)?.id ?? ''
}

const isUnknown = ({ state }: { state: string }) => state === 'unknown'

async function relaunch(between: (profile: string) => Promise<void> = async () => {}): Promise<void> {
  await world.guarded.kill()
  await between(join(world.guarded.userDataDir, 'Default', 'IndexedDB'))
  world.guarded = await world.guarded.relaunch()
}

async function stateOf(id: string) {
  const [attempt] = (await readLedger(world.guarded, 'attempts')).filter((row) => row.id === id)
  const [booked] = (await readLedger(world.guarded, 'reservations')).filter((row) => row.attemptId === id)
  return { state: attempt?.state, reason: attempt?.reason, booked: booked?.state }
}

describe('the ledger', () => {
  it('is signed here and countersigned by the backend, and the activity log says so', async () => {
    await buy()
    await keep()
    await untilHealth(({ anchor, signed }) => anchor?.kind === 'anchored' && anchor.size === signed?.size)
    const page = await dashboard('activity')
    await page.getByTestId('ledger-signatures').getByText('Countersigned by your payments backend').waitFor()
    await page.getByTestId('verification').getByText('unbroken').waitFor()
    await closePage(page)
  })

  it('takes money that came back off what was spent, with the PIN', async () => {
    const page = await dashboard('history')
    await page.locator('tbody tr button').first().click()
    const form = page.getByTestId('record-refund')
    await form.getByRole('textbox').fill('5.00')
    await form.getByRole('button').click()
    await confirmByPin(page)
    await form.getByText('Recorded.').waitFor()
    const [booked] = await readLedger(world.guarded, 'reservations')
    expect(booked?.refunded).toBe(500n)
    await closePage(page)
  })

  it('gives the person an evidence file that verifies without it', async () => {
    const page = await dashboard('history')
    await page.locator('tbody tr button').first().click()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save evidence file' }).click()
    const path = await (await saved).path()
    const lines: string[] = []
    expect(await verifyCommand([path, '--all'], (line) => lines.push(line))).toBe(0)
    expect(lines.some((line) => /^VERIFIED +anchor/.test(line))).toBe(true)
    // One digit of what was paid, and nothing else, is another one.
    const bundle = await readFile(path, 'utf8')
    const forged = join(copies, 'forged.json')
    await writeFile(
      forged,
      bundle.replace(/(?<="amount": ?")\d/, (digit) => String((Number(digit) + 1) % 10)),
    )
    expect(await readFile(forged, 'utf8')).not.toBe(bundle)
    expect(await verifyCommand([forged], () => {})).toBe(1)
    await closePage(page)
  })

  it('ends an unknown outcome by what the person says, with the PIN, and tells the backend', async () => {
    await world.shop.reset()
    const id = await killedAtRelease()
    const page = await dashboard('history')
    await page.locator('tbody tr button').first().click()
    await page.getByTestId('settle-unknown').getByRole('button', { name: 'It was not paid' }).click()
    expect(await stateOf(id)).toMatchObject({ state: 'unknown', booked: 'reserved' })
    await confirmByPin(page)
    await expect
      .poll(() => stateOf(id))
      .toEqual({
        state: 'failed',
        reason: 'person_not_paid',
        booked: 'released',
      })
    await waitForLedger(world.guarded, 'receipts', (rows) =>
      rows.some((row) => row.attemptId === id && row.state === 'failed' && row.jws !== null),
    )
    await closePage(page)
  })

  it('ends an unknown outcome by itself once the merchant has used the consent', async () => {
    await world.shop.reset()
    const id = await killedBeforeAnswer()
    await keep()
    await expect
      .poll(() => stateOf(id))
      .toEqual({
        state: 'settled',
        reason: 'backend_told',
        booked: 'settled',
      })
    await world.guarded.context.clearCookies()
  })

  it('that was put back to an older state says so', async () => {
    await relaunch((folder) => cp(folder, copies, { recursive: true }))
    await buyMore()
    await keep()
    const log = await readLedger(world.guarded, 'log')
    await untilHealth(({ signed }) => (signed?.size ?? 0) >= log.length)
    await untilWitness(log.length)
    await relaunch(async (folder) => {
      await rm(folder, { recursive: true })
      await cp(copies, folder, { recursive: true })
    })
    await untilHealth(({ past }) => past?.kind === 'rolled-back')
    const page = await dashboard('activity')
    await page.getByTestId('ledger-troubles').getByText('older state').waitFor()
    await closePage(page)
    // The backend's copy has gone further, so it will never countersign this past again.
    await keep()
    await untilHealth(({ anchor }) => anchor?.kind === 'conflict')
  })

  it('is erased by the person wholly, with the PIN, and that is no loss', async () => {
    await leaveTraces()
    const { rules, carts } = await traces()
    expect(Math.min(rules, carts)).toBeGreaterThan(0)
    const page = await dashboard('settings')
    await page.getByTestId('erase').getByRole('button', { name: 'Delete everything' }).click()
    expect(await readLedger(world.guarded, 'attempts')).not.toEqual([])
    await confirmByPin(page)
    await waitForLedger(world.guarded, 'settings', (rows) => rows.every(({ key }) => key !== 'identity'))
    for (const table of ['attempts', 'log', 'caps', 'mandates', 'reservations'] as const) {
      expect(await readLedger(world.guarded, table)).toEqual([])
    }
    await expect.poll(traces).toEqual({ rules: 0, carts: 0 })
    await relaunch()
    await untilHealth(({ storage }) => storage !== null)
    const [health] = (await readLedger(world.guarded, 'settings')).filter(({ key }) => key === 'health')
    expect(health?.value).toMatchObject({ past: null })
  })

  it('that the browser took away says so, and every payment is refused', async () => {
    await untilWitness(0)
    await relaunch((folder) => rm(folder, { recursive: true }))
    await untilHealth(({ past }) => past?.kind === 'lost')
    const page = await dashboard('activity')
    await page.getByTestId('ledger-troubles').getByText('deleted').waitFor()
    await closePage(page)
    await world.shop.reset()
    const shop = await world.atCheckout('fetch-json')
    await press(shop, 'fetch-json')
    await waitForLedger(world.guarded, 'log', (rows) =>
      rows.some(({ event, data }) => event === 'attempt.refused' && data.reason === 'not_activated'),
    )
    expect(await world.shop.orders()).toEqual([])
    await closePage(shop)
  })

  it('that is deleted while a payment waits lets nothing go, whatever proof comes, and says so', async () => {
    await activateWithPin(world.guarded, PIN)
    await keep()
    await untilWitness(1)
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    await waitForConsent(world.guarded)
    const [asked] = (await readLedger(world.guarded, 'attempts')).filter(({ state }) => state === 'asked')
    await world.guarded.office.evaluate(
      (name) =>
        new Promise<void>((done, fail) => {
          const deleting = indexedDB.deleteDatabase(name)
          deleting.onsuccess = () => done()
          deleting.onerror = () => fail(deleting.error)
        }),
      LEDGER_NAME,
    )
    const answer = await world.guarded.office.evaluate(
      ([attemptId, digest, pin]) =>
        Reflect.get(globalThis, 'chrome').runtime.sendMessage({
          command: 'approve',
          attemptId,
          digest,
          proof: { kind: 'pin', pin },
        }),
      [asked?.id, asked?.digest, PIN],
    )
    expect(answer).toMatchObject({ ok: false, code: 'unknown_attempt' })
    await keep()
    await untilHealth(({ past }) => past?.kind === 'lost')
    expect(await world.shop.orders()).toEqual([])
  })
})

async function buyMore(): Promise<void> {
  await world.shop.reset()
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'fetch-json').waitFor()
  await waitForLedger(world.guarded, 'attempts', (rows) => !rows.some(({ state }) => state === 'released'))
}

/** What is kept outside the ledger and names a shop: a learned endpoint and the cart of a tab. */
async function leaveTraces(): Promise<void> {
  await world.guarded.office.evaluate(async () => {
    const { declarativeNetRequest: net, storage } = Reflect.get(globalThis, 'chrome')
    const known: { id: number }[] = await net.getDynamicRules()
    const condition = { urlFilter: '|https://shop.example/pay^' }
    await net.updateDynamicRules({
      removeRuleIds: known.map(({ id }) => id),
      addRules: [{ id: 1, action: { type: 'block' }, condition }],
    })
    await storage.session.set({ 'cart:1': { site: 'shop.example' } })
  })
}

function traces(): Promise<{ rules: number; carts: number }> {
  return world.guarded.office.evaluate(async () => {
    const { declarativeNetRequest: net, storage } = Reflect.get(globalThis, 'chrome')
    const session: Record<string, unknown> = await storage.session.get(null)
    return {
      rules: (await net.getDynamicRules()).length,
      carts: Object.keys(session).filter((key) => key.startsWith('cart:')).length,
    }
  })
}

/** The witness is written last; read where the extension keeps it. */
async function untilWitness(seq: number): Promise<void> {
  await expect
    .poll(() =>
      world.guarded.office.evaluate(async () => {
        const { storage } = Reflect.get(globalThis, 'chrome')
        const found: Record<string, { seq: number }> = await storage.local.get('ledger-witness')
        return found['ledger-witness']?.seq ?? -1
      }),
    )
    .toBeGreaterThanOrEqual(seq)
}
