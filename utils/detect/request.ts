/**
 * Is this request a payment? The whole catalogue: runs where something has been stopped (the keeper) and in the
 * background. What every call in every frame is asked is `suspect.ts`, which says yes to all of these.
 *
 * Held: calls that the catalogue knows to authorise money or to hand over to a hosted cashier, addresses and GraphQL
 * operations that say that they place an order, and card numbers on their way to anyone who is no processor.
 * Never held: analytics, search, cart, login, uploads, coupons, estimates, listings.
 */
import { carriesCard } from './card.ts'
import {
  CONFIRM,
  hostPatternOf,
  PROCESSORS,
  patternOf,
  REDIRECT,
  SHOP,
  SHOP_GET,
  SHOP_POST,
} from './catalogue.ts'
import { ESCAPED } from './glance.ts'
import { matches } from './matching.ts'
import {
  NOT_THE_ACT,
  namedPath,
  namesOperation,
  PLACING,
  PLACING_PATH_GET,
  type Suspicion,
  THINGS,
} from './suspect.ts'

export interface RequestFacts {
  /** Upper case. */
  method: string
  /** Absolute. */
  url: string
  /** The body as text as far as it is cheap to have, at most BODY_HINT characters; empty otherwise. */
  bodyHint: string
}

export interface RequestVerdict {
  payment: boolean
  /** Codes, strongest first. */
  reasons: string[]
}

const PLACING_PATH = namedPath(PLACING)
const PAYMENT_PATH = namedPath(THINGS)
const CONFIRM_HOST = hostPatternOf(CONFIRM)
const REDIRECT_HOST = hostPatternOf(REDIRECT)
const AT_END = '(?:;[^/?#]*)?/*(?:[?&#]|$)'
const SHOP_PATH = patternOf(SHOP, '^https?://[^?#]*', AT_END)
const SHOP_POST_PATH = patternOf(SHOP_POST, '^https?://[^?#]*', AT_END)
const DISGUISED_PATH = new RegExp(`^[^?#]*${ESCAPED}`, 'i')
const EVERY_ESCAPED = new RegExp(ESCAPED, 'gi')
// In a query a slash may stand escaped.
const SHOP_GET_QUERY = new RegExp(
  patternOf(SHOP_GET, '[?&]', '(?:[&#]|$)')
    .source.replaceAll('\\/', '(?:/|%2F)')
    .replaceAll('\\|', '(?:\\||%7C)'),
  'i',
)
const PROCESSOR_HOST = new RegExp(
  `^https?://(?:[^/?#]*\\.)?(?:${PROCESSORS.replaceAll('.', '\\.')})[:/?#]`,
  'i',
)

/** A processor or cashier of the catalogue: where a purchase may lead beside its shop. */
export function isProcessor(url: string): boolean {
  return matches(PROCESSOR_HOST, `${url}/`) || matches(CONFIRM_HOST, url) || matches(REDIRECT_HOST, url)
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
  const { method, bodyHint } = facts
  const url = readAsSent(facts.url)
  if (matches(REDIRECT_HOST, url)) return payment('hosted_cashier')
  if (matches(SHOP_GET_QUERY, url)) return payment('places_order')
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') {
    if (method === 'GET' && matches(PLACING_PATH_GET, url)) return payment('places_order')
    return method === 'GET' && namesOperation(url, '') ? payment('operation') : NO_PAYMENT
  }
  if (matches(DISGUISED_PATH, facts.url)) return payment('disguised_address')
  if (matches(CONFIRM_HOST, url)) return payment('endpoint')
  if (matches(SHOP_PATH, url) || (method === 'POST' && matches(SHOP_POST_PATH, url)))
    return payment('shop_endpoint')
  if (namesOperation(url, bodyHint)) return payment('operation')
  if (matches(PROCESSOR_HOST, url)) return NO_PAYMENT
  if (!matches(NOT_THE_ACT, url)) {
    if (matches(PLACING_PATH, url)) return payment('places_order')
    if (matches(PAYMENT_PATH, url)) return payment('names_payment')
  }
  return carriesCard(bodyHint) ? payment('card_number') : NO_PAYMENT
}

/** The address as a server reads it: letters and digits that were escaped for no reason stand there in clear. */
function readAsSent(url: string): string {
  return url.replace(EVERY_ESCAPED, decodeURIComponent)
}

/** Whether a call that raised a suspicion in its frame is a payment. Its body stayed there. */
export function confirms(suspicion: Suspicion, method: string, url: string): boolean {
  if (suspicion === 'operation') return true
  if (suspicion === 'card' && !matches(PROCESSOR_HOST, url)) return true
  return classifyRequest({ method, url, bodyHint: '' }).payment
}

const NO_PAYMENT: RequestVerdict = { payment: false, reasons: [] }

function payment(reason: string): RequestVerdict {
  return { payment: true, reasons: [reason] }
}
