/** Small amounts without the factor. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { anAttempt, eur } from '../component/attempts.ts'
import { type Opened, open } from './ui/open.ts'
import { clearLedger, seedWaiting } from './ui/seed.ts'
import { activate, PIN } from './ui/surfaces.ts'

describe('identity', () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    await activate(opened)
  })
  afterAll(() => opened?.close())
  afterEach(() => clearLedger(opened))

  async function prove(pin: string) {
    const dialog = opened.page.getByRole('dialog')
    await dialog.getByLabel('PIN').fill(pin)
    await dialog.getByLabel('PIN').press('Enter')
  }
  const settings = () => opened.show('dashboard.html#settings', 1_000, 1_400)

  test('below the amount that the person set, a press is enough; above it never', async () => {
    const { page } = opened
    await settings()
    const form = page.getByTestId('threshold')
    await form.getByLabel('Without PIN or passkey below').fill('20')
    await form.getByRole('button', { name: 'Save' }).click()
    await prove(PIN)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const { order } = anAttempt()
    await seedWaiting(opened, { order: { ...order, total: eur(1_999) }, notes: [] }, { notes: [] })
    await opened.show('consent.html', 420, 640)
    await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    expect(await page.getByLabel('PIN').count()).toBe(0)
    await page.getByTestId('approve').click()
    // No page holds it here; that this is what stops it shows that the press was accepted.
    await page.getByTestId('consent-failure').getByText('page that wanted to pay is gone').waitFor()
    await page.getByRole('button', { name: 'Next payment' }).click()
    await page.getByLabel('PIN').waitFor()
  })
})
