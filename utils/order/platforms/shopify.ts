import { type Claim, writtenOf } from '../claims.ts'
import { currencyEvidence, minorEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
import { has, inScripts, type Platform } from './platform.ts'

/** Checkout pages carry the amount in cents in attributes of the older theme, and the currency in words beside it. */
export const shopify: Platform = {
  id: 'shopify',
  matches: (document) =>
    has(
      document,
      'meta[name^="shopify-"],[data-checkout-payment-due-target],script[src*="cdn.shopify.com"],iframe[src*="shopifycs.com"]',
    ),
  total: ['[data-checkout-payment-due-target]', '.payment-due__price'],
  evidence: (document, scripts) => {
    const due = document
      .querySelector('[data-checkout-payment-due-target]')
      ?.getAttribute('data-checkout-payment-due-target')
    const currency =
      inScripts(scripts, /Shopify\.currency\s*=\s*\{"active":"([A-Z]{3})"/) ??
      inScripts(scripts, /"currencyCode":"([A-Z]{3})"/)
    return [
      ...(currency === null ? [] : [currencyEvidence(currency, 'Shopify.currency')]),
      ...(due != null && /^\d{1,12}$/.test(due)
        ? [minorEvidence(BigInt(due), currency, 'payment due attribute')]
        : []),
    ]
  },
  cart: [{ name: 'Shopify cart', path: () => '/cart.js', read: readShopifyCart }],
}

/** Ajax API: hundredths in every currency, before delivery and tax. */
export function readShopifyCart(json: unknown): Partial<Claim> | null {
  const total = writtenOf(at(json, 'total_price'))
  const currency = currencyAt(json, 'currency')
  if (total === null || currency === null) return null
  const items = listAt(json, 'items').flatMap((item) => {
    const name = textAt(item, 'product_title') ?? textAt(item, 'title')
    if (name === null) return []
    return [{ name, quantity: countAt(item, 'quantity'), amount: writtenOf(at(item, 'final_line_price')) }]
  })
  return items.length === 0 ? null : { currency, digits: 2, total, goodsOnly: true, items }
}
