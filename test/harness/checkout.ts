/** How a browser buys at the demo shop: from product to the paying press, one recipe a checkout. No assertions. */
import type { Frame, Locator, Page } from 'playwright-core'
import type { MechanismName } from '../shop/mechanisms.ts'

/** Product page, options, quantity 2, basket, checkout; for the step-by-step one, all steps before the review. */
export async function openCheckout(
  page: Page,
  shopUrl: string,
  mechanism: MechanismName,
  sku = 'stoneware-mug',
): Promise<void> {
  await page.goto(`${shopUrl}/products/${sku}`)
  await page.getByRole('spinbutton', { name: 'Quantity' }).fill('2')
  await page.getByRole('button', { name: 'Add to basket' }).click()
  await page.waitForURL('**/cart')
  await page.locator(`a[href="/checkout/${mechanism}"]`).click()
  await atPaySurface(page, mechanism)
}

/** Straight to the checkout, for tests that are about something else. */
export async function jumpToCheckout(
  page: Page,
  shopUrl: string,
  mechanism: MechanismName,
  sku = 'stoneware-mug',
): Promise<void> {
  await page.goto(`${shopUrl}/buy/${sku}?via=${mechanism}&quantity=2`)
  await atPaySurface(page, mechanism)
}

async function atPaySurface(page: Page, mechanism: MechanismName): Promise<void> {
  if (mechanism === 'multi-step') {
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/delivery')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/payment')
    await page.getByLabel('Card number').fill('4242 4242 4242 4242')
    await page.getByRole('button', { name: 'Continue to review' }).click()
    await page.waitForURL('**/review')
  }
  if (mechanism === 'hosted') {
    await page.getByRole('button', { name: 'Proceed to payment' }).click()
    await page.waitForURL('**/cashier/**')
  }
  if (mechanism === 'bearer' || mechanism === 'row-before') await page.locator('[data-ready]').waitFor()
  if (mechanism === 'processor-iframe' || mechanism === 'hosted') {
    const surface = mechanism === 'hosted' ? page : page.frameLocator('iframe.larkpay')
    await surface.getByLabel('Card number').fill('4242 4242 4242 4242')
    await surface.getByLabel('Expiry').fill('12 / 29')
    await surface.getByLabel('CVC').fill('123')
  }
  await payControl(page, mechanism).waitFor()
}

/** The control whose press pays. */
export function payControl(page: Page | Frame, mechanism: MechanismName): Locator {
  switch (mechanism) {
    case 'get-xhr':
      return page.getByRole('link', { name: 'Confirm order' })
    case 'full-page':
      return page.getByRole('button', { name: 'Complete purchase' })
    case 'server-action':
      return page.getByRole('button', { name: 'Pay now' })
    case 'remix':
      return page.getByRole('button', { name: 'Pay with card' })
    case 'bearer':
      return page.getByRole('button', { name: 'Buy now' })
    case 'no-network':
      return page.getByRole('button', { name: 'Finish and pay' })
    case 'payment-request':
      return page.getByRole('button', { name: 'Pay with browser' })
    case 'processor-iframe':
      return page.frameLocator('iframe.larkpay').getByRole('button', { name: 'Pay now' })
    case 'hosted':
    case 'decoys':
      return page.getByRole('button', { name: /^Pay / })
    case 'row-before':
      return page.getByRole('button', { name: 'Confirm and pay' })
    case 'subscription':
      return page.getByRole('button', { name: 'Start subscription' })
    case 'x-frame':
      return page.frameLocator('iframe.embedded').getByRole('button', { name: 'Place order' })
    default:
      return page.getByRole('button', { name: 'Place order' })
  }
}

/** Presses pay; where the browser has no payment app, the shop's own card form as well. */
export async function pressPay(page: Page, mechanism: MechanismName): Promise<void> {
  await payControl(page, mechanism).click()
  if (mechanism !== 'payment-request') return
  const fallback = page.getByRole('button', { name: 'Pay by card' })
  const thanks = thanksHeading(page, mechanism)
  await fallback.or(thanks).first().waitFor()
  if (await fallback.isVisible()) await fallback.click()
}

/** The shop's own confirmation. */
export function thanksHeading(page: Page, mechanism: MechanismName): Locator {
  const surface = mechanism === 'x-frame' ? page.frameLocator('iframe.embedded') : page
  return surface.getByRole('heading', { name: 'Thank you for your order' })
}
