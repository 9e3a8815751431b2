import { currencyEvidence, decimalEvidence } from '../evidence.ts'
import { has, inScripts, type Platform } from './platform.ts'

export const prestashop: Platform = {
  id: 'prestashop',
  matches: (document) => has(document, '#js-checkout-summary,body#checkout .js-cart,#payment-confirmation'),
  total: ['.cart-summary-line.cart-total .value', '#order-items .total-value'],
  evidence: (_document, scripts) => {
    const currency = inScripts(scripts, /"iso_code":"([A-Z]{3})"/)
    const total = inScripts(
      scripts,
      /"totals":\{"total":\{"type":"total","label":"[^"]{0,80}","amount":([\d.]{1,16})/,
    )
    return [
      ...(currency === null ? [] : [currencyEvidence(currency, 'prestashop.currency')]),
      ...(total === null ? [] : [decimalEvidence(total, currency, 'prestashop.cart')]),
    ]
  },
}
