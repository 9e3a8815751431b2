/**
 * Is this request a payment? Runs in the page before every call, so it must be quick, and must not use anything that a
 * page can replace: only regular expressions taken at load (`matching.ts`) and string operators.
 *
 * Held: calls that the catalogue knows to authorise money or to hand over to a hosted cashier, addresses and GraphQL
 * operations that say that they place an order, and card numbers on their way to anyone who is no processor.
 * Never held: analytics, search, cart, login, uploads, coupons, estimates, listings.
 */
import {
  CONFIRM,
  hostPatternOf,
  OPERATIONS,
  PROCESSORS,
  patternOf,
  REDIRECT,
  SHOP,
  SHOP_GET,
  SHOP_POST,
} from './catalogue.ts'
import { firstGroup, matches } from './matching.ts'

export interface RequestFacts {
  /** Upper case. */
  method: string
  /** Absolute. */
  url: string
  /** The body as text as far as it is cheap to have, at most BODY_HINT characters; empty otherwise. */
  bodyHint: string
  pageUrl: string
}

export interface RequestVerdict {
  payment: boolean
  /** Codes, strongest first. */
  reasons: string[]
}

/** How much of a body is worth reading. */
export const BODY_HINT = 20_000

const PLACES =
  '(?:place|submit|complete|confirm|finali[sz]e|finish|process|execute)[-_]?(?:my[-_]?|the[-_]?)?(?:order|purchase|payment|checkout)s?' +
  '|(?:order|purchase|payment|checkout)s?[-_/](?:place|submit|complete|confirm|finali[sz]e|finish|process|execute|authori[sz]e|capture)' +
  '|(?:cart|order|checkout|basket)s?/[^/?#]{1,80}/(?:place|submit|complete|confirm|pay|purchase|checkout)' +
  '|checkout/(?:place|pay|order|purchase|submit)|(?:make|create|authori[sz]e)[-_]?payment|buy[-_]?now|one[-_]?click[-_]?(?:buy|order)' +
  '|orders?/(?:create|new|place)|charge[-_]?card'

