import { type Claim, writtenOf } from '../claims.ts'
import { currencyEvidence, minorEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
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
  // `_data` is how Remix asks a route for its loader's JSON.
  cart: [
    {
      name: 'Vendure order',
      path: () => '/api/active-order?_data=routes%2Fapi.active-order',
      read: readActiveOrder,
    },
  ],
}

/** Shop API: whole numbers of hundredths, in every currency by default. */
export function readActiveOrder(json: unknown): Partial<Claim> | null {
  const order = at(json, 'activeOrder') ?? at(json, 'data', 'activeOrder')
  const total = writtenOf(at(order, 'totalWithTax'))
  const currency = currencyAt(order, 'currencyCode')
  if (total === null || currency === null) return null
  const items = listAt(order, 'lines').flatMap((line) => {
    const name = textAt(line, 'productVariant', 'name')
    if (name === null) return []
    const amount =
      writtenOf(at(line, 'linePriceWithTax')) ?? writtenOf(at(line, 'discountedLinePriceWithTax'))
    return [{ name, quantity: countAt(line, 'quantity'), amount }]
  })
  return { currency, digits: 2, total, items }
}
