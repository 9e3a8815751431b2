/**
 * The first glance at a request: the tests that nearly every call, form and navigation ends with. They pass whatever
 * cannot be a payment; what they stop at is looked at more closely.
 */
import { matches } from './matching.ts'

/** How much of a body is worth reading. */
export const BODY_HINT = 20_000

/** Anything of an address that could be a payment with some method and body; the only test that ordinary calls pay for. */
const WORTH_A_LOOK =
  /pay|order|checkout|purchase|buy|charge|cart|basket|graphql|gateway|spc\/|trans|rxo|validation|request\.api|rpc|wallet|_data=|\/complete|capture|lookup|\/api\/?(?:[?#]|$)/i

/** False for the great majority of calls, whatever their body: nothing in the address hints at a payment. */
export function worthALook(url: string): boolean {
  return matches(WORTH_A_LOOK, url)
}

/** A place to go that could pay by being gone to: cashiers, `place-order` addresses, operations in the query. */
const GOES_TO_PAY =
  /checkout\.stripe|checkoutnow|gateway\.do|excashier|checkmweb|mollie\.com\/ch|squeezy\.com\/ch|paystack|route=ext|(?:place|submit|approve|pay|paymentto)[-_]?order|order[-_/](?:place|submit)|checkout\/?(?:place|complete)|forcompletion|completecheckout|transactionrequest|(?:confirm|process|authorize|capture)payment|purchasecart|completepurchase/i

/** As many digits as the shortest card number has. */
const DIGITS = /(?:\d[ +-]?){13}/

/** Whether a form or a navigation of this frame is worth stopping until the keeper has looked at it. */
export function mayPay(method: string, url: string, body: string): boolean {
  if (matches(GOES_TO_PAY, url)) return true
  return method !== 'GET' && (worthALook(url) || DIGITS.test(body))
}
