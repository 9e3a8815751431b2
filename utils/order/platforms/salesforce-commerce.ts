import { has, type Platform } from './platform.ts'

/** Storefront Reference Architecture and its forks. */
export const salesforceCommerce: Platform = {
  id: 'salesforce-commerce',
  matches: (document) =>
    has(document, '#checkout-main[data-checkout-stage],.order-total-summary .grand-total-sum'),
  total: ['.grand-total-sum', '.order-total .order-value'],
}
