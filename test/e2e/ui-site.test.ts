/** What a person decides about a site: blocking it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'

describe('about one site', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld({ backend: false })
  })
  afterAll(() => world?.close())

  test('a blocked site is refused without a question; blocking is free, unblocking needs the PIN', async () => {
    // A site is listed once something was tried there.
    const tried = await world.atCheckout('fetch-json')
    await press(tried, 'fetch-json')
    await world.person.reject(await waitForConsent(world.guarded))
    await tried.close()
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
    await page.close()

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
