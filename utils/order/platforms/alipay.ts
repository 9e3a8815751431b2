import { currencyEvidence } from '../evidence.ts'
import { has, type Platform } from './platform.ts'

/** The cashier prints the amount with no label and the unit beside it; it takes renminbi only. */
export const alipay: Platform = {
  id: 'alipay',
  matches: (document) =>
    /(?:^|\.)alipay\.com$/.test(document.location.hostname) ||
    has(document, '#J_basePriceArea,#J_authSubmit,.payAmount-area'),
  total: ['#J_basePriceArea', '.payAmount-area', '.cashier-amount'],
  evidence: () => [currencyEvidence('CNY', 'cashier')],
}
