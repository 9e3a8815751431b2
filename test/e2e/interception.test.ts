/** The real extension at every checkout of the demo shop. The shop's own order store says what was ordered. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jumpToCheckout, payControl, thanksHeading } from '../harness/checkout.ts'
import { MECHANISMS, type MechanismName } from '../shop/mechanisms.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'
import { type GuardedBrowser, openGuarded } from './interception-browser.ts'

/** Where nothing on the page names a currency the order cannot be approved, and the last two have tests of their own. */
const SELLS = MECHANISMS.filter((name) => name !== 'integrated' && name !== 'no-currency')

let shop: RunningShop
let guard: GuardedBrowser
beforeAll(async () => {
  shop = await startShop()
  guard = await openGuarded()
})
beforeEach(() => shop.reset())
afterEach(async () => {
  for (const attempt of await guard.attempts()) if (attempt.state === 'asked') await guard.reject(attempt)
  for (const page of guard.context.pages()) if (page !== guard.own) await page.close()
})
afterAll(async () => {
  await guard.close()
  await shop.close()
})

describe('a press of the pay control waits for the person, and then buys once', () => {
  test.each(SELLS)('%s', async (mechanism: MechanismName) => {
    const page = await guard.context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    await jumpToCheckout(page, shop.url, mechanism)
    const pressed = Date.now()
    await payControl(page, mechanism).click()
    expect(Date.now() - pressed).toBeLessThan(4_000)
    const asked = await guard.attemptIn('asked')
    expect(asked.channel).toBe('press')
    expect(await shop.orders()).toEqual([])

    expect(await guard.approve(asked)).toMatchObject({ ok: true })
    if (mechanism === 'payment-request') {
      // This browser has no payment app, so the shop falls back to a second pay button: a press of its own, asked again.
      await page.getByRole('button', { name: 'Pay by card' }).click()
      expect(await guard.approve(await guard.attemptIn('asked'))).toMatchObject({ ok: true })
    }
    await thanksHeading(page, mechanism).waitFor()
    if (mechanism === 'no-network') await page.goto(`${shop.url}/orders`)
    await expect.poll(async () => (await shop.orders()).length).toBe(1)
    await expect
      .poll(async () => (await guard.attempts()).find(({ id }) => id === asked.id)?.state)
      .toBe('settled')
    expect((await guard.attempts()).filter(({ state }) => state === 'asked')).toEqual([])
    expect(problems).toEqual([])
  })
})
