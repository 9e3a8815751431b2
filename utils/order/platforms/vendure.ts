import { currencyEvidence, minorEvidence } from '../evidence.ts'
import { inScripts, type Platform } from './platform.ts'

/** Remix storefront: its context dates from the first page load and may be stale. Amounts are minor units. */
export const vendure: Platform = {
  id: 'vendure',
  matches: (document) =>
    document.querySelector('form[action*="/checkout"] input[name="paymentMethodCode"]') !== null,
  total: [],
  evidence: (_document, scripts) => {
    if (!scripts.all.includes('activeOrder')) return []
    const currency = inScripts(scripts, /"currencyCode":"([A-Z]{3})"/)
    const total = inScripts(scripts, /"totalWithTax":(\d{1,12})/)
    return [
      ...(currency === null ? [] : [currencyEvidence(currency, 'activeOrder')]),
      ...(total === null ? [] : [minorEvidence(BigInt(total), currency, 'activeOrder')]),
    ]
  },
}
