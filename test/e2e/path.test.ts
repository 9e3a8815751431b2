/**
 * The path, attempt → receipt, in real Chromium with the real extension, backend and shop. Every outcome is asked of the
 * shop's own order store: what the extension believes is not evidence.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { payControl, thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { readConsent, waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'
import { NO_NETWORK_KEY } from '../shop/checkout/no-network.ts'
import { MECHANISMS, type MechanismName } from '../shop/mechanisms.ts'

let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  for (const page of world.guarded.context.pages()) if (page !== world.guarded.office) await closePage(page)
  await world.shop.reset()
})

const attempts = () => readLedger(world.guarded, 'attempts')

async function latest() {
  const rows = await attempts()
  const row = rows.sort((a, b) => a.createdAt - b.createdAt).at(-1)
  if (!row) throw new Error('no attempt in the ledger')
  return row
}

async function untilState(state: string) {
  const id = (await latest()).id
  const rows = await waitForLedger(world.guarded, 'attempts', (all) =>
    all.some((row) => row.id === id && row.state === state),
  )
  return rows.find((row) => row.id === id)
}

/** A command from one of our own pages, as a program that drives the browser could send it. */
async function command(message: Record<string, unknown>): Promise<unknown> {
  const page = await world.guarded.context.newPage()
  await page.goto(world.guarded.urlOf('dashboard'))
  const answer = await page.evaluate((value) => chrome.runtime.sendMessage(value), message)
  await closePage(page)
  return answer
}

describe('one purchase by every mechanism of real shops', () => {
  const SPECIAL: readonly MechanismName[] = ['no-network', 'no-currency', 'payment-request']
  const ORDINARY = MECHANISMS.filter((name) => !SPECIAL.includes(name))

  it.each(ORDINARY)('%s: no order before consent, exactly one after, receipt filed', async (mechanism) => {
    const page = await world.atCheckout(mechanism)
    await press(page, mechanism)
    const consent = await waitForConsent(world.guarded)
    const shown = await readConsent(consent)
    expect(await world.shop.orders()).toEqual([])

    expect(await world.person.approve(consent)).not.toHaveProperty('failure')
    await thanksHeading(page, mechanism).waitFor()
    const orders = await world.shop.orders()
    expect(orders.map((order) => order.mechanism)).toEqual([mechanism])

    const row = await untilState('settled')
    const [order] = orders
    expect(row?.order.total?.amount.toString()).toBe(order?.total)
    expect(row?.order.currency).toBe(order?.currency)
    expect(shown.total.replace(/\D/g, '')).toContain(order?.total)
    const receipts = await waitForLedger(world.guarded, 'receipts', (all) =>
      all.some(
        (receipt) => receipt.attemptId === row?.id && receipt.state === 'settled' && receipt.jws !== null,
      ),
    )
    expect(receipts.filter((receipt) => receipt.attemptId === row?.id)).toHaveLength(1)
  })

  it('no-network: held and released although nothing is ever sent', async () => {
    const page = await world.atCheckout('no-network')
    const placed = () =>
      page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '[]').length, NO_NETWORK_KEY)
    await press(page, 'no-network')
    const consent = await waitForConsent(world.guarded)
    expect(await placed()).toBe(0)
    await world.person.approve(consent)
    await thanksHeading(page, 'no-network').waitFor()
    expect(await placed()).toBe(1)
    await untilState('settled')
  })

  it('payment-request: the press is held, and what it falls back to is asked about again', async () => {
    const page = await world.atCheckout('payment-request')
    await press(page, 'payment-request')
    await world.person.approve(await waitForConsent(world.guarded))
    // Headless Chromium has no payment app, so the shop shows its card form: another press, another question.
    const fallback = page.getByRole('button', { name: 'Pay by card' })
    await fallback.waitFor()
    expect(await world.shop.orders()).toEqual([])
    await fallback.click()
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'asked'))
    expect(await world.shop.orders()).toEqual([])
    await world.person.approve(await waitForConsent(world.guarded))
    await thanksHeading(page, 'payment-request').waitFor()
    expect(await world.shop.orders()).toHaveLength(1)
    await untilState('settled')
  })

  it('no-currency: said to be unknown, cannot be approved, places nothing', async () => {
    const page = await world.atCheckout('no-currency')
    await press(page, 'no-currency')
    const consent = await waitForConsent(world.guarded)
    const { total } = await readConsent(consent)
    expect(total).not.toMatch(/0[.,]00/)
    const row = await latest()
    const proof = { kind: 'pin', pin: PIN }
    expect(await command({ command: 'approve', attemptId: row.id, digest: row.digest, proof })).toMatchObject(
      {
        ok: false,
        code: 'unknown_total',
      },
    )
    await world.person.reject(consent)
    await untilState('rejected')
    expect(await world.shop.orders()).toEqual([])
  })
})

