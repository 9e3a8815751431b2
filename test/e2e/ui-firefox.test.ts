/** The surfaces in real Firefox, by mouse and keys: first run, consent with a cap changed in place, popup, dashboard. */
import type { ElementHandle, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firefoxPath, type GuardedFirefox, launchFirefox, until } from '../harness/firefox.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'
import { violations } from './ui/axe.ts'

const PIN = '84-horse'

let guard: GuardedFirefox
let shop: RunningShop

describe.skipIf(firefoxPath() === null)('surfaces in Firefox', () => {
  beforeAll(async () => {
    shop = await startShop()
    guard = await launchFirefox()
  }, 60_000)
  afterAll(async () => {
    await guard?.close()
    await shop?.close()
  })

  it('the first run sets a PIN and switches the guard on', async () => {
    const welcome = await shown('welcome.html')
    await accessible(welcome)
    await press(welcome, 'Go on')
    await welcome.waitForSelector('[data-testid=use-pin]')
    await welcome.type('[data-testid=pin]', '123456')
    await welcome.click('[data-testid=use-pin]')
    await welcome.waitForSelector('[role=alert]')
    await retype(welcome, '[data-testid=pin]', PIN)
    await retype(welcome, '[data-testid=pin-again]', PIN)
    await accessible(welcome)
    await welcome.click('[data-testid=use-pin]')
    await (await welcome.waitForSelector('[data-testid=switch-on]'))?.click()
    await welcome.waitForSelector('[data-testid=guard-is-on]')
    await accessible(welcome)
    await welcome.close()
  })

  it('caps are set in the dashboard; raising one needs the PIN, and it can be undone', async () => {
    const sites = await shown('dashboard.html#sites')
    await setCap(sites, 'Set a cap', '20')
    await limitsAre('2000')
    await setCap(sites, 'Change', '30')
    await proveIn(sites, 'not the pin')
    await sites.waitForSelector('dialog [data-testid=pin-error]')
    await limitsAre('2000')
    await proveIn(sites, PIN)
    await limitsAre('3000')
    await press(sites, 'Undo')
    await limitsAre('2000')
    await accessible(sites)
    await sites.close()
  })

  it('above a cap nothing can be approved; the cap is raised there with the PIN, then the payment goes', async () => {
    const page = await guard.browser.newPage()
    await page.goto(`${shop.url}/buy/stoneware-mug?via=fetch-json&quantity=2`)
    await press(page, 'Place order')
    const consent = await guard.consent()
    expect(await consent.evaluate(() => document.activeElement?.localName)).toBe('h1')
    await consent.waitForSelector('[data-testid=cap-excess]')
    expect(await consent.$('[data-testid=pin]')).toBeNull()
    await accessible(consent)

    // The toolbar popup asks the same question.
    const popup = await shown('popup.html')
    await popup.waitForSelector('[data-testid=cap-excess]')
    const total = (one: Page) => one.$eval('[data-testid=consent-total]', (element) => element.textContent)
    expect(await total(popup)).toBe(await total(consent))
    await accessible(popup)
    await popup.close()

    await consent.bringToFront()
    await press(consent, 'Change caps')
    await setCap(consent, 'Change', '500')
    await proveIn(consent, PIN)
    await limitsAre('50000')
    await consent.waitForSelector('[data-testid=cap-excess]', { hidden: true })
    await consent.waitForSelector('[data-testid=pin]')
    for (const box of await consent.$$('[data-testid=acknowledge]')) await box.click()
    await consent.type('[data-testid=pin]', PIN)
    await consent.waitForSelector('[data-testid=approve][aria-disabled=false]')
    await consent.focus('[data-testid=pin]')
    await consent.keyboard.press('Enter')
    await consent.waitForSelector('[data-testid=consent-result]')
    await guard.attempt((row) => row.state === 'settled')
    expect(await shop.orders()).toHaveLength(1)
    await page.close()
  })

  it('the dashboard shows it: history with details, spend, a log that verifies, settings in Arabic', async () => {
    const pages = await shown('dashboard.html#history')
    await pages.waitForSelector('[data-testid=history-row][data-state=settled]')
    await accessible(pages)
    await press(pages, 'Details')
    await pages.waitForSelector('[data-testid=details] [data-testid=timeline-row]')
    await accessible(pages)
    await pages.keyboard.press('Escape')
    await pages.waitForSelector('[data-testid=details]', { hidden: true })
    await go(pages, 'spend')
    await pages.waitForSelector('main table')
    await accessible(pages)
    await go(pages, 'activity')
    await pages.waitForFunction(() =>
      document.querySelector('[data-testid=verification]')?.textContent?.includes('unbroken'),
    )
    await accessible(pages)
    await go(pages, 'settings')
    await accessible(pages)
    const choice = await until(async () => (await pages.$('select:has(option[value=ar])')) ?? null)
    await choice.select('ar')
    // The page is drawn anew, and with it goes what the driver was asking.
    await until(() =>
      pages
        .evaluate(() => document.documentElement.dir === 'rtl' && document.querySelector('main h1') !== null)
        .catch(() => false),
    )
    await accessible(pages)
    await pages.close()
  })
})

/** The button of these words, as soon as it is there; of several the first. */
function button(page: Page, words: string): Promise<ElementHandle<Element>> {
  return until(async () => {
    for (const handle of await page.$$('button, [role=button]')) {
      if ((await handle.evaluate((element) => element.textContent?.trim())) === words) return handle
    }
    return null
  })
}

/** One of our pages, in front, once it has drawn; of the welcome page there is one already, from the installation. */
async function shown(path: string): Promise<Page> {
  const page = await guard.openOwn(path)
  await page.bringToFront()
  await page.waitForSelector('#root > *')
  return page
}

async function press(page: Page, words: string): Promise<void> {
  await (await button(page, words)).click()
}

async function retype(page: Page, selector: string, text: string): Promise<void> {
  await page.$eval(selector, (field) => (field as HTMLInputElement).select())
  await page.type(selector, text)
}

async function setCap(page: Page, words: string, amount: string): Promise<void> {
  await press(page, words)
  await page.waitForSelector('[data-testid=cap-editor]')
  await retype(page, '[data-testid=cap-editor] input', amount)
  await press(page, 'Save cap')
}

async function proveIn(page: Page, pin: string): Promise<void> {
  await page.waitForSelector('dialog [data-testid=pin]')
  await page.type('dialog [data-testid=pin]', pin)
  await page.keyboard.press('Enter')
}

async function go(page: Page, tab: string): Promise<void> {
  await page.click(`a[href="#${tab}"]`)
  await page.waitForSelector(`a[href="#${tab}"][aria-current=page]`)
}

async function limitsAre(...amounts: string[]): Promise<void> {
  await until(async () => {
    const caps = await guard.rows<{ limit: { amount: string } }>('caps')
    return JSON.stringify(caps.map(({ limit }) => limit.amount)) === JSON.stringify(amounts)
  })
}

async function accessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([])
}
