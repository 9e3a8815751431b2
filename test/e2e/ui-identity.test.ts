/** The factor over its life: the practice shop, recovery codes, another PIN, small amounts, removal. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { LogRow } from '../../utils/ledger/db.ts'
import { anAttempt, eur } from '../component/attempts.ts'
import { type Opened, open } from './ui/open.ts'
import { clearLedger, seedWaiting } from './ui/seed.ts'
import { activate, PIN } from './ui/surfaces.ts'

const NEXT = 'seven quiet cups'

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

  test('the practice purchase takes the PIN and no other', async () => {
    await opened.show('welcome.html#practice', 900, 720)
    const opening = opened.context.waitForEvent('page')
    await opened.page.getByTestId('practice-pay').click()
    const window = await opening
    await window.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    await window.getByLabel('PIN').fill('not the pin')
    await window.getByLabel('PIN').press('Enter')
    await window.getByTestId('pin-error').waitFor()
    await opened.page.locator('[data-testid=practice-state][data-state=asked]').waitFor()
    await window.getByLabel('PIN').fill(PIN)
    await window.getByLabel('PIN').press('Enter')
    await window.locator('[data-testid=consent-result][data-state=approved]').waitFor()
    await opened.page.locator('[data-testid=practice-state][data-state=approved]').waitFor()
    await window.close()
    expect(await opened.rows('attempts')).toEqual([])
  })

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

  test('recovery codes are shown once; one sets a new PIN, once; the old PIN is nothing then', async () => {
    const { page } = opened
    await settings()
    await page.getByRole('button', { name: 'Make new codes' }).click()
    await prove(PIN)
    await page.getByTestId('recovery').locator('code').nth(7).waitFor()
    const codes = await page.getByTestId('recovery').locator('code').allTextContents()
    expect(codes).toHaveLength(8)
    await page.getByRole('button', { name: 'I have written them down' }).click()
    await page.getByText('8 unused recovery codes').waitFor()
    const kept = JSON.stringify(await opened.rows('settings'), (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(kept).not.toContain(codes[0])

    await page.getByText('Change PIN or passkey').click()
    await page.getByTestId('pin').fill(NEXT)
    await page.getByTestId('pin-again').fill(NEXT)
    await page.getByTestId('use-pin').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Use a recovery code instead').click()
    await dialog.getByLabel('Recovery code').fill(codes[0]?.toLowerCase() ?? '')
    await dialog.getByLabel('Recovery code').press('Enter')
    await page.getByText('Changed. From now on only the new one counts.').waitFor()
    await page.getByText('7 unused recovery codes').waitFor()

    await page.getByRole('button', { name: 'Make new codes' }).click()
    await prove(PIN)
    await page.getByTestId('pin-error').waitFor()
    await prove(NEXT)
    await page.getByTestId('recovery').locator('code').first().waitFor()
    const events = (await opened.rows<LogRow>('log')).map(({ event }) => event)
    expect(events).toContain('identity.changed')
  })
  test('removing it needs it, and then every payment is refused', async () => {
    const { page } = opened
    await settings()
    await page.getByText('Change PIN or passkey').click()
    await page.getByRole('button', { name: 'Remove it and switch the guard off' }).click()
    await page.getByRole('dialog').waitFor()
    await page.getByText('Guard is on').first().waitFor()
    await prove(NEXT)
    await page.getByText('Guard is off').first().waitFor()
    const keys = (await opened.rows<{ key: string }>('settings')).map(({ key }) => key)
    expect(keys).not.toContain('identity')
  })
})