describe('no consent, no order', () => {
  async function held(mechanism: MechanismName = 'fetch-json') {
    const page = await world.atCheckout(mechanism)
    await press(page, mechanism)
    const consent = await waitForConsent(world.guarded)
    return { page, consent }
  }

  async function nothingOrdered(page: Page, words: RegExp) {
    await page.getByText(words).first().waitFor()
    // The page itself is untouched: its control is there and was never told of a press.
    expect(await payControl(page, 'fetch-json').isEnabled()).toBe(true)
    expect(await world.shop.orders()).toEqual([])
  }

  it('rejected', async () => {
    const { page, consent } = await held()
    expect(await world.person.reject(consent)).toEqual({ state: 'rejected' })
    await nothingOrdered(page, /rejected by the user/i)
    expect(await page.title()).not.toMatch(/held/i)
  })

  it('the consent window is closed', async () => {
    const { page, consent } = await held()
    await waitForLedger(world.guarded, 'attempts', (all) =>
      all.some((row) => row.state === 'asked' && row.seen),
    )
    await consent.close()
    await nothingOrdered(page, /closed the consent window/i)
    expect((await latest()).reason).toBe('consent_closed')
  })

  it('nobody answers in time', async () => {
    await command({ command: 'set-settings', settings: { holdSeconds: 5 } })
    const { page } = await held()
    await nothingOrdered(page, /nobody answered in time/i)
    await untilState('expired')
    await command({ command: 'set-settings', settings: { holdSeconds: 600 } })
  })

  it('withdrawn in the page, by the person or the agent', async () => {
    const { page } = await held()
    await page.getByRole('button', { name: 'Withdraw this payment' }).click()
    await untilState('cancelled')
    await nothingOrdered(page, /withdrawn/i)
  })

  it('the page is left', async () => {
    const { page } = await held()
    await page.goto(`${world.shop.url}/`)
    await untilState('cancelled')
    expect((await latest()).reason).toBe('page_gone')
    expect(await world.shop.orders()).toEqual([])
  })

  it('the PIN is wrong three times', async () => {
    const { page, consent } = await held()
    for (const pin of ['wrong-1', 'wrong-2']) {
      expect(await world.person.approve(consent, { pin })).toHaveProperty('failure')
    }
    await world.person.approve(consent, { pin: 'wrong-3' })
    await nothingOrdered(page, /PIN was wrong too many times/i)
    expect((await latest()).state).toBe('rejected')
    await resetTries()
  })

  it('the cap is exceeded, also with the right PIN', async () => {
    const site = new URL(world.shop.url).host
    const cap = {
      id: null,
      scope: { kind: 'site', site },
      window: 'day',
      limit: { amount: '100', currency: 'EUR' },
    }
    const set = await command({ command: 'set-cap', cap, proof: null })
    expect(set).toMatchObject({ ok: true })
    const { page, consent } = await held()
    expect((await readConsent(consent)).text).toMatch(/above|exceed|over/i)
    const row = await latest()
    const proof = { kind: 'pin', pin: PIN }
    expect(await command({ command: 'approve', attemptId: row.id, digest: row.digest, proof })).toMatchObject(
      {
        code: 'cap_exceeded',
      },
    )
    expect(await world.shop.orders()).toEqual([])
    // Raising it takes the factor; asking without one changes nothing.
    expect(
      await command({
        command: 'set-cap',
        cap: { ...cap, limit: { amount: '999999', currency: 'EUR' } },
        proof: null,
      }),
    ).toMatchObject({ code: 'factor_missing' })
    await world.person.reject(consent)
    await nothingOrdered(page, /rejected by the user/i)
    const id = (set as { value: { id: string } }).value.id
    expect(await command({ command: 'remove-cap', id, proof })).toMatchObject({ ok: true })
  })

  it('the backend says no', async () => {
    const page = await world.atCheckout('fetch-json')
    await page.evaluate(() => {
      const meta = document.createElement('meta')
      meta.name = 'consent-guard-order'
      meta.content = 'an-order-that-the-backend-does-not-know'
      document.head.append(meta)
    })
    await press(page, 'fetch-json')
    await world.person.approve(await waitForConsent(world.guarded))
    await nothingOrdered(page, /backend refused/i)
    expect(await latest()).toMatchObject({ state: 'failed', reason: 'backend_refused' })
  })

  it('a forged decision, a wrong digest, a used digest', async () => {
    const { page, consent } = await held()
    const row = await latest()
    const ask = (change: object) =>
      command({ command: 'approve', attemptId: row.id, digest: row.digest, proof: null, ...change })
    expect(await ask({})).toMatchObject({ code: 'factor_missing' })
    expect(await ask({ digest: 'another', proof: { kind: 'pin', pin: PIN } })).toMatchObject({
      code: 'digest_mismatch',
    })
    expect(await ask({ attemptId: crypto.randomUUID() })).toMatchObject({ code: 'unknown_attempt' })
    expect(await ask({ proof: { kind: 'passkey', assertion: {} } })).toMatchObject({ code: 'malformed' })
    expect(await world.shop.orders()).toEqual([])
    await world.person.reject(consent)
    expect(await ask({ proof: { kind: 'pin', pin: PIN } })).toMatchObject({ code: 'not_waiting' })
    await nothingOrdered(page, /rejected by the user/i)
  })

  /** The right PIN forgives earlier wrong ones, once the wait is over: here by a fresh approval after the lock. */
  async function resetTries() {
    await world.guarded.office.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open('consent-guard')
          opening.onerror = () => reject(opening.error)
          opening.onsuccess = () => {
            const store = opening.result.transaction('settings', 'readwrite').objectStore('settings')
            const reading = store.get('identity')
            reading.onsuccess = () => {
              reading.result.value = { ...reading.result.value, failures: 0, lockedUntil: 0 }
              store.put(reading.result).onsuccess = () => {
                opening.result.close()
                resolve()
              }
            }
          }
        }),
    )
  }
})

