import { currencyEvidence, decimalEvidence } from '../evidence.ts'
import { inScripts, type Platform } from './platform.ts'

/** `window.eContext` holds what the page was rendered with, in major units. */
export const evershop: Platform = {
  id: 'evershop',
  matches: (document) =>
    document.querySelector('.checkout-summary,#checkoutForm,.checkout__summary') !== null,
  total: ['.grand-total .grand-total-value', '.grand-total-value'],
  evidence: (_document, scripts) => {
    if (!scripts.all.includes('eContext')) return []
    const currency = inScripts(scripts, /"currency":"([A-Z]{3})"/)
    const total = inScripts(scripts, /"grandTotal":\{"value":([\d.]{1,16})/)
    return [
      ...(currency === null ? [] : [currencyEvidence(currency, 'eContext')]),
      ...(total === null ? [] : [decimalEvidence(total, currency, 'eContext')]),
    ]
  },
}
