import { currencyEvidence } from '../evidence.ts'
import { inScripts, type Platform } from './platform.ts'

/**
 * `window.eContext` holds what the page was rendered with, before the delivery was chosen: its currency holds, its total is
 * stale. On narrow windows the summary is closed and shows the total beside a heading that does not say "total".
 */
export const evershop: Platform = {
  id: 'evershop',
  matches: (document) =>
    document.querySelector('.checkout-mobile-summary,.checkout-summary,#checkoutForm,.checkout__summary') !==
    null,
  total: [
    '.grand-total .grand-total-value',
    '.summary__row.grand-total > div:last-child',
    '.checkout-mobile-summary > button > span:last-child',
  ],
  evidence: (_document, scripts) => {
    if (!scripts.all.includes('eContext')) return []
    const currency = inScripts(scripts, /"currency":"([A-Z]{3})"/)
    return currency === null ? [] : [currencyEvidence(currency, 'eContext')]
  },
}
