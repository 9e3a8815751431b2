import type { Claim } from '../claims.ts'
import { writtenOf } from '../claims.ts'
import { currencyEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
import { has, inScripts, type Platform } from './platform.ts'

/** Classic and block checkout, and the page that pays an order made earlier (`order-pay`), which is not the cart. */
export const woocommerce: Platform = {
  id: 'woocommerce',
  matches: (document) =>
    has(document, '.woocommerce, .woocommerce-page, .wc-block-checkout, .wp-block-woocommerce-checkout'),
  total: [
    '.order-total .woocommerce-Price-amount',
    '.wc-block-components-totals-footer-item .wc-block-components-totals-item__value',
  ],
  evidence: (_document, scripts) => {
    const code =
      inScripts(scripts, /"currency":\{"code":"([A-Z]{3})"/) ??
      inScripts(scripts, /"currency_code":"([A-Z]{3})"/)
    return code === null ? [] : [currencyEvidence(code, 'wcSettings')]
  },
  cart: [
    {
      name: 'WooCommerce cart',
      path: (document) =>
        has(document, '#order_review_table, form#order_review, .woocommerce-order-pay')
          ? null
          : `${root(document)}wc/store/v1/cart`,
      read: readStoreCart,
    },
  ],
}

/** Where the REST API is: linked from every page of WordPress, else its usual place. */
function root(document: Document): string {
  const link = document.querySelector('link[rel="https://api.w.org/"]')?.getAttribute('href') ?? ''
  return URL.canParse(link, document.baseURI) && link !== ''
    ? new URL(link, document.baseURI).pathname
    : '/wp-json/'
}

/** Store API: amounts are whole numbers of `currency_minor_unit` digits, which the shop sets and ISO need not. */
export function readStoreCart(json: unknown): Partial<Claim> | null {
  const currency = currencyAt(json, 'totals', 'currency_code')
  const digits = at(json, 'totals', 'currency_minor_unit')
  const total = writtenOf(at(json, 'totals', 'total_price'))
  if (currency === null || total === null || typeof digits !== 'number') return null
  const items = listAt(json, 'items').flatMap((item) => {
    const name = textAt(item, 'name')
    if (name === null) return []
    return [
      { name, quantity: countAt(item, 'quantity'), amount: writtenOf(at(item, 'totals', 'line_total')) },
    ]
  })
  // An empty cart beside a held payment is another cart's, of a session that this GET has not.
  return items.length === 0 ? null : { currency, digits, total, items }
}
