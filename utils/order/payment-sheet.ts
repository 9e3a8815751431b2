/**
 * Details of a PaymentRequest, as the page gave them to the browser: that total is what the payment sheet shows and what is
 * charged. Source: W3C Payment Request API, `PaymentDetailsInit`; amounts are decimals, `displayItems` need not add up.
 */
import { type Claim, claim, writtenOf } from './claims.ts'
import { at, currencyAt, listAt, parsed, textAt } from './json.ts'

export function claimOfPaymentSheet(details: string): Claim | null {
  const data = parsed(details)
  const total = writtenOf(at(data, 'total', 'amount', 'value'))
  const currency = currencyAt(data, 'total', 'amount', 'currency')
  if (total === null || currency === null) return null
  const items = listAt(data, 'displayItems').flatMap((item) => {
    const name = textAt(item, 'label')
    return name === null ? [] : [{ name, quantity: 1, amount: writtenOf(at(item, 'amount', 'value')) }]
  })
  return claim('payment-request', 'payment sheet', { live: true, currency, digits: 0, total, items })
}
