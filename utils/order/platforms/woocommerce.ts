import { currencyEvidence } from '../evidence.ts'
import { has, inScripts, type Platform } from './platform.ts'

/** Classic and block checkout. The live cart is read by `utils/order/cart-api`. */
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
}
