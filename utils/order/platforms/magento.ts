import { type Claim, writtenOf } from '../claims.ts'
import { currencyEvidence, decimalEvidence } from '../evidence.ts'
import { at, countAt, currencyAt, listAt, textAt } from '../json.ts'
import { has, inScripts, type Platform } from './platform.ts'

/** Magento, Adobe Commerce and OpenMage (its one-page accordion). `checkoutConfig` dates from the page load. */
export const magento: Platform = {
  id: 'magento',
  matches: (document) =>
    has(
      document,
      '.opc-wrapper,.opc-block-summary,#checkoutSteps.opc,#checkout-review-table,[data-mage-init]',
    ),
  total: [
    '.grand.totals .price',
    '#checkout-review-table tfoot tr.last .price',
    '.estimated-block .estimated-price',
  ],
  evidence: (_document, scripts) => {
    const currency = inScripts(scripts, /"quote_currency_code":"([A-Z]{3})"/)
    const total = inScripts(scripts, /"totalsData":\{"grand_total":"?([\d.]{1,16})/)
    return [
      ...(currency === null ? [] : [currencyEvidence(currency, 'quoteData')]),
      ...(total === null ? [] : [decimalEvidence(total, currency, 'totalsData')]),
    ]
  },
  cart: [
    { name: 'Magento totals', path: totalsPath, read: readMagentoTotals },
    {
      name: 'Magento cart',
      path: (document) =>
        has(document, '[data-mage-init],.opc-wrapper') ? '/customer/section/load/?sections=cart' : null,
      read: readMagentoSection,
    },
  ],
}

/** `checkoutConfig` names the cart (masked for guests) and the store view. OpenMage has neither. */
function totalsPath(document: Document): string | null {
  for (const script of document.querySelectorAll('script:not([src])')) {
    const text = script.textContent ?? ''
    if (!text.includes('checkoutConfig')) continue
    const store = /"storeCode":"(\w{1,40})"/.exec(text)?.[1] ?? 'default'
    if (/"isCustomerLoggedIn":true/.test(text)) return `/rest/${store}/V1/carts/mine/totals`
    const cart = /"entity_id":"(\w{8,64})"/.exec(text)?.[1]
    return cart === undefined ? null : `/rest/${store}/V1/guest-carts/${cart}/totals`
  }
  return null
}

/** REST: decimals in the quote's currency; `grand_total` may leave out the tax that `base` amounts have. */
export function readMagentoTotals(json: unknown): Partial<Claim> | null {
  const segments = listAt(json, 'total_segments')
  const grand = segments.find((segment) => at(segment, 'code') === 'grand_total')
  const total = writtenOf(at(grand, 'value')) ?? writtenOf(at(json, 'grand_total'))
  const currency = currencyAt(json, 'quote_currency_code')
  if (total === null || currency === null) return null
  const items = listAt(json, 'items').flatMap((item) => {
    const name = textAt(item, 'name')
    const amount = writtenOf(at(item, 'row_total_incl_tax')) ?? writtenOf(at(item, 'row_total'))
    return name === null ? [] : [{ name, quantity: countAt(item, 'qty'), amount }]
  })
  return { currency, digits: 0, total, items }
}

/** Customer section: what the small cart in the header shows. No currency, and no delivery in its amount. */
export function readMagentoSection(json: unknown): Partial<Claim> | null {
  const items = listAt(json, 'cart', 'items').flatMap((item) => {
    const name = textAt(item, 'product_name')
    return name === null ? [] : [{ name, quantity: countAt(item, 'qty'), amount: null }]
  })
  // Only the newest lines are listed; a longer cart is not told whole.
  const pieces = items.reduce((sum, item) => sum + item.quantity, 0)
  if (items.length === 0 || Number(at(json, 'cart', 'summary_count') ?? pieces) !== pieces) return null
  return { digits: 0, total: writtenOf(at(json, 'cart', 'subtotalAmount')), goodsOnly: true, items }
}
