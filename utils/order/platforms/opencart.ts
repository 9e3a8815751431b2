import { has, type Platform } from './platform.ts'

export const opencart: Platform = {
  id: 'opencart',
  matches: (document) =>
    has(document, '#checkout-confirm,#collapse-checkout-confirm') ||
    /route=checkout/.test(document.location.search),
  total: [
    '#checkout-confirm tfoot tr:last-child td:last-child',
    '#collapse-checkout-confirm tfoot tr:last-child td:last-child',
  ],
}
