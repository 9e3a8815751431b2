/** The real extension at every checkout of the demo shop. The shop's own order store says what was ordered. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jumpToCheckout, payControl, thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { MECHANISMS, type MechanismName } from '../shop/mechanisms.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'
import { type GuardedBrowser, openGuarded, PIN } from './interception-browser.ts'

/** The integrated checkout needs a payments backend; it has a test of its own. */
const REFUSABLE = MECHANISMS.filter((name) => name !== 'integrated')
/** Where nothing on the page names a currency the order cannot be approved. */
const SELLS = REFUSABLE.filter((name) => name !== 'no-currency')

let shop: RunningShop
let guard: GuardedBrowser
beforeAll(async () => {
  shop = await startShop()
  guard = await openGuarded()
})
beforeEach(() => shop.reset())
afterEach(async () => {
  for (const attempt of await guard.attempts()) if (attempt.state === 'asked') await guard.reject(attempt)
  for (const page of guard.context.pages()) if (page !== guard.own) await closePage(page)
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
    await expect.poll(async () => (await guard.attempts()).at(-1)?.state).toBe('settled')
    expect((await guard.attempts()).filter(({ state }) => state === 'asked')).toEqual([])
    expect(problems).toEqual([])
  })
})

describe('a refused press leaves the page as it was, and says so', () => {
  test.each(REFUSABLE)('%s', async (mechanism: MechanismName) => {
    const page = await guard.context.newPage()
    await jumpToCheckout(page, shop.url, mechanism)
    const control = payControl(page, mechanism)
    const before = { label: await control.textContent(), url: page.url() }
    await control.click()
    const asked = await guard.attemptIn('asked')
    expect(await guard.reject(asked)).toMatchObject({ ok: true })
    const surface =
      mechanism === 'processor-iframe'
        ? page.frameLocator('iframe.larkpay')
        : mechanism === 'x-frame'
          ? page.frameLocator('iframe.embedded')
          : page
    await surface.getByRole('heading', { name: 'Payment stopped' }).waitFor()
    await surface.getByText('Do not retry').waitFor()
    expect({ label: await control.textContent(), url: page.url() }).toEqual(before)
    expect(await control.isEnabled()).toBe(true)
    expect(await shop.orders()).toEqual([])
    expect(shop.confirmations()).toBe(0)
  })
})

describe('one press is one attempt', () => {
  test('clicking twice, by script and by keyboard joins the open hold', async () => {
    const page = await guard.context.newPage()
    await jumpToCheckout(page, shop.url, 'fetch-json')
    const control = payControl(page, 'fetch-json')
    const known = (await guard.attempts()).length
    await control.dblclick()
    await control.dispatchEvent('click')
    await control.press('Enter')
    await control.press('Space')
    const asked = await guard.attemptIn('asked')
    expect((await guard.attempts()).length).toBe(known + 1)
    await guard.approve(asked)
    await thanksHeading(page, 'fetch-json').waitFor()
    expect(await shop.orders()).toHaveLength(1)
  })

  test('a script that skips the press is held at the network, and refused as a shop would refuse', async () => {
    const page = await guard.context.newPage()
    await jumpToCheckout(page, shop.url, 'fetch-json')
    const answer = page.evaluate(async () => {
      const response = await fetch('/api/orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"payment_method":"card"}',
      })
      return { status: response.status, body: await response.json() }
    })
    const asked = await guard.attemptIn('asked')
    expect(asked.channel).toBe('fetch')
    expect(await shop.orders()).toEqual([])
    await guard.reject(asked)
    expect(await answer).toEqual({ status: 403, body: { error: 'payment_denied_by_user', retry: false } })
    expect(await shop.orders()).toEqual([])
  })

  test('a call that the page gives up while it is held is never sent', async () => {
    const page = await guard.context.newPage()
    await jumpToCheckout(page, shop.url, 'fetch-json')
    const answer = page.evaluate(async () => {
      const stop = new AbortController()
      Reflect.set(window, 'guardStop', stop)
      return fetch('/api/orders', { method: 'POST', body: '{}', signal: stop.signal }).catch(
        (error) => error.name,
      )
    })
    const asked = await guard.attemptIn('asked')
    await page.evaluate(() =>
      Reflect.apply(AbortController.prototype.abort, Reflect.get(window, 'guardStop'), []),
    )
    expect(await answer).toBe('AbortError')
    await expect
      .poll(async () => (await guard.attempts()).find(({ id }) => id === asked.id)?.state)
      .toBe('cancelled')
    expect(await guard.approve(asked)).toMatchObject({ ok: false })
    expect(await shop.orders()).toEqual([])
  })
})

test('the button in the page takes the payment back', async () => {
  const page = await guard.context.newPage()
  await jumpToCheckout(page, shop.url, 'full-page')
  await payControl(page, 'full-page').click()
  const asked = await guard.attemptIn('asked')
  expect(await page.title()).toMatch(/^⏸/)
  await page.getByRole('button', { name: 'Withdraw this payment' }).click()
  await expect
    .poll(async () => (await guard.attempts()).find(({ id }) => id === asked.id)?.state)
    .toBe('cancelled')
  expect(await shop.orders()).toEqual([])
})

test('what a settled payment used is shielded on that site: a worker asks, and a retry passes once', async () => {
  const page = await guard.context.newPage()
  await jumpToCheckout(page, shop.url, 'fetch-json')
  await payControl(page, 'fetch-json').click()
  await guard.approve(await guard.attemptIn('asked'))
  await thanksHeading(page, 'fetch-json').waitFor()
  await expect.poll(async () => (await guard.attempts()).at(-1)?.state).toBe('settled')
  expect(await shop.orders()).toHaveLength(1)

  await jumpToCheckout(page, shop.url, 'fetch-json')
  const fromWorker = () =>
    page.evaluate(
      (url) =>
        new Promise<string>((done) => {
          const source = `onmessage = ({ data }) => fetch(data, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"payment_method":"card"}' })
            .then((answer) => postMessage(String(answer.status)), () => postMessage('blocked'))`
          const worker = new Worker(URL.createObjectURL(new Blob([source])))
          worker.onmessage = ({ data }) => done(data)
          worker.postMessage(url)
        }),
      `${shop.url}/api/orders`,
    )
  expect(await fromWorker()).toBe('blocked')
  const asked = await guard.attemptIn('asked')
  expect(asked.channel).toBe('blocked-request')
  await page.getByRole('heading', { name: 'Payment held' }).waitFor()
  expect(await shop.orders()).toHaveLength(1)

  expect(await guard.approve(asked)).toMatchObject({ ok: true })
  await page.getByRole('heading', { name: 'press the pay button once more' }).waitFor()
  expect(await fromWorker()).toMatch(/^20/)
  expect(await shop.orders()).toHaveLength(2)
  await expect.poll(fromWorker).toBe('blocked')
  expect(await shop.orders()).toHaveLength(2)

  // The person sees it among the learned addresses and takes it back, with the factor.
  const settings = await guard.context.newPage()
  await settings.goto(new URL('#settings', guard.own.url()).href)
  const address = `${shop.url}/api/orders`
  const row = settings.getByTestId('learned').getByText(`POST ${address}`)
  await row.waitFor()
  await settings.getByRole('button', { name: `Remove ${address}`, exact: true }).click()
  const dialog = settings.getByRole('dialog')
  await dialog.getByTestId('pin').fill(PIN)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await row.waitFor({ state: 'detached' })
  const rules = await guard.own.evaluate(() => chrome.declarativeNetRequest.getDynamicRules())
  expect(rules.map(({ condition }) => condition.urlFilter)).not.toContain(`|${address}^`)
})
