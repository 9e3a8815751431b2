/**
 * Might this request be a payment? The part of the classifier that runs in every frame before every call: small, quick,
 * and using nothing that a page can replace, only regular expressions taken at load (`matching.ts`) and string
 * operators. It says yes to every payment that `classifyRequest` knows and to a few calls that are none; those are held
 * for the moment it takes the keeper, which has the whole catalogue, to let them go.
 */
import { carriesCard } from './card.ts'
import { DISGUISED } from './glance.ts'
import { matches } from './matching.ts'

/** What raised the suspicion: an address, an operation named in the body, a card number in it. */
export type Suspicion = 'address' | 'operation' | 'card'

/** What of the catalogue the rules below do not see: by any method (REDIRECT, SHOP_GET), and by those that write. */
const CASHIER =
  /checkout\.stripe|checkoutnow|gateway\.do|excashier|checkmweb|mollie\.com\/ch|squeezy\.com\/ch|paystack|route=ext/i
const LISTED =
  /payment_|confirm-p|\/capture|captures|\/auth|lookup|paymentdetails|completecard|affirm|\/complete|payments\/create|checkout\/product|order_confirm|fronttrans|\/_pay|wc-ajax=checkout|payment-information|validation|-placeorder|\/transaction|gatewayc|decoupled|refreshp|v1\/checkout/i

/**
 * Addresses that say what they do, in parts, because the shield makes a rule of each. An act before its thing
 * (`place-order`), after it (`orders/submit`), on one thing (`carts/7/checkout`), and by itself.
 */
export const ACT_WORDS = 'place|submit|complete|confirm|finali[sz]e|finish|process|execute'
export const AFTER_WORDS = `${ACT_WORDS}|authori[sz]e|capture`
export const INSIDE_WORDS = 'place|submit|complete|confirm|pay|purchase|checkout'
export const SINGLE =
  'checkout/+(?:place|pay|order|purchase|submit)|(?:make|create|authori[sz]e)[-_]?payment|buy[-_]?now|one[-_]?click[-_]?(?:buy|order)|orders?/+(?:create|new|place)|charge[-_]?card'
/** Only the thing is named, not the act: mostly the payment, sometimes the step before. */
export const THINGS = 'orders?|payments?|pay|purchases?|charges?'
export const SINGLE_GET = '(?:place|submit)[-_]?order|order[-_/]+(?:place|submit)|checkout/+place'

/** Names that servers take for the same: with an extension, a path behind a script, `;name=value`, further slashes. */
const PAGES = 'php(?:/[^?#]*)?|aspx?|jspx?|action|do|html?|json'
/** Only for requests that write: a GET of these is a file. */
const DATA = '|xml|js|cgi'
const START = '^[^?#]*/(?:'
const atEnd = (more: string) => `)(?:[.](?:${PAGES}${more}))?(?:;[^/?#]*)?/*(?:[?#]|$)`
export const PLACING = `(?:${ACT_WORDS})[-_]?(?:my[-_]?|the[-_]?)?(?:order|purchase|payment|checkout)s?|(?:order|purchase|payment|checkout)s?[-_/]+(?:${AFTER_WORDS})|(?:cart|order|checkout|basket)s?/+[^/?#]+/+(?:${INSIDE_WORDS})|${SINGLE}`
export const namedPath = (names: string) => new RegExp(START + names + atEnd(DATA), 'i')
const NAMED_PATH = namedPath(`${PLACING}|${THINGS}`)
export const PLACING_PATH_GET = new RegExp(START + SINGLE_GET + atEnd(''), 'i')
/** Reports about payments go to places like these. */
export const NOT_THE_ACT =
  /^[^?#]*\/(?:analytics|track(?:ing)?|collect|telemetry|events?|metrics|logs?|pixel|push)\//i

/** Names of operations that place an order or pay, in a GraphQL document or `operationName`, or in an XML or form body. */
const OPERATIONS =
  '(?:place|submit|approve|pay)Order|(?:cartS|s)ubmitForCompletion|checkoutComplete(?:With\\w*)?|completeCheckout|' +
  'createTransactionRequest|(?:confirm|process|authorize|capture)Payment|addPaymentToOrder|purchaseCart|completePurchase'
/** Addresses that serve everything a shop can do: what is asked of them stands in the body. */
export const OPERATION_URL =
  /graphql|checkouts|request\.api|\/rxo\/|\/wallet|\/t?rpc|_data=|\/api\/?(?:[?#]|$)/i
const OPERATION_IN_URL = new RegExp(`(?:[?&/=])(?:${OPERATIONS})(?:[?&/=#.]|$)`, 'i')
const OPERATION_IN_BODY = new RegExp(
  `"operationName"\\s*:\\s*"(?:${OPERATIONS})"|(?:mutation[^{]*\\{|\\\\n|[\\s{])\\s*(?:\\w+\\s*:\\s*)?(?:${OPERATIONS})\\s*[({]|"(?:${OPERATIONS})"\\s*:|(?:^|&)complete=1(?:&|$)`,
  'i',
)
/** The same in JSON. */
const DISGUISED_BODY = /\\u00(?:[46][1-9a-f]|[57][0-9a])/i

/** `method` upper case, `url` absolute, `body` at most BODY_HINT characters of it, or empty. */
export function suspect(method: string, url: string, body: string): Suspicion | null {
  if (matches(CASHIER, url) || matches(DISGUISED, url)) return 'address'
  if (method === 'GET') {
    return matches(PLACING_PATH_GET, url) || namesOperation(url, '') ? 'address' : null
  }
  if (method === 'HEAD' || method === 'OPTIONS') return null
  if (namesOperation(url, body)) return 'operation'
  if (carriesCard(body)) return 'card'
  if (matches(LISTED, url)) return 'address'
  return !matches(NOT_THE_ACT, url) && matches(NAMED_PATH, url) ? 'address' : null
}

export function namesOperation(url: string, body: string): boolean {
  return (
    matches(OPERATION_URL, url) &&
    (matches(OPERATION_IN_URL, url) || matches(OPERATION_IN_BODY, body) || matches(DISGUISED_BODY, body))
  )
}
