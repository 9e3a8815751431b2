/**
 * A stand-in for the person: activates the guard, pairs the backend, answers the consent window. A passkey is a CDP
 * virtual authenticator; those belong to one target, so the credential is carried from page to page with its counter.
 * It says what happened; it never judges.
 */
import type { CDPSession, Locator, Page } from 'playwright-core'
import type { GuardedBrowser } from './browser.ts'
import { closePage } from './close.ts'

export interface Person {
  factor: 'passkey' | 'pin'
  pair(url: string, code: string): Promise<void>
  /** Approves what the consent window shows and waits for what becomes of it. */
  approve(consent: Page, options?: { pin?: string }): Promise<Decided>
  reject(consent: Page): Promise<Decided>
}

/** Attempt state that the window shows after a decision, or the sentence of a failure. */
export type Decided = { state: string } | { failure: string }

type Credential = Awaited<ReturnType<typeof credentialsOf>>[number]

interface Authenticator {
  session: CDPSession
  id: string
}

const AUTHENTICATOR = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const

export async function activateWithPin(guarded: GuardedBrowser, pin: string): Promise<Person> {
  const page = await openWelcome(guarded)
  await page.getByTestId('pin').fill(pin)
  await page.getByTestId('pin-again').fill(pin)
  await page.getByTestId('use-pin').click()
  await switchOn(page)
  await closePage(page)
  return {
    factor: 'pin',
    pair: (url, code) =>
      pair(guarded, url, code, async (prompt) => {
        await prompt.getByTestId('pin').fill(pin)
        await prompt.getByRole('button', { name: 'Confirm' }).click()
      }),
    async approve(consent, options) {
      await acknowledgeNotes(consent)
      await consent.getByTestId('pin').fill(options?.pin ?? pin)
      await pressApprove(consent)
      return decided(consent)
    },
    reject,
  }
}

export async function activateWithPasskey(guarded: GuardedBrowser): Promise<Person> {
  const page = await openWelcome(guarded)
  let authenticator = await addAuthenticator(page)
  await page.getByTestId('use-passkey').click()
  await switchOn(page)
  let credential = await onlyCredential(authenticator)
  await closePage(page)

  /** Lends the passkey to a page; the counter that it moves on is kept for the next. */
  async function withPasskey<T>(target: Page, act: () => Promise<T>): Promise<T> {
    authenticator = await addAuthenticator(target)
    await authenticator.session.send('WebAuthn.addCredential', {
      authenticatorId: authenticator.id,
      credential,
    })
    authenticator.session.on('WebAuthn.credentialAsserted', (event) => {
      credential = event.credential
    })
    const result = await act()
    await authenticator.session.detach().catch(() => {})
    return result
  }

  return {
    factor: 'passkey',
    pair: (url, code) =>
      pair(guarded, url, code, (prompt) =>
        withPasskey(prompt, () => prompt.getByRole('button', { name: 'Use passkey' }).click()),
      ),
    approve: (consent) =>
      withPasskey(consent, async () => {
        await acknowledgeNotes(consent)
        await pressApprove(consent)
        return decided(consent)
      }),
    reject,
  }
}