it('a press between the controls of a checkout is nobody’s business', async () => {
  const page = await world.atCheckout('fetch-json')
  const before = (await attempts()).length
  const pressed = await page.evaluate(() => {
    const hits: string[] = []
    addEventListener('click', (event) => hits.push((event.target as Element).localName))
    for (const selector of ['html', 'body', 'main', 'form', 'h1', 'label', 'td']) {
      const element = document.querySelector<HTMLElement>(selector)
      element?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, cancelable: true }))
    }
    return hits
  })
  expect(pressed.length).toBeGreaterThanOrEqual(5)
  await page.mouse.click(3, 3)
  await press(page, 'fetch-json')
  const consent = await waitForConsent(world.guarded)
  expect((await attempts()).length).toBe(before + 1)
  expect((await latest()).what).toBe('Place order')
  await world.person.reject(consent)
})

describe('exactly one order', () => {
  it('when the agent clicks twice, and when its driver falls back to a DOM click', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    await press(page, 'fetch-json')
    await payControl(page, 'fetch-json').evaluate((button) => (button as HTMLElement).click())
    const consent = await waitForConsent(world.guarded)
    const before = await attempts()
    await world.person.approve(consent)
    await thanksHeading(page, 'fetch-json').waitFor()
    await untilState('settled')
    expect(await world.shop.orders()).toHaveLength(1)
    expect((await attempts()).length).toBe(before.length)
  })

  it('the ledger’s commit comes before the forward, the forward before the release', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    await world.person.approve(await waitForConsent(world.guarded))
    await thanksHeading(page, 'fetch-json').waitFor()
    const row = await untilState('settled')
    const log = (await readLedger(world.guarded, 'log')).filter((entry) => entry.attemptId === row?.id)
    const order = log.map((entry) => entry.event)
    const events = [
      'attempt.held',
      'attempt.asked',
      'attempt.approved',
      'attempt.forwarding',
      'attempt.released',
    ]
    expect(order.slice(0, events.length)).toEqual(events)
    const worker = await world.guarded.serviceWorker()
    const marks: string[] = await worker.evaluate(() =>
      performance.getEntriesByType('mark').map((entry) => entry.name),
    )
    const last = marks.slice(marks.lastIndexOf('attempt-recorded'))
    const path = [
      'attempt-recorded',
      'asked',
      'proven',
      'committed',
      'forwarding',
      'authorised',
      'release-recorded',
      'release-sent',
      'settled',
    ]
    expect(last).toEqual(path)
  })
})
