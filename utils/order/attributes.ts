/**
 * The order in an attribute of a control: what a shop hands to its tag manager when it is pressed
 * (`gtm-data='{"basket":{"totalPrice":"15.25 USD"},"product_list":[{"name":…}]}'`). The page's own word, read where it
 * names both goods and a total; a button of a product card names no total.
 */
import { type Claim, type ClaimedItem, claim } from './claims.ts'
import { at, countAt, currencyAt, listAt, parsed, textAt } from './json.ts'

const MAX_CONTROLS = 200
const MAX_LENGTH = 20_000
const NAME = /gtm|ga4|analytics|ecommerce|datalayer|data-(?:order|cart|basket|checkout)/i
const ORDERS = ['basket', 'cart', 'order', 'transaction', 'ecommerce', 'checkout']
const LISTS = ['product_list', 'products', 'items', 'line_items']
const TOTALS = ['totalPrice', 'total_price', 'total', 'grandTotal', 'revenue', 'value']

export function attributeClaims(document: Document): Claim[] {
  const controls = [...document.querySelectorAll('button,input[type="submit"],[role="button"]')]
  for (const control of controls.slice(0, MAX_CONTROLS)) {
    for (const { name, value } of control.attributes) {
      if (!NAME.test(name) || value.length > MAX_LENGTH || !value.startsWith('{')) continue
      const found = orderIn(parsed(value))
      if (found !== null) return [claim('page-data', `${name} of the control`, found)]
    }
  }
  return []
}

function orderIn(json: unknown): Partial<Claim> | null {
  const places = [json, ...ORDERS.map((name) => at(json, name))]
  const lines = places
    .flatMap((place) => LISTS.map((name) => listAt(place, name)))
    .find((list) => list.length > 0)
  const total = places
    .flatMap((place) => TOTALS.map((name) => priceOf(at(place, name))))
    .find((one) => one !== null)
  if (lines === undefined || total == null) return null
  const currency =
    total.currency ?? places.map((place) => currencyAt(place, 'currency')).find(Boolean) ?? null
  const items = lines.flatMap((line) => itemOf(line) ?? [])
  return items.length === 0 ? null : { currency, digits: 0, total: total.written, items }
}

function itemOf(line: unknown): ClaimedItem | null {
  const name = textAt(line, 'name') ?? textAt(line, 'item_name') ?? textAt(line, 'title')
  if (name === null) return null
  const quantity = at(line, 'quantity') === undefined ? countAt(line, 'qty') : countAt(line, 'quantity')
  // Of several pieces nobody says whether the price is of one or of all.
  const amount = quantity === 1 ? (priceOf(at(line, 'price'))?.written ?? null) : null
  return { name, quantity, amount }
}

/** 15.25, "15.25" or "15.25 USD". */
function priceOf(value: unknown): { written: string; currency: string | null } | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(?: ([A-Z]{3}))?$/.exec(
    typeof value === 'number' ? String(value) : String(value ?? ''),
  )
  return match?.[1] === undefined ? null : { written: match[1], currency: match[2] ?? null }
}