/** The consent window, as soon as it is open and shows a payment. */
export async function waitForConsent(guarded: GuardedBrowser, timeout = 15_000): Promise<Page> {
  const url = guarded.urlOf('consent')
  const end = Date.now() + timeout
  for (;;) {
    const page = guarded.context.pages().find((known) => known.url().startsWith(url) && !known.isClosed())
    if (page && (await asks(page))) return page
    if (Date.now() > end) throw new Error(`no consent window asks about a payment within ${timeout} ms`)
    // Windows open and close by themselves here; there is no one event for "the right one is showing".
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/**
 * Whether the window asks about a payment. What became of an earlier one stays until it was seen and closes with its
 * window; where the next one waits behind it, this goes on to it.
 */
async function asks(page: Page): Promise<boolean> {
  try {
    if (await page.getByTestId('approve').isVisible()) return true
    const next = page.getByTestId('done').filter({ hasText: 'Next payment' })
    if (await next.isVisible()) await next.click({ timeout: 1_000 })
  } catch {
    // It closed meanwhile; another comes.
  }
  return false
}

/** What the consent window shows: facts for tests and for the demonstration's printout. */
export async function readConsent(consent: Page): Promise<{
  merchant: string
  site: string
  total: string
  text: string
}> {
  const textOf = async (id: string) => (await consent.getByTestId(id).first().textContent()) ?? ''
  return {
    merchant: await textOf('consent-merchant'),
    site: await textOf('consent-site'),
    total: await textOf('consent-total'),
    text: (await consent.locator('main').allInnerTexts()).join('\n'),
  }
}

/** How long the extension may take to open its welcome page on the first run. */
const WELCOME_MS = 5_000

/** The welcome page, in front: the extension's own, or a new one where the first run is over. */
export async function welcomePage(guarded: GuardedBrowser): Promise<Page> {
  const url = guarded.urlOf('welcome')
  const own = () => guarded.context.pages().find((known) => known.url().startsWith(url))
  const until = Date.now() + WELCOME_MS
  while (own() === undefined && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
  const page = own()
  const welcome = page ?? (await guarded.context.newPage())
  if (!page) await welcome.goto(url)
  await welcome.bringToFront()
  return welcome
}

async function openWelcome(guarded: GuardedBrowser): Promise<Page> {
  const welcome = await welcomePage(guarded)
  await welcome.locator('main button.button-primary').first().click()
  await welcome.getByTestId('use-passkey').waitFor()
  return welcome
}

async function switchOn(welcome: Page): Promise<void> {
  await welcome.getByTestId('switch-on').click()
  await welcome.getByTestId('guard-is-on').waitFor({ timeout: 30_000 })
}

async function pair(
  guarded: GuardedBrowser,
  url: string,
  code: string,
  prove: (prompt: Page) => Promise<void>,
): Promise<void> {
  const page = await guarded.context.newPage()
  await page.goto(guarded.urlOf('welcome'))
  const form = await enterPairing(page, url, code)
  const paired = page.getByTestId('paired')
  await paired.or(page.getByRole('dialog')).or(form.getByRole('alert')).first().waitFor()
  if (await page.getByRole('dialog').isVisible()) await prove(page)
  await paired.waitFor({ timeout: 20_000 })
  await closePage(page)
}

/** Types the backend's address and code into the welcome page, and sends them. */
export async function enterPairing(welcome: Page, url: string, code: string): Promise<Locator> {
  const form = welcome.getByTestId('pairing')
  await form.locator('input').nth(0).fill(url)
  await form.locator('input').nth(1).fill(code)
  await form.locator('button[type=submit]').click()
  return form
}

async function acknowledgeNotes(consent: Page): Promise<void> {
  for (const box of await consent.getByTestId('acknowledge').all()) await box.check()
}

/** Approve does nothing until the window has been in front for a second. */
async function pressApprove(consent: Page): Promise<void> {
  await consent.locator('[data-testid=approve][aria-disabled=false]').click({ timeout: 15_000 })
}

async function reject(consent: Page): Promise<Decided> {
  await consent.getByTestId('reject').click()
  return decided(consent)
}

async function decided(consent: Page): Promise<Decided> {
  const result = consent.getByTestId('consent-result')
  const failure = consent.getByTestId('consent-failure').or(consent.getByTestId('pin-error'))
  await result.or(failure).first().waitFor({ timeout: 20_000 })
  if (await failure.first().isVisible()) return { failure: (await failure.first().textContent()) ?? '' }
  return { state: (await result.getAttribute('data-state')) ?? '' }
}

async function addAuthenticator(page: Page): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: AUTHENTICATOR,
  })
  return { session, id: authenticatorId }
}

async function credentialsOf(authenticator: Authenticator) {
  const { credentials } = await authenticator.session.send('WebAuthn.getCredentials', {
    authenticatorId: authenticator.id,
  })
  return credentials
}

async function onlyCredential(authenticator: Authenticator): Promise<Credential> {
  const [credential] = await credentialsOf(authenticator)
  if (!credential) throw new Error('The welcome page made no passkey.')
  return credential
}
