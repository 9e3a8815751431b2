/** The shop in plain Chromium, without the extension: each checkout really sells, once. */

import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openCheckout, pressPay, thanksHeading } from '../harness/checkout.ts'
import { chromiumPath, PLAIN_ARGS } from '../harness/chromium.ts'
import { NO_NETWORK_KEY } from '../shop/checkout/no-network.ts'
import { currencyOf, MECHANISMS } from '../shop/mechanisms.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'

let shop: RunningShop
let browser: Browser
beforeAll(async () => {
  shop = await startShop()
  browser = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: PLAIN_ARGS })
})
beforeEach(() => shop.reset())
afterAll(async () => {
  await browser.close()
  await shop.close()
})

test.each(MECHANISMS.filter((name) => name !== 'integrated'))('%s: product to order', async (mechanism) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const strangers: string[] = []
  page.on('request', (request) => {
    const origin = new URL(request.url()).origin
    if (origin !== shop.url && origin !== shop.processorUrl) strangers.push(request.url())
  })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))

  await openCheckout(page, shop.url, mechanism)
  expect(await shop.orders()).toEqual([])
  await pressPay(page, mechanism)
  await thanksHeading(page, mechanism).waitFor()
  if (mechanism === 'no-network') {
    expect(await shop.orders()).toEqual([])
    const kept = await page.evaluate((key) => localStorage.getItem(key), NO_NETWORK_KEY)
    expect(JSON.parse(kept ?? '[]')).toHaveLength(1)
    await page.goto(`${shop.url}/orders`)
    await page.getByText('2 × Stoneware Mug').waitFor()
  }

  const orders = await shop.orders()
  expect(orders).toHaveLength(1)
  expect(orders[0]).toMatchObject({
    mechanism,
    currency: currencyOf(mechanism),
    total: mechanism === 'subscription' ? '100' : '4190',
  })
  expect(strangers).toEqual([])
  expect(problems).toEqual([])
  await context.close()
})

test('ordinary traffic reaches the shop and orders nothing', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const basket = page.waitForResponse('**/graphql')
  await page.goto(shop.url)
  await basket
  const search = page.waitForResponse('**/api/search?*')
  await page.getByRole('searchbox').fill('mug')
  await search
  await page.evaluate(() => fetch('/api/cart/items', { method: 'POST', body: '{"sku":"teapot"}' }))
  await page.goto(`${shop.url}/account`)
  const upload = page.waitForResponse('**/account/photo')
  await page.getByRole('button', { name: 'Upload' }).click()
  await upload
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/account')
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await page.waitForURL(`${shop.url}/`)
  expect(shop.traffic()).toMatchObject({
    graphql: expect.any(Number),
    upload: 1,
    login: 1,
    newsletter: 1,
    'add-to-cart': 1,
  })
  expect(shop.traffic().beacon).toBeGreaterThan(0)
  expect(shop.traffic().search).toBeGreaterThan(0)
  expect(await shop.orders()).toEqual([])
  await context.close()
})
