import type { Claim } from '../claims.ts'
import { countAt, listAt, textAt } from '../json.ts'
import { has, type Platform } from './platform.ts'

/** Storefront Reference Architecture and its forks. */
export const salesforceCommerce: Platform = {
  id: 'salesforce-commerce',
  matches: (document) =>
    has(document, '#checkout-main[data-checkout-stage],.order-total-summary .grand-total-sum'),
  total: ['.grand-total-sum', '.order-total .order-value'],
  cart: [{ name: 'Salesforce cart', path: cartPath, read: readCartModel }],
}

/** Controllers of a site stand under one path; any address of the page that has it will do. */
function cartPath(document: Document): string | null {
  for (const name of ['action', 'href', 'data-action-url', 'data-action']) {
    const owner = document.querySelector(`[${name}*="/demandware.store/Sites-"]`)
    const found = CONTROLLERS.exec(owner?.getAttribute(name) ?? '')
    if (found !== null) return `${found[0]}Cart-Get`
  }
  return null
}

const CONTROLLERS = /\/on\/demandware\.store\/Sites-[\w-]{1,60}-Site\/[\w-]{2,12}\//

/** Its amounts are texts in the shopper's own notation ("$58.78"): only names and quantities are taken. */
export function readCartModel(json: unknown): Partial<Claim> | null {
  const items = listAt(json, 'items').flatMap((item) => {
    const name = textAt(item, 'productName')
    return name === null ? [] : [{ name, quantity: countAt(item, 'quantity'), amount: null }]
  })
  return items.length === 0 ? null : { items }
}
