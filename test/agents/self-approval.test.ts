/**
 * An agent with everything that a debugging port gives tries to approve its own payment. A press and a script are not
 * the person: without the factor nothing is released.
 */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Answer } from '../../utils/messages/page.ts'
import { jumpToCheckout, payControl } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, type World } from '../harness/world.ts'

let world: World
let agent: Browser
let shopPage: Page
let ours: Page
let held: AttemptRow

beforeAll(async () => {
  world = await openWorld({ backend: false, factor: 'passkey', cdpPort: 'free' })
  agent = await chromium.connectOverCDP(world.guarded.cdpEndpoint ?? '')
})
afterAll(async () => {
  await agent?.close()
  await world?.close()
})

/** The agent's payment is held, and the agent has its hands on the consent window. */
async function hold(): Promise<void> {
  const [context] = agent.contexts()
  if (!context) throw new Error('no context')
  shopPage = await context.newPage()
  await jumpToCheckout(shopPage, world.shop.url, 'fetch-json')
  await payControl(shopPage, 'fetch-json').click()
  await waitForConsent(world.guarded)
  const found = context.pages().find((page) => page.url().startsWith(world.guarded.urlOf('consent')))
  if (!found) throw new Error('the agent does not see the consent window')
  ours = found
  const row = (await readLedger(world.guarded, 'attempts')).find((attempt) => attempt.state === 'asked')
  if (!row) throw new Error('nothing is asked')
  held = row
}

async function stillHeld(): Promise<void> {
  const row = (await readLedger(world.guarded, 'attempts')).find((attempt) => attempt.id === held.id)
  expect(row?.state).toBe('asked')
  expect(await world.shop.orders()).toEqual([])
}

afterEach(async () => {
  const consent = await waitForConsent(world.guarded)
  await world.person.reject(consent)
  await Promise.all([shopPage, consent].map(closePage))
  await world.shop.reset()
})

/** A command as our own page would send it. The agent runs in that page, so the sender is right. */
function send(message: Record<string, unknown>): Promise<Answer<unknown>> {
  return ours.evaluate((value) => chrome.runtime.sendMessage(value), message)
}

it('by pressing Approve with trusted input', async () => {
  await hold()
  await ours.locator('[data-testid=approve][aria-disabled=false]').click()
  await ours.getByText('Confirm with your passkey').waitFor()
  await stillHeld()
  // The prompt is left open on purpose: the person's reject must work beside it.
  await ours.reload()
})

it('by sending the approval without proof', async () => {
  await hold()
  const answer = await send({ command: 'approve', attemptId: held.id, digest: held.digest, proof: null })
  expect(answer).toMatchObject({ ok: false, code: 'factor_missing' })
  await stillHeld()
})

it('by sending a proof that it made up', async () => {
  await hold()
  const pin = await send({
    command: 'approve',
    attemptId: held.id,
    digest: held.digest,
    proof: { kind: 'pin', pin: '000000' },
  })
  expect(pin).toMatchObject({ ok: false })
  const nonsense = await send({ command: 'approve', attemptId: held.id, digest: held.digest, proof: 'yes' })
  expect(nonsense).toMatchObject({ ok: false })
  await stillHeld()
})

it('with a passkey of its own, on an authenticator of its own', async () => {
  await hold()
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
  }, held.digest)
  expect(assertion).not.toBeNull()
  const answer = await send({
    command: 'approve',
    attemptId: held.id,
    digest: held.digest,
    proof: { kind: 'passkey', assertion },
  })
  expect(answer).toMatchObject({ ok: false, code: 'factor_wrong' })
  await stillHeld()
  await session.detach()
})

it('by activating the guard anew with a PIN of its own', async () => {
  await hold()
  const answer = await send({ command: 'activate', factor: { kind: 'pin', pin: '918273' } })
  expect(answer).toMatchObject({ ok: false, code: 'already_activated' })
  await stillHeld()
})

it('by forging the decision in the page', async () => {
  await hold()
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
    { id: held.holdId, digest: held.digest },
  )
  await payControl(shopPage, 'fetch-json').click()
  await stillHeld()
})

it('by deleting what the guard shows, and pressing again', async () => {
  await hold()
  await shopPage.evaluate(() => {
    for (const element of [...document.body.children]) {
      if (!element.matches('header, main, footer')) element.remove()
    }
  })
  await payControl(shopPage, 'fetch-json').click()
  await payControl(shopPage, 'fetch-json').evaluate((element) => (element as HTMLElement).click())
  await stillHeld()
})

it('by raising the caps first', async () => {
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
})
