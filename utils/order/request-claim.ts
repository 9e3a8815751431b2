/**
 * The amount that a held request carries: JSON, GraphQL variables, or form fields. Most placing requests carry none
 * (measured: 0 of 10 shops); where one does, it must be the amount that the person is shown. Only amounts, currency, names
 * and quantities are taken out of a body; the body itself is neither kept nor logged.
 */
import { type Claim, type ClaimedItem, claim, writtenOf } from './claims.ts'
import { at, countAt, currencyAt, listAt, parsed, textAt } from './json.ts'

export interface HeldRequest {
  method: string
  url: string
  /** As text, cut by the hook; empty where it could not be read. */
  body: string
}

const MAX_DEPTH = 6
const MAX_NODES = 3_000

/** Names under which an amount to be charged is sent, best first. */
const TOTALS: readonly RegExp[] = [
  /^(?:grand|order|cart|payment|transaction|charge)?_?total_?(?:price|amount|due)?$/i,
  /^(?:expected|charge|payment|order|transaction|purchase|billing|gross)_?amount$/i,
  /^(?:amount|amountInCents|amount_cents|amount_money|totalAmount|total_fee)$/i,
]
/** Names that say by themselves that whole numbers are hundredths. */
const IN_CENTS = /cents|minor|pennies/i
/** Hosts that count in the currency's minor unit. */
const MINOR_HOSTS =
  /(?:^|\.)(?:stripe\.com|adyen\.com|checkout\.com|squareup\.com|klarna\.com|razorpay\.com|paystack\.co|worldpay\.com)$/i

/** What the request says, or null where it names no amount and no items. */
export function claimOfRequest(request: HeldRequest): Claim | null {
  const data = bodyData(request.body)
  if (data === undefined) return null
  const found = largestFirst(data)
  const items = itemsOf(data)
  if (found === null && items.length === 0) return null
  const host = hostOf(request.url)
  const cents = found !== null && (IN_CENTS.test(found.key) || MINOR_HOSTS.test(host))
  const isDecimal = found?.written.includes('.') === true
  return claim('request', `${request.method} ${host}`, {
    live: true,
    currency: found?.currency ?? currencyIn(data),
    // Without a word on the unit "4900" may be 49.00 or 4900: both are compared.
    digits: isDecimal ? 0 : cents ? 2 : null,
    total: found?.written ?? null,
    items,
  })
}

function bodyData(body: string): unknown {
  const text = body.trim()
  if (text.startsWith('{') || text.startsWith('[')) {
    const json = parsed(text)
    return at(json, 'variables') ?? json
  }
  if (!text.includes('=') || /[\r\n<]/.test(text)) return undefined
  const fields: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    // "order[total]" is the total of the order.
    const key = /\[(\w+)\]$/.exec(name)?.[1] ?? name
    if (!Object.hasOwn(fields, key)) fields[key] = value
  }
  return fields
}

interface Amount {
  key: string
  written: string
  currency: string | null
  rank: number
  depth: number
}

/** The amount by the best name; of equals the outermost, then the largest. */
function largestFirst(data: unknown): Amount | null {
  const found = amountsIn(data)
  found.sort((a, b) => a.rank - b.rank || a.depth - b.depth || Number(b.written) - Number(a.written))
  return found[0] ?? null
}

function amountsIn(data: unknown): Amount[] {
  const found: Amount[] = []
  let left = MAX_NODES
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || left-- <= 0) return
    if (Array.isArray(value)) {
      // The amounts of several things are none of their sum.
      if (value.length === 1) walk(value[0], depth + 1)
      return
    }
    for (const [key, inner] of Object.entries(value)) {
      const rank = TOTALS.findIndex((name) => name.test(key))
      const written = rank < 0 ? null : amountOf(inner)
      if (written !== null) {
        const currency = currencyIn(inner) ?? currencyIn(value)
        found.push({ key, written, currency, rank, depth })
      } else walk(inner, depth + 1)
    }
  }
  walk(data, 0)
  return found
}

/** A number, or an object that holds one: `{value, currency}` of Adyen and PayPal, `{amount, currency}` of Square. */
function amountOf(value: unknown): string | null {
  const direct = writtenOf(value)
  if (direct !== null) return Number(direct) > 0 ? direct : null
  const inner = writtenOf(at(value, 'value')) ?? writtenOf(at(value, 'amount'))
  return inner !== null && currencyIn(value) !== null && Number(inner) > 0 ? inner : null
}

function currencyIn(value: unknown): string | null {
  for (const key of ['currency', 'currency_code', 'currencyCode', 'purchase_currency', 'currencyIso'])
    if (currencyAt(value, key) !== null) return currencyAt(value, key)
  return null
}

function itemsOf(data: unknown): ClaimedItem[] {
  for (const key of ['items', 'line_items', 'lineItems', 'order_lines', 'products', 'cart']) {
    for (const owner of [
      data,
      at(data, 'order'),
      at(data, 'cart'),
      at(data, 'input'),
      at(data, 'purchase_units', 0),
    ]) {
      const items = listAt(owner, key).flatMap((item) => {
        const name =
          textAt(item, 'name') ?? textAt(item, 'title') ?? textAt(item, 'sku') ?? textAt(item, 'id')
        if (name === null) return []
        return [{ name, quantity: countAt(item, 'quantity') || countAt(item, 'qty'), amount: null }]
      })
      if (items.length > 0) return items
    }
  }
  return []
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}
