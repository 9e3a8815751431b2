import { has, type Platform } from './platform.ts'

/** Drop-in: the amount is in the pay button, formatted by the shop's own amount. */
export const adyen: Platform = {
  id: 'adyen',
  matches: (document) => has(document, '.adyen-checkout__button--pay'),
  total: ['.adyen-checkout__button--pay'],
}
