import { currencyEvidence } from '../evidence.ts'
import { has, inScripts, type Platform } from './platform.ts'

export const paypal: Platform = {
  id: 'paypal',
  matches: (document) =>
    /(?:^|\.)paypal\.com$/.test(document.location.hostname) ||
    has(document, '[data-testid="header-cart-total"]'),
  total: ['[data-testid="header-cart-total"]', '#header-cart-total'],
  evidence: (_document, scripts) => {
    const currency = inScripts(scripts, /"currencyCode":"([A-Z]{3})"/)
    return currency === null ? [] : [currencyEvidence(currency, 'checkout session')]
  },
}
