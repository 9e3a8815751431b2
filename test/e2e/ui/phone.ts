/** The person's other device: a browser without the extension, with an authenticator of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { chromiumPath, PLAIN_ARGS } from '../../harness/chromium.ts'
import { PIN, type World } from '../../harness/world.ts'

export interface Phone {
  page: Page
  close(): Promise<void>
}

export async function openPhone(locale = 'en-US'): Promise<Phone> {
  const folder = await mkdtemp(join(tmpdir(), 'consent-guard-phone-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    viewport: { width: 390, height: 760 },
    locale,
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
  return {
    page,
    async close() {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Opens the settings and has a code made there, with the PIN. Gives the settings' page and the code's address. */
export async function invitePhone(world: World): Promise<{ settings: Page; url: string }> {
  const settings = await world.guarded.context.newPage()
  await settings.goto(`${world.guarded.urlOf('dashboard')}#settings`)
  const section = settings.getByTestId('elsewhere')
  await section.getByRole('button', { name: 'Connect a device' }).click()
  const dialog = settings.getByRole('dialog')
  await dialog.getByLabel('PIN').fill(PIN)
  await dialog.getByLabel('PIN').press('Enter')
  await section.getByRole('img', { name: 'QR code' }).waitFor()
  return { settings, url: (await section.getByTestId('pair-url').textContent()) ?? '' }
}
