/**
 * The first glance at a request: the tests that nearly every call, form and navigation ends with. They pass whatever
 * cannot be a payment; what they stop at is looked at more closely.
 */
import { matches } from './matching.ts'

/** How much of a body is worth reading. */
export const BODY_HINT = 20_000

/**
 * Letters and digits that are escaped although nothing asks for it: an address that shall be read otherwise than it is
 * sent. Source of an expression, which the shield takes too.
 */
export const ESCAPED = '%(?:2[de]|3[0-9]|[46][1-9a-f]|[57][0-9af])'
export const DISGUISED = new RegExp(ESCAPED, 'i')

/**
 * Anything of an address that could be a payment with some method and body; the only test that ordinary calls pay for.
 * First the characters that a browser drops or turns before it sends.
 */
const WORTH_A_LOOK =
  /[\t\n\r\\]|pay|order|checkout|purchase|buy|charge|cart|basket|graphql|gateway|spc\/|trans|rxo|validation|request\.api|rpc|wallet|_data=|\/complete|capture|lookup|\/api\/?(?:[?#]|$)/i

/** False for the great majority of calls, whatever their body: nothing in the address hints at a payment. */
export function worthALook(url: string): boolean {
  return matches(WORTH_A_LOOK, url) || matches(DISGUISED, url)
}

/**
 * A place to go that could pay by being gone to: cashiers, `place-order` addresses, operations in the query. Of words a
 * part is enough: whatever stops here is looked at more closely.
 */
const GOES_TO_PAY =
  /checkout\.stripe|checkoutnow|gateway\.do|excashier|checkmweb|mollie\.com\/ch|squeezy\.com\/ch|paystack|route=ext|(?:ce|it|ve|ay|to)[-_]?order|order[-_/]+(?:pla|sub)|checkout\/*(?:pla|comp)|forcomp|etecheck|onrequest|(?:rm|ss|ze|re)payment|asecart|etepurch/i

/** As many digits as the shortest card number has. */
const DIGITS = /(?:\d[ +-]?){13}/

/** Whether a form or a navigation of this frame is worth stopping until the keeper has looked at it. */
export function mayPay(method: string, url: string, body: string): boolean {
  if (matches(GOES_TO_PAY, url) || matches(DISGUISED, url)) return true
  return method !== 'GET' && (worthALook(url) || DIGITS.test(body))
}
