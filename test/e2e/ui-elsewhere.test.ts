/** Approval on another device: two browsers with a profile each, the second with a passkey that the first never has. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, PLAIN_ARGS } from '../harness/chromium.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'

/** A browser without the extension, with an authenticator of its own. */
async function openPhone(): Promise<{ page: Page; context: BrowserContext; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'consent-guard-phone-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    viewport: { width: 390, height: 760 },
    args: [...PLAIN_ARGS],
  })
  const page = context.pages()[0] ?? (await context.newPage())
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { page, context, folder }
}

describe('approval on another device', () => {
  let world: World
  let phone: Awaited<ReturnType<typeof openPhone>>
  beforeAll(async () => {
    world = await openWorld()
    phone = await openPhone()
  })
  afterAll(async () => {
    await world?.close()
    await phone?.context.close()
    await rm(phone?.folder ?? '', { recursive: true, force: true })
  })

  test('a device is connected by a code that needs the PIN, and then alone can approve', async () => {
    const dashboard = await world.guarded.context.newPage()
    await dashboard.goto(`${world.guarded.urlOf('dashboard')}#settings`)
    const section = dashboard.getByTestId('elsewhere')
    await section.getByRole('button', { name: 'Connect a device' }).click()
    const dialog = dashboard.getByRole('dialog')
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await section.getByRole('img', { name: 'QR code' }).waitFor()
    const url = await section.getByTestId('pair-url').textContent()

    await phone.page.goto(url ?? '')
    expect(phone.page.url()).not.toContain('#')
    await phone.page.getByRole('button', { name: 'Connect with a passkey' }).click()
    await phone.page.getByRole('heading', { name: 'Nothing is waiting' }).waitFor()

    await section.getByTestId('approver').waitFor()
    await section.getByLabel('When a payment waits').selectOption('only')
    await expect
      .poll(async () => {
        const rows = await readLedger(world.guarded, 'settings')
        return JSON.stringify(rows.find(({ key }) => key === 'settings')?.value)
      })
      .toContain('"elsewhere":"only"')
    await dashboard.close()

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
    await phone.page.locator('[data-testid=approve][aria-disabled=false]').click()
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'settled'))
    expect(await world.shop.orders()).toHaveLength(1)
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
    await closePage(page)
  })
})