/** Anything of an address that could be a payment with some method and body; the only test that ordinary calls pay for. */
const WORTH_A_LOOK =
  /pay|order|checkout|purchase|buy|charge|subscri|graphql|gateway|spc\/|place|confirm|finali[sz]e|submit|\/complete|cart|trans|wcc|auth|rxo|validation|request\.api|rpc|_data=|\/api\/?(?:[?#]|$)/i
const NOT_THE_ACT =
  /\/(?:analytics|track(?:ing)?|collect|telemetry|events?|metrics|logs?|pixel|push)\/|(?:methods?|options?|estimates?|shipping|coupons?|promo\w*|vouchers?|totals?|quotes?|validat\w*|search|history|track\w*|status|analytics|collect|events?|logs?|metrics|telemetry|address(?:es)?|config\w*|settings|session|token)s?\/?(?:[?#]|$)/i

const AT_END = '(?:\\.(?:php|aspx?|action|do|html?|json))?/?(?:[?#]|$)'
const PLACING_PATH = new RegExp(`^[^?#]*/(?:${PLACES})${AT_END}`, 'i')
/** Only the thing is named, not the act: mostly the payment, sometimes the step before. */
const PAYMENT_PATH = new RegExp(`^[^?#]*/(?:orders?|payments?|pay|purchases?|charges?)${AT_END}`, 'i')
const PLACING_PATH_GET = new RegExp(
  `^[^?#]*/(?:(?:place|submit)[-_]?order|order[-_/](?:place|submit)|checkout/place)${AT_END}`,
  'i',
)
const CONFIRM_HOST = hostPatternOf(CONFIRM)
const REDIRECT_HOST = hostPatternOf(REDIRECT)
const SHOP_PATH = patternOf(SHOP, '^https?://[^?#]*', '/?(?:[?&#]|$)')
const SHOP_POST_PATH = patternOf(SHOP_POST, '^https?://[^?#]*', '/?(?:[?&#]|$)')
const SHOP_GET_QUERY = patternOf(SHOP_GET, '[?&]', '(?:[&#]|$)')
const PROCESSOR_HOST = new RegExp(
  `^https?://(?:[^/?#]*\\.)?(?:${PROCESSORS.replaceAll('.', '\\.')})[:/?#]`,
  'i',
)
const OPERATION_URL =
  /graphql|\/checkouts\/|request\.api|web_checkouts|\/rxo\/|\/wallet|\/trpc|\/rpc|_data=|\/api\/?(?:[?#]|$)/i
const OPERATION_IN_URL = new RegExp(`(?:[?&/=])(?:${OPERATIONS})(?:[?&/=#.]|$)`, 'i')
const OPERATION_IN_BODY = new RegExp(
  `"operationName"\\s*:\\s*"(?:${OPERATIONS})"|(?:mutation[^{]*\\{|\\\\n|[\\s{])\\s*(?:\\w+\\s*:\\s*)?(?:${OPERATIONS})\\s*[({]|"(?:${OPERATIONS})"\\s*:`,
  'i',
)
const CLASSIC_SHOPIFY = /(?:^|&)complete=1(?:&|$)/
const CARD_FIELD = /card|cc[-_]?n|pan\b|cvc|cvv|security.?code|expir/i
const CARD_NUMBER =
  /(?:^|\D)((?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|3[47]\d\d|3[068]\d\d|6\d{3})[ +-]?\d{4}[ +-]?\d{4}[ +-]?\d{1,7})(?!\d)/

/** False for the great majority of calls, whatever their body: nothing in the address hints at a payment. */
export function worthALook(url: string): boolean {
  return matches(WORTH_A_LOOK, url)
}

/** Whether the shield's own rules block this address (with some method): then a call must carry its nonce to pass. */
export function isShielded(url: string): boolean {
  return (
    matches(CONFIRM_HOST, url) ||
    matches(SHOP_PATH, url) ||
    matches(SHOP_POST_PATH, url) ||
    matches(SHOP_GET_QUERY, url)
  )
}

export function classifyRequest(facts: RequestFacts): RequestVerdict {
  const { method, url, bodyHint } = facts
  if (matches(REDIRECT_HOST, url)) return payment('hosted_cashier')
  if (matches(SHOP_GET_QUERY, url)) return payment('places_order')
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') {
    if (method === 'GET' && matches(PLACING_PATH_GET, url)) return payment('places_order')
    return method === 'GET' && matches(OPERATION_URL, url) && matches(OPERATION_IN_URL, url)
      ? payment('operation')
      : NO_PAYMENT
  }
  if (matches(CONFIRM_HOST, url)) return payment('endpoint')
  if (matches(SHOP_PATH, url) || (method === 'POST' && matches(SHOP_POST_PATH, url)))
    return payment('shop_endpoint')
  if (matches(OPERATION_URL, url)) {
    if (matches(OPERATION_IN_URL, url) || matches(OPERATION_IN_BODY, bodyHint)) return payment('operation')
    if (matches(CLASSIC_SHOPIFY, bodyHint)) return payment('operation')
  }
  if (matches(PROCESSOR_HOST, url)) return NO_PAYMENT
  if (!matches(NOT_THE_ACT, url)) {
    if (matches(PLACING_PATH, url)) return payment('places_order')
    if (matches(PAYMENT_PATH, url)) return payment('names_payment')
  }
  return carriesCard(bodyHint) ? payment('card_number') : NO_PAYMENT
}

/** A number with a card's beginning, length and check digit beside a field that is named like a card's. */
export function carriesCard(body: string): boolean {
  if (body.length < 15 || !matches(CARD_FIELD, body)) return false
  const found = firstGroup(CARD_NUMBER, body)
  return found !== null && luhn(found)
}

/** ISO/IEC 7812-1 annex B, over the digits of the text. */
function luhn(text: string): boolean {
  let sum = 0
  let count = 0
  for (let i = text.length - 1; i >= 0; i--) {
    const char = text[i] ?? ' '
    if (char < '0' || char > '9') continue
    const digit = +char
    const doubled = count % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
    count++
  }
  return count >= 13 && count <= 19 && sum % 10 === 0
}

const NO_PAYMENT: RequestVerdict = { payment: false, reasons: [] }

function payment(reason: string): RequestVerdict {
  return { payment: true, reasons: [reason] }
}
