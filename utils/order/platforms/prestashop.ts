import { type Claim, writtenOf } from '../claims.ts'
import { currencyEvidence, decimalEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
import { has, inScripts, jsonAfter, type PageScripts, type Platform } from './platform.ts'

export const prestashop: Platform = {
  id: 'prestashop',
  matches: (document) => has(document, '#js-checkout-summary,body#checkout .js-cart,#payment-confirmation'),
  total: ['.cart-summary-line.cart-total .value', '#order-items .total-value'],
  evidence: (_document, scripts) => {
    const currency = inScripts(scripts, /"iso_code":"([A-Z]{3})"/)
    const total = inScripts(
      scripts,
      /"totals":\{"total":\{"type":"total","label":"[^"]{0,80}","amount":([\d.]{1,16})/,
    )
    return [
      ...(currency === null ? [] : [currencyEvidence(currency, 'prestashop.currency')]),
      ...(total === null ? [] : [decimalEvidence(total, currency, 'prestashop.cart')]),
    ]
  },
  delivered: readPrestashop,
}

/** The classic theme keeps the lines of the summary closed; `prestashop.cart` has them. */
export function readPrestashop(scripts: PageScripts): Partial<Claim>[] {
  const data = jsonAfter(scripts, /\bprestashop\s*=\s*/)
  const items = listAt(data, 'cart', 'products').flatMap((item) => {
    const name = textAt(item, 'name')
    const amount = writtenOf(at(item, 'total_wt')) ?? writtenOf(at(item, 'total'))
    return name === null ? [] : [{ name, quantity: countAt(item, 'quantity'), amount }]
  })
  return items.length === 0 ? [] : [{ currency: currencyAt(data, 'currency', 'iso_code'), digits: 0, items }]
}
