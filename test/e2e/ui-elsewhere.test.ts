/** Approval on another device: two browsers with a profile each, the second with a passkey that the first never has. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'
import { violations } from './ui/axe.ts'
import { invitePhone, openPhone, type Phone } from './ui/phone.ts'

describe('approval on another device', () => {
  let world: World
  let phone: Phone
  beforeAll(async () => {
    world = await openWorld()
    phone = await openPhone()
  })
  afterAll(async () => {
    await world?.close()
    await phone?.close()
  })

  /** The page as it stands, in light and dark. */
  async function accessible() {
    for (const colorScheme of ['light', 'dark'] as const) {
      await phone.page.emulateMedia({ colorScheme })
      expect(await violations(phone.page)).toEqual([])
    }
  }

  test('a device is connected by a code that needs the PIN, and then alone can approve', async () => {
    const { settings, url } = await invitePhone(world)
    await phone.page.goto(url)
    expect(phone.page.url()).not.toContain('#')
    await accessible()
    await phone.page.getByRole('button', { name: 'Connect with a passkey' }).click()
    await phone.page.getByRole('heading', { name: 'Nothing is waiting' }).waitFor()

    const section = settings.getByTestId('elsewhere')
    await section.getByTestId('approver').waitFor()
    await section.getByLabel('When a payment waits').selectOption('only')
    await expect
      .poll(async () => {
        const rows = await readLedger(world.guarded, 'settings')
        return JSON.stringify(rows.find(({ key }) => key === 'settings')?.value)
      })
      .toContain('"elsewhere":"only"')
    await settings.close()

    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await consent.getByTestId('arming').getByText('Approve it on your other device').waitFor()
    expect(await consent.getByTestId('approve').getAttribute('aria-disabled')).toBe('true')
    // Not even who runs script in our own page, and knows the PIN.
    const [asked] = (await readLedger(world.guarded, 'attempts')).filter((row) => row.state === 'asked')
    const driven = await consent.evaluate(
      (approval) => chrome.runtime.sendMessage({ command: 'approve', ...approval }),
      { attemptId: asked?.id, digest: asked?.digest, proof: { kind: 'pin', pin: PIN } },
    )
    expect(driven).toMatchObject({ ok: false, code: 'elsewhere_only' })

    await phone.page.getByRole('heading', { name: 'Do you agree to this payment?' }).waitFor()
    await phone.page.getByText('€41.90').first().waitFor()
    await accessible()
    await phone.page.locator('[data-testid=approve][aria-disabled=false]').click()
    // It says how it ended until that was seen, though nothing waits any more.
    await phone.page.getByRole('heading', { name: 'Approved' }).waitFor()
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'settled'))
    expect(await world.shop.orders()).toHaveLength(1)
    await accessible()
    await phone.page.getByRole('button', { name: 'Close' }).click()
    await phone.page.getByRole('heading', { name: 'Nothing is waiting' }).waitFor()
    await accessible()
    const [mandate] = await readLedger(world.guarded, 'mandates')
    expect(mandate).toMatchObject({ paymentId: expect.any(String), approval: expect.stringMatching(/\./) })
    const [decided] = await readLedger(world.guarded, 'consents')
    expect(decided).toMatchObject({ decision: 'approved', factor: null, approvalId: expect.any(String) })
    await closePage(page)
  })

  test('rejecting there stops the payment here', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    await phone.page.getByRole('heading', { name: 'Do you agree to this payment?' }).waitFor()
    await phone.page.getByRole('button', { name: 'Reject' }).click()
    await page.getByText('rejected by the user').first().waitFor()
    expect(await world.shop.orders()).toHaveLength(1)
    await phone.page.getByRole('heading', { name: 'Rejected' }).waitFor()
    await phone.page.getByRole('button', { name: 'Close' }).click()
    await closePage(page)
  })

  test('only there, and only when asked twice, is the browser let approve by itself again', async () => {
    await phone.page.getByRole('button', { name: 'Let the browser approve' }).click()
    await phone.page.getByText('Are you sure?').waitFor()
    await accessible()
    await phone.page.getByRole('button', { name: 'Let the browser approve' }).click()
    await phone.page.getByText('The browser can approve again').waitFor()
  })
})
