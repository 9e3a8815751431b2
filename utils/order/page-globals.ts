/**
 * What a page pushed into its data layers. Read in the page's own world by `pageGlobals`, only when something is held; all
 * of it is the page's word, and often of an earlier step: it names items and currency and raises doubts.
 */
import { type Claim, claim, writtenOf } from './claims.ts'
import { at, countAt, currencyAt, listAt, parsed, textAt } from './json.ts'

/** Runs inside the page, so it may use nothing from outside itself. JSON text, bounded; never throws. */
export function pageGlobals(): string {
  const LIMIT = 200_000
  try {
    const wanted = ['dataLayer', 'digitalData', 'utag_data', 'Shopify', 'BCData']
    const found: Record<string, unknown> = {}
    for (const name of wanted) {
      const value: unknown = Reflect.get(window, name)
      if (typeof value !== 'object' || value === null) continue
      if (name === 'dataLayer' && Array.isArray(value)) {
        // `gtag(...)` pushes its arguments object; the second argument is the event's name.
        found[name] = value.slice(-200).filter((entry) => {
          if (typeof entry !== 'object' || entry === null) return false
          return 'ecommerce' in entry || Reflect.get(entry, 0) === 'event'
        })
      } else if (name === 'Shopify') found[name] = { checkout: Reflect.get(value, 'checkout') }
      else found[name] = value
    }
    const seen = new WeakSet<object>()
    const text = JSON.stringify(found, (_key, value: unknown) => {
      if (typeof value === 'object' && value !== null) {
        if (seen.has(value) || value instanceof Node || value === window) return undefined
        seen.add(value)
      }
      return typeof value === 'bigint' ? String(value) : value
    })
    return text.length > LIMIT ? '' : text
  } catch {
    return ''
  }
}

/** The steps at which a data layer speaks of this order, last first. */
const EVENTS = ['add_payment_info', 'add_shipping_info', 'begin_checkout', 'checkout', 'view_cart']

export function claimsOfGlobals(text: string): Claim[] {
  const data = parsed(text)
  return [dataLayerClaim(listAt(data, 'dataLayer')), shopifyClaim(at(data, 'Shopify', 'checkout'))].flatMap(
    (one) => one ?? [],
  )
}

/** GA4 `ecommerce` of a pushed object or of a `gtag('event', …)` call; Universal Analytics' `checkout.products`. */
function dataLayerClaim(entries: unknown[]): Claim | null {
  const events = entries.flatMap((entry) => {
    const called = at(entry, '0') === 'event'
    const name = called ? at(entry, '1') : at(entry, 'event')
    const data = called ? at(entry, '2') : (at(entry, 'ecommerce') ?? {})
    return typeof name === 'string' && EVENTS.includes(name) ? [data] : []
  })
  const last = events.at(-1)
  if (last === undefined) return null
  const products = listAt(last, 'items')
  const older = listAt(last, 'checkout', 'products')
  const items = (products.length > 0 ? products : older).flatMap((item) => {
    const name = textAt(item, 'item_name') ?? textAt(item, 'name')
    return name === null ? [] : [{ name, quantity: countAt(item, 'quantity'), amount: null }]
  })
  const currency = currencyAt(last, 'currency') ?? currencyAt(last, 'currencyCode')
  if (items.length === 0 && currency === null) return null
  // GA4's `value` is the goods' price in most shops, with or without tax: no total.
  return claim('page-data', 'data layer', {
    goodsOnly: true,
    currency,
    digits: 0,
    total: writtenOf(at(last, 'value')),
    items,
  })
}

function shopifyClaim(checkout: unknown): Claim | null {
  const total = writtenOf(at(checkout, 'total_price'))
  const currency = currencyAt(checkout, 'presentment_currency') ?? currencyAt(checkout, 'currency')
  if (total === null || currency === null) return null
  const items = listAt(checkout, 'line_items').flatMap((item) => {
    const name = textAt(item, 'title')
    return name === null
      ? []
      : [{ name, quantity: countAt(item, 'quantity'), amount: writtenOf(at(item, 'line_price')) }]
  })
  return claim('page-data', 'Shopify.checkout', { currency, digits: 0, total, items })
}
