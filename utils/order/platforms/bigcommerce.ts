import { currencyEvidence } from '../evidence.ts'
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
}
