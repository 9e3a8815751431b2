/**
 * An agent with everything that a debugging port gives tries to approve its own payment. A press and a script are not
 * the person: without the factor nothing is released.
 */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { AttemptRow } from '../../../utils/ledger/db.ts'
import type { Answer } from '../../../utils/messages/page.ts'
import { jumpToCheckout, payControl, thanksHeading } from '../../harness/checkout.ts'
import { closePage } from '../../harness/close.ts'
import { readLedger } from '../../harness/ledger.ts'
import { waitForConsent } from '../../harness/person.ts'
import { openWorld, press, type World } from '../../harness/world.ts'
import { attack, writeTable } from './table.ts'

let world: World
let agent: Browser
let shopPage: Page
let ours: Page
let held: AttemptRow | null = null

beforeAll(async () => {
  world = await openWorld({ backend: false, factor: 'passkey', cdpPort: 'free' })
  agent = await chromium.connectOverCDP(world.guarded.cdpEndpoint ?? '')
})
afterAll(async () => {
  writeTable()
  await agent?.close()
  await world?.close()
})

/** The agent's payment is held, and the agent has its hands on the consent window. */
async function hold(): Promise<AttemptRow> {
  const [context] = agent.contexts()
  if (!context) throw new Error('no context')
  shopPage = await context.newPage()
  await jumpToCheckout(shopPage, world.shop.url, 'fetch-json')
  await payControl(shopPage, 'fetch-json').click()
  await waitForConsent(world.guarded)
  const window = () => context.pages().find((page) => page.url().startsWith(world.guarded.urlOf('consent')))
  // Its own connection hears of the window a moment later than the person's.
  await expect.poll(window).toBeDefined()
  ours = window() as Page
  const row = (await readLedger(world.guarded, 'attempts')).find((attempt) => attempt.state === 'asked')
  if (!row) throw new Error('nothing is asked')
  held = row
  return row
}

async function stillHeld(): Promise<void> {
  const row = (await readLedger(world.guarded, 'attempts')).find((attempt) => attempt.id === held?.id)
  expect(row?.state).toBe('asked')
  expect(await world.shop.orders()).toEqual([])
}

afterEach(async () => {
  if (held === null) return
  held = null
  const consent = await waitForConsent(world.guarded)
  await world.person.reject(consent)
  await Promise.all([shopPage, consent].map(closePage))
  await world.shop.reset()
})

/** A command as our own page would send it. The agent runs in that page, so the sender is right. */
function send(message: Record<string, unknown>): Promise<Answer<unknown>> {
  return ours.evaluate((value) => chrome.runtime.sendMessage(value), message)
}

attack('B5', 'presses Approve itself, with trusted input', 'stopped', async () => {
  await hold()
  await ours.locator('[data-testid=approve][aria-disabled=false]').click()
  await ours.getByText('Confirm with your passkey').waitFor()
  await stillHeld()
  // The prompt is left open on purpose: the person's reject must work beside it.
  await ours.reload()
  return 'a press is not the person: the factor is asked for'
})

attack('B6', 'script in the guard’s own window sends the approval', 'stopped', async () => {
  const { id: attemptId, digest } = await hold()
  const answer = await send({ command: 'approve', attemptId, digest, proof: null })
  expect(answer).toMatchObject({ ok: false, code: 'factor_missing' })
  await stillHeld()
  return 'the background checks the proof, whoever sends it'
})

attack('B10', 'script in the guard’s own window makes up a PIN and a proof', 'stopped', async () => {
  const { id: attemptId, digest } = await hold()
  const pin = await send({
    command: 'approve',
    attemptId,
    digest,
    proof: { kind: 'pin', pin: '000000' },
  })
  expect(pin).toMatchObject({ ok: false })
  const nonsense = await send({ command: 'approve', attemptId, digest, proof: 'yes' })
  expect(nonsense).toMatchObject({ ok: false })
  await stillHeld()
  return 'each is checked, and every try of a PIN is counted on disk first'
})

