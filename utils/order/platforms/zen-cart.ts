import { has, type Platform } from './platform.ts'

export const zenCart: Platform = {
  id: 'zen-cart',
  matches: (document) => has(document, '#checkoutConfirmDefault,#orderTotals .totalBox'),
  total: ['#orderTotals #ottotal:last-of-type .totalBox'],
}
