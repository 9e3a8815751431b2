import { type Claim, writtenOf } from '../claims.ts'
import { currencyEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
import { has, inScripts, type Platform } from './platform.ts'

export const bigcommerce: Platform = {
  id: 'bigcommerce',
  matches: (document) =>
    has(document, '[data-test="cart"] .cart-priceItem,#checkout-app,.optimizedCheckout-orderSummary'),
  total: [
    '.cart-priceItem--total [data-test="cart-price-value"]',
    '[data-test="cart-total"] [data-test="cart-price-value"]',
  ],
  evidence: (_document, scripts) => {
    const currency = inScripts(scripts, /"currency":\{"name":"[^"]{1,60}","code":"([A-Z]{3})"/)
    return currency === null ? [] : [currencyEvidence(currency, 'checkout currency')]
  },
  cart: [
    {
      name: 'BigCommerce checkout',
      path: () => '/api/storefront/carts',
      // The checkout of a cart has the cart's id.
      next: (json) => {
        const id = textAt(json, 0, 'id')
        return id !== null && /^[\w-]{8,64}$/.test(id) ? `/api/storefront/checkouts/${id}` : null
      },
      read: readBigCommerceCheckout,
    },
  ],
}

const LINES = ['physicalItems', 'digitalItems', 'customItems', 'giftCertificates'] as const

/** Storefront API: decimals. What is left to pay is less than the grand total where store credit or a gift card pays. */
export function readBigCommerceCheckout(json: unknown): Partial<Claim> | null {
  const total = writtenOf(at(json, 'outstandingBalance')) ?? writtenOf(at(json, 'grandTotal'))
  const currency = currencyAt(json, 'cart', 'currency', 'code')
  if (total === null || currency === null) return null
  const items = LINES.flatMap((kind) => listAt(json, 'cart', 'lineItems', kind)).flatMap((item) => {
    const name = textAt(item, 'name')
    const amount = writtenOf(at(item, 'extendedSalePrice')) ?? writtenOf(at(item, 'amount'))
    return name === null ? [] : [{ name, quantity: countAt(item, 'quantity'), amount }]
  })
  return { currency, digits: 0, total, items }
}
