import { has, type Platform } from './platform.ts'

export const klarna: Platform = {
  id: 'klarna',
  matches: (document) =>
    /(?:^|\.)klarna\.com$/.test(document.location.hostname) || has(document, '#klarna-checkout-container'),
  total: ['[data-testid="summary-total"]', '#order-total-amount'],
}
