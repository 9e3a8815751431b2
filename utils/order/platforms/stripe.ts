import type { Platform } from './platform.ts'
import { has } from './platform.ts'

/** Hosted checkout. A shop with Elements shows its own summary; the card form has no amount. */
export const stripe: Platform = {
  id: 'stripe',
  matches: (document) =>
    document.location.hostname === 'checkout.stripe.com' ||
    has(document, '#OrderDetails-TotalAmount,#ProductSummary-totalAmount'),
  total: ['#OrderDetails-TotalAmount', '#ProductSummary-totalAmount'],
}
