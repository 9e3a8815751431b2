/** Answers besides Approve and Reject, as the shop's page and its agent meet them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { payControl } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, press, type World } from '../harness/world.ts'

describe('answers besides Approve and Reject', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld({ backend: false })
  })
  afterAll(() => world?.close())

  test('the agent reads what to change, and may try again', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await consent.getByText('Other answers').click()
    await consent.getByLabel('Message to the agent').fill('Only one of them, please')
    await consent.getByRole('button', { name: 'Ask for a change' }).click()
    await page.getByText('“Only one of them, please”').first().waitFor()
    expect(await world.shop.orders()).toEqual([])

    await press(page, 'fetch-json')
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'asked'))
    const last = await waitForConsent(world.guarded)
    await world.person.reject(last)
    // Nothing waits any more, so the window closes once its result was seen.
    // The click takes its own page away, which the driver may report as an error of the click.
    const closed = last.waitForEvent('close')
    await last
      .getByTestId('done')
      .click()
      .catch(() => {})
    await closed
    await closePage(page)
  })

  test('an ignored page asks no more until it is reloaded, and places nothing', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await consent.getByText('Other answers').click()
    await consent.getByRole('button', { name: 'Ignore this page until reload' }).click()
    await page.getByText('rejected by the user').first().waitFor()

    await press(page, 'fetch-json')
    await page.getByText('asked not to be asked by this page again').first().waitFor()
    expect((await readLedger(world.guarded, 'attempts')).filter((row) => row.state === 'asked')).toEqual([])

    await page.reload()
    await press(page, 'fetch-json')
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'asked'))
    expect(await world.shop.orders()).toEqual([])
    await world.person.reject(await waitForConsent(world.guarded))
  })

  test('the badge counts what waits, the system says it, and a window lost behind comes back', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    const worker = await world.guarded.serviceWorker()
    const badge = () => worker.evaluate(() => chrome.action.getBadgeText({}))
    const notes = () => worker.evaluate(async () => Object.keys(await chrome.notifications.getAll()).length)
    const stateOf = () =>
      worker.evaluate(async () => {
        const [tab] = await chrome.tabs.query({ url: chrome.runtime.getURL('/consent.html*') })
        return tab === undefined ? null : (await chrome.windows.get(tab.windowId)).state
      })
    await expect.poll(badge).toBe('1')
    await expect.poll(notes).toBe(1)
    await worker.evaluate(async () => {
      const [tab] = await chrome.tabs.query({ url: chrome.runtime.getURL('/consent.html*') })
      if (tab !== undefined) await chrome.windows.update(tab.windowId, { state: 'minimized' })
    })
    await expect.poll(stateOf).toBe('minimized')
    await consent.evaluate(() => chrome.runtime.sendMessage({ command: 'open-consent' }))
    await expect.poll(stateOf).toBe('normal')
    await world.person.reject(consent)
    await expect.poll(badge).toBe('')
    await expect.poll(notes).toBe(0)
    await closePage(page)
  })

  test('closing the window is a no to what was seen; what was not is asked in a new window', async () => {
    const [first, second] = [await world.atCheckout('fetch-json'), await world.atCheckout('fetch-json')]
    const asked = async () => {
      const all = await readLedger(world.guarded, 'attempts')
      return all.filter((row) => row.state === 'asked')
    }
    await press(first, 'fetch-json')
    const window = await waitForConsent(world.guarded)
    await waitForLedger(world.guarded, 'attempts', (all) =>
      all.some((row) => row.state === 'asked' && row.seen),
    )
    await press(second, 'fetch-json')
    await window.getByTestId('queue').getByText('1 of 2').waitFor()
    const unseen = (await asked()).find((row) => !row.seen)
    await window.close()
    await first.getByText('closed the consent window').first().waitFor()
    const again = await waitForConsent(world.guarded)
    expect((await asked()).map((row) => row.id)).toEqual([unseen?.id])
    await world.person.reject(again)
    expect(await world.shop.orders()).toEqual([])
    await closePage(first)
    await closePage(second)
  })

  test('a page that is rejected three times asks no more until it is reloaded', async () => {
    const page = await world.atCheckout('fetch-json')
    for (let round = 0; round < 3; round++) {
      await press(page, 'fetch-json')
      await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'asked'))
      await world.person.reject(await waitForConsent(world.guarded))
    }
    await press(page, 'fetch-json')
    await page.getByText('asked not to be asked by this page again').first().waitFor()
    expect((await readLedger(world.guarded, 'attempts')).filter((row) => row.state === 'asked')).toEqual([])
    expect(await world.shop.orders()).toEqual([])
    await closePage(page)
  })

  test('a page that presses again and again is one question', async () => {
    const page = await world.atCheckout('fetch-json')
    const pay = payControl(page, 'fetch-json')
    await pay.evaluate((control: HTMLElement) => {
      for (let i = 0; i < 20; i++) control.click()
    })
    const consent = await waitForConsent(world.guarded)
    await pay.evaluate((control: HTMLElement) => {
      for (let i = 0; i < 20; i++) control.click()
    })
    const asked = (await readLedger(world.guarded, 'attempts')).filter((row) => row.state === 'asked')
    expect(asked).toHaveLength(1)
    expect(await consent.getByTestId('queue').count()).toBe(0)
    expect(world.guarded.context.pages().filter((one) => one.url().includes('consent.html'))).toHaveLength(1)
    await world.person.reject(consent)
    expect(await world.shop.orders()).toEqual([])
    await closePage(page)
  })

  test('no page can frame or open the consent window to lay something over it', async () => {
    const page = await world.atCheckout('fetch-json')
    const url = world.guarded.urlOf('consent')
    const drawn = await page.evaluate(async (address) => {
      const frame = document.createElement('iframe')
      frame.src = address
      const loaded = new Promise((done) => frame.addEventListener('load', done))
      document.body.append(frame)
      await loaded
      const opened = window.open(address)
      return { framed: frame.contentDocument?.body?.childElementCount ?? 0, opened: opened?.location?.href }
    }, url)
    expect(drawn.framed).toBe(0)
    expect(page.frames().some((frame) => frame.url().startsWith(url))).toBe(false)
    expect(drawn.opened ?? '').not.toContain('consent.html')
    await closePage(page)
  })
})
