import { currencyEvidence, decimalEvidence } from '../evidence.ts'
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
}
