import { currencyEvidence } from '../evidence.ts'
import type { Platform } from './platform.ts'

const CURRENCIES: Record<string, string> = {
  com: 'USD',
  'co.uk': 'GBP',
  ca: 'CAD',
  'com.mx': 'MXN',
  'com.br': 'BRL',
  'com.au': 'AUD',
  'co.jp': 'JPY',
  in: 'INR',
  sg: 'SGD',
  ae: 'AED',
  sa: 'SAR',
  eg: 'EGP',
  'com.tr': 'TRY',
  se: 'SEK',
  pl: 'PLN',
  cn: 'CNY',
}

/** Its "$" is the marketplace's own; the currency converter names another currency in words where it is used. */
export const amazon: Platform = {
  id: 'amazon',
  matches: (document) => /(?:^|\.)amazon\.[a-z.]{2,6}$/.test(document.location.hostname),
  total: [
    '.grand-total-price',
    '#subtotals-marketplace-table .grand-total-cell + td',
    '#od-subtotals .a-text-bold .a-color-base.a-text-bold',
  ],
  evidence: (document) => {
    const currency = CURRENCIES[document.location.hostname.replace(/^.*?amazon\./, '')]
    return currency === undefined ? [] : [currencyEvidence(currency, 'marketplace')]
  },
}
