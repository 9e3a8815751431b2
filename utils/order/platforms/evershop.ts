import { type Claim, writtenOf } from '../claims.ts'
import { currencyEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
import { inScripts, jsonAfter, type PageScripts, type Platform } from './platform.ts'

/**
 * `window.eContext` holds what the page was rendered with, before the delivery was chosen: its currency holds, its total is
 * stale. On narrow windows the summary is closed and shows the total beside a heading that does not say "total".
 */
export const evershop: Platform = {
  id: 'evershop',
  matches: (document) =>
    document.querySelector('.checkout-mobile-summary,.checkout-summary,#checkoutForm,.checkout__summary') !==
    null,
  total: [
    '.grand-total .grand-total-value',
    '.summary__row.grand-total > div:last-child',
    '.checkout-mobile-summary > button > span:last-child',
  ],
  evidence: (_document, scripts) => {
    if (!scripts.all.includes('eContext')) return []
    const currency = inScripts(scripts, /"currency":"([A-Z]{3})"/)
    return currency === null ? [] : [currencyEvidence(currency, 'eContext')]
  },
  delivered: readContext,
}

/** Answers of the page's GraphQL query, under names made at build time; the cart is the one with lines. */
export function readContext(scripts: PageScripts): Partial<Claim>[] {
  const answers = at(jsonAfter(scripts, /\beContext\s*=\s*/), 'graphqlResponse')
  if (typeof answers !== 'object' || answers === null) return []
  for (const cart of Object.values(answers)) {
    const items = listAt(cart, 'items').flatMap((item) => {
      const name = textAt(item, 'productName')
      if (name === null) return []
      const amount = writtenOf(at(item, 'lineTotal', 'value')) ?? writtenOf(at(item, 'total', 'value'))
      return [{ name, quantity: countAt(item, 'qty'), amount }]
    })
    if (items.length > 0) return [{ currency: currencyAt(cart, 'currency'), digits: 0, items }]
  }
  return []
}
