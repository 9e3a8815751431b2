/**
 * Real agents' drivers buy at the demo shop: each is held, understands why, tries in vain to approve itself, finishes after
 * approval, stops after a rejection, and shows the person one attempt for one intent however often it presses.
 */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { EXTENSION_DIR, openWorld, type World } from '../harness/world.ts'
import { DRIVERS, type Driver, type DriverName, driverOf } from './drivers.ts'
import { installedPackage, NotInstalled } from './installed.ts'
import { type Column, mark, writeMatrix } from './matrix.ts'
import { forgeIn, reachFor } from './self-approval.ts'

const NAMES = Object.keys(DRIVERS) as DriverName[]

let world: World
let driver: Driver | null = null

beforeAll(async () => {
  world = await openWorld({
    backend: false,
    factor: 'passkey',
    cdpPort: 'free',
    extraArgs: ['--enable-features=WebMCP', '--enable-unsafe-extension-debugging', ...withStagehand()],
  })
})
afterAll(async () => {
  writeMatrix()
  await world?.close()
})
afterEach(async () => {
  await driver?.close()
  driver = null
  for (const page of world.guarded.context.pages()) if (page !== world.guarded.office) await closePage(page)
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every((row) => row.state !== 'asked'))
  await world.shop.reset()
})

/**
 * Stagehand drives from an extension of its own, which opens the debugging port as its own launcher lets it. The last list of
 * extensions counts, so both are in it.
 */
function withStagehand(): string[] {
  try {
    const folder = fileURLToPath(installedPackage('@browserbasehq/stagehand', 'dist/extension'))
    const both = [EXTENSION_DIR, folder].join()
    return ['--remote-allow-origins=*', `--disable-extensions-except=${both}`, `--load-extension=${both}`]
  } catch (error) {
    if (error instanceof NotInstalled) return []
    throw error
  }
}

async function reads(agent: Driver, words: string, timeout = 15_000): Promise<string> {
  const end = Date.now() + timeout
  for (;;) {
    // A page in the middle of a navigation cannot be read; the agent would look again.
    const text = await agent.read().catch(() => '')
    if (text.includes(words)) return text
    if (Date.now() > end) throw new Error(`the agent never reads "${words}", but:\n${text}`)
    await world.guarded.office.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)))
  }
}

async function holdOf(agent: Driver) {
  const before = (await readLedger(world.guarded, 'attempts')).length
  // Another order each time: the same again would be a repeat, which has to be answered before Approve is enabled.
  const quantity = (before % 9) + 1
  await agent.open(`${world.shop.url}/buy/teapot?via=${agent.via ?? 'fetch-json'}&quantity=${quantity}`)
  await agent.press('Place order')
  const consent = await waitForConsent(world.guarded)
  return { before, consent }
}

async function stillAsked(id: string): Promise<void> {
  const row = (await readLedger(world.guarded, 'attempts')).find((attempt) => attempt.id === id)
  expect(row?.state).toBe('asked')
  expect(await world.shop.orders()).toEqual([])
}

/** Everything that this agent can try against its own hold; the question is still open afterwards. */
async function triesItself(
  context: TestContext,
  name: DriverName,
  held: Driver,
  consent: Page,
): Promise<void> {
  const row = (await readLedger(world.guarded, 'attempts')).find(({ state }) => state === 'asked')
  if (!row) throw new Error('nothing is asked')
  const { id: attemptId, holdId, digest } = row
  const target = { attemptId, holdId, digest, window: world.guarded.urlOf('consent') }
  await forgeIn(held, target)
  await held.press('Place order')
  await stillAsked(attemptId)
  mark(name, 'forges messages', 'refused')

  const own = (await held.another?.()) ?? (await driverHere(context, name))
  const tries = await reachFor(own, target)
  await stillAsked(attemptId)
  for (const [column, said] of Object.entries(tries) as [Column, string][]) {
    expect(said).not.toMatch(/^not refused/)
    mark(name, column, said)
  }
  await own.close()
  const windows = world.guarded.context.pages().filter((page) => page.url().startsWith(target.window))
  for (const page of windows) if (page !== consent) await closePage(page)
  await consent.bringToFront()
}

/** The driver, or a skip that says which program is missing. */
async function driverHere(context: TestContext, name: DriverName): Promise<Driver> {
  try {
    return await driverOf(world.guarded, name)
  } catch (error) {
    if (error instanceof NotInstalled) return context.skip(error.message)
    throw error
  }
}

describe.each(NAMES)('%s', (name) => {
  it('is held, understands it, cannot approve itself, and buys once after approval', async (context) => {
    const agent = await driverHere(context, name)
    driver = agent
    const { before, consent } = await holdOf(agent)
    const held = await reads(agent, 'Payment held')
    expect(held).toMatch(/waiting for the person to decide/i)
    await agent.press('Place order')
    await agent.press('Place order')
    expect(await world.shop.orders()).toEqual([])
    expect((await readLedger(world.guarded, 'attempts')).length).toBe(before + 1)
    mark(name, 'is held', 'yes')
    mark(name, 'understands', 'yes')

    await triesItself(context, name, agent, consent)
    expect((await readLedger(world.guarded, 'attempts')).length).toBe(before + 1)

    const asked = (await readLedger(world.guarded, 'attempts')).find(({ state }) => state === 'asked')
    await world.person.approve(consent)
    await reads(agent, 'Thank you for your order')
    const orders = await world.shop.orders()
    expect(orders.map((order) => order.total)).toEqual([asked?.order.total?.amount.toString()])
    mark(name, 'buys once after approval', 'yes')
  })

  it('is told to stop when the person rejects, and nothing is bought', async (context) => {
    const agent = await driverHere(context, name)
    driver = agent
    const { consent } = await holdOf(agent)
    await world.person.reject(consent)
    const text = await reads(agent, 'Do not retry')
    expect(text).toContain('Nothing was paid')
    expect(await world.shop.orders()).toEqual([])
    mark(name, 'stops after rejection', 'yes')
  })
})
