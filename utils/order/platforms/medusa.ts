import { currencyEvidence } from '../evidence.ts'
import { has, inScripts, type Platform } from './platform.ts'

/** Its `data-value` attributes are major units in version 2 and minor in version 1: they are not used as amounts. */
export const medusa: Platform = {
  id: 'medusa',
  matches: (document) =>
    has(document, '[data-testid="cart-total"][data-value],[data-testid="submit-order-button"]'),
  total: ['[data-testid="cart-total"]'],
  evidence: (_document, scripts) => {
    const currency = inScripts(scripts, /\\?"currency_code\\?":\\?"([a-z]{3})\\?"/i)?.toUpperCase() ?? null
    return currency === null ? [] : [currencyEvidence(currency, 'cart')]
  },
}
