/** What a person decides about a site: buying there by themselves for a while, and blocking it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { payControl } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'

/** As a hand does it: the pointer moves there, then presses. */
async function pressByHand(page: Page): Promise<void> {
  await page.mouse.move(5, 5)
  await page.mouse.move(200, 160, { steps: 12 })
  await payControl(page, 'fetch-json').click()
}

describe('about one site', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld({
      backend: false,
      extraArgs: ['--disable-blink-features=AutomationControlled'],
    })
  })
  afterAll(() => world?.close())

  const events = async () => (await readLedger(world.guarded, 'log')).map(({ event }) => event)

  test('buying by oneself needs the PIN, then a hand passes, an agent is asked, and it stops at a press', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await consent.getByText('Other answers').click()
    await consent.getByRole('button', { name: 'Let me buy' }).click()
    const dialog = consent.getByRole('dialog')
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await page.getByText('rejected by the user').first().waitFor()
    expect(await world.shop.orders()).toEqual([])

    // A press by script shows itself as one: asked as ever.
    await payControl(page, 'fetch-json').dispatchEvent('click')
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'asked'))
    await world.person.reject(await waitForConsent(world.guarded))

    await page.bringToFront()
    await pressByHand(page)
    await expect.poll(() => world.shop.orders()).toHaveLength(1)
    expect(await events()).toContain('myself.passed')
    await closePage(page)

    const next = await world.atCheckout('fetch-json')
    const site = new URL(world.shop.url).host
    await world.guarded.office.evaluate(
      (key) => chrome.runtime.sendMessage({ command: 'stop-myself', site: key }),
      site,
    )
    await next.bringToFront()
    await pressByHand(next)
    await world.person.reject(await waitForConsent(world.guarded))
    expect(await world.shop.orders()).toHaveLength(1)
    await next.close()
  })

  test('a blocked site is refused without a question; blocking is free, unblocking needs the PIN', async () => {
    const before = (await world.shop.orders()).length
    const dashboard = await world.guarded.context.newPage()
    await dashboard.goto(`${world.guarded.urlOf('dashboard')}#sites`)
    await dashboard
      .getByRole('button', { name: /^Block / })
      .first()
      .click()
    await dashboard.getByText('Blocked', { exact: true }).waitFor()

    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    await page.getByText('has blocked payments at this site').first().waitFor()
    expect(await world.shop.orders()).toHaveLength(before)
    await closePage(page)

    await dashboard.getByRole('button', { name: /^Unblock/ }).click()
    const dialog = dashboard.getByRole('dialog')
    await dialog.getByLabel('PIN').waitFor()
    await dashboard.getByText('Blocked', { exact: true }).waitFor()
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await dashboard.getByText('Blocked', { exact: true }).waitFor({ state: 'detached' })
    await dashboard.close()
  })
})