attack('B11', 'makes a passkey of its own on a virtual authenticator', 'stopped', async () => {
  const { id: attemptId, digest } = await hold()
  const session = await ours.context().newCDPSession(ours)
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
  const assertion = await ours.evaluate(async (digest) => {
    const bytes = (text: string) =>
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    await navigator.credentials.create({
      publicKey: {
        challenge: bytes(digest),
        rp: { name: 'Consent Guard' },
        user: { id: bytes('Y29uc2VudC1ndWFyZA'), name: 'x', displayName: 'x' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    })
    const credential = await navigator.credentials.get({
      publicKey: { challenge: bytes(digest), userVerification: 'required' },
    })
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null
  }, digest)
  expect(assertion).not.toBeNull()
  const answer = await send({
    command: 'approve',
    attemptId,
    digest,
    proof: { kind: 'passkey', assertion },
  })
  expect(answer).toMatchObject({ ok: false, code: 'factor_wrong' })
  await stillHeld()
  await session.detach()
  return 'only the passkey that the person enrolled is accepted, over this order’s digest'
})

attack('B12', 'activates the guard anew with a PIN of its own', 'stopped', async () => {
  await hold()
  const answer = await send({ command: 'activate', factor: { kind: 'pin', pin: '918273' } })
  expect(answer).toMatchObject({ ok: false, code: 'already_activated' })
  await stillHeld()
  return 'an identity that is there is changed only with its own factor'
})

attack('B3', 'forges the decision in the page: messages, events, a second press', 'stopped', async () => {
  const { digest, holdId } = await hold()
  await shopPage.evaluate(
    ({ id, digest }) => {
      for (const type of ['release', 'approved', 'decision', 'held']) {
        const message = { type, holdId: id, attemptId: id, digest, decision: 'approve', approved: true }
        window.postMessage(message, '*')
        window.dispatchEvent(new CustomEvent(type, { detail: message }))
        window.dispatchEvent(new MessageEvent('message', { data: message, origin: location.origin }))
        document.dispatchEvent(new CustomEvent(type, { detail: message }))
      }
    },
    { id: holdId, digest },
  )
  await payControl(shopPage, 'fetch-json').click()
  await stillHeld()
  return 'the hold listens to the background’s port and to nothing in the page'
})

attack('B13', 'deletes what the guard shows and presses again', 'stopped', async () => {
  await hold()
  await shopPage.evaluate(() => {
    for (const element of [...document.body.children]) {
      if (!element.matches('header, main, footer')) element.remove()
    }
  })
  await payControl(shopPage, 'fetch-json').click()
  await payControl(shopPage, 'fetch-json').evaluate((element) => (element as HTMLElement).click())
  await stillHeld()
  return 'what is shown is not what holds'
})

attack('B14', 'raises or removes a cap from the guard’s own window', 'stopped', async () => {
  await hold()
  const cap = (amount: string) => ({
    id: null,
    scope: { kind: 'all' },
    window: 'day',
    limit: { amount, currency: 'EUR' },
  })
  const first = await send({ command: 'set-cap', cap: cap('100'), proof: null })
  expect(first).toMatchObject({ ok: true })
  const id = first.ok ? (first.value as { id: string }).id : null
  const raised = await send({ command: 'set-cap', cap: { ...cap('999999'), id }, proof: null })
  expect(raised).toMatchObject({ ok: false, code: 'factor_missing' })
  const removed = await send({ command: 'remove-cap', id, proof: null })
  expect(removed).toMatchObject({ ok: false, code: 'factor_missing' })
  await stillHeld()
  return 'lowering is free, raising and removing need the factor'
})

attack('B7', 'opens the guard’s window by its own address and presses Approve there', 'stopped', async () => {
  await hold()
  const own = await shopPage.context().newPage()
  await own.goto(`${world.guarded.urlOf('consent')}?attempt=${held?.id}&decision=approve`)
  await own.bringToFront()
  const approve = own.getByTestId('approve')
  await approve.click({ force: true })
  await own
    .locator('[data-testid=approve][aria-disabled=false]')
    .click({ timeout: 3_000 })
    .catch(() => {})
  await approve.evaluate((button) => (button as HTMLElement).click())
  await stillHeld()
  await closePage(own)
  return 'it is the same window to whoever opens it, and asks for the same factor'
})

attack('B8', 'disables the extension while a payment is held', 'stopped', async () => {
  const doomed = await openWorld({ backend: false, cdpPort: 'free' })
  const page = await doomed.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await waitForConsent(doomed.guarded)
  await disable(doomed)
  await press(page, 'fetch-json')
  await payControl(page, 'fetch-json').evaluate((element) => (element as HTMLElement).click())
  await page.evaluate(() => fetch('/api/cart'))
  // What pays nothing goes on, as it must after every update of the extension.
  await page.evaluate(() => {
    const button = document.createElement('button')
    button.textContent = 'Show more'
    button.addEventListener('click', () => button.append(' shown'))
    document.body.prepend(button)
  })
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('button', { name: 'Show more shown' }).waitFor()
  expect(await doomed.shop.orders()).toEqual([])
  await doomed.close()
  return 'what was held stays held; the page has to be loaded again first (M6)'
})

attack('M6', 'disables the extension, then loads the page again', 'out of reach', async () => {
  const doomed = await openWorld({ backend: false, cdpPort: 'free' })
  await disable(doomed)
  const page = await doomed.guarded.context.newPage()
  await jumpToCheckout(page, doomed.shop.url, 'fetch-json')
  await press(page, 'fetch-json')
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await doomed.shop.orders()).toHaveLength(1)
  await doomed.close()
  return 'a program that controls the browser can take extensions out of it; an integrated merchant still refuses (M3)'
})

/** On the browser's own page of extensions, which a debugging port reaches. */
async function disable({ guarded }: World): Promise<void> {
  const page = await guarded.context.newPage()
  await page.goto('chrome://extensions')
  await page.evaluate(
    (id) => new Promise<void>((resolve) => chrome.management.setEnabled(id, false, () => resolve())),
    guarded.extensionId,
  )
  await closePage(page)
}
