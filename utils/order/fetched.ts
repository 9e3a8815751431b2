/** JSON of no known platform that looks like an order: one object with a total, a currency and, mostly, lines. */
import { type Claim, type ClaimedItem, writtenOf } from './claims.ts'
import { at, countAt, currencyAt, textAt } from './json.ts'

const MAX_NODES = 4_000
const TOTAL = /^(?:grand_?total|total_?price|order_?total|total_?amount|amount_?due|total_?with_?tax|total)$/i
const LINES = /^(?:items|lines|line_?items|products|entries|cart_?items)$/i

/** What the JSON says, where exactly one object in it reads as an order; null otherwise. */
export function genericClaim(json: unknown): Partial<Claim> | null {
  const found: Partial<Claim>[] = []
  let left = MAX_NODES
  const queue: unknown[] = [json]
  for (let i = 0; i < queue.length && left > 0; i++) {
    const value = queue[i]
    if (typeof value !== 'object' || value === null) continue
    left--
    const said = Array.isArray(value) ? null : orderIn(value)
    // Totals inside an order are those of its lines.
    if (said !== null) found.push(said)
    else queue.push(...Object.values(value).slice(0, 200))
  }
  const totals = new Set(found.map(({ total }) => total))
  return totals.size === 1 ? (found[0] ?? null) : null
}

function orderIn(value: object): Partial<Claim> | null {
  const entries = Object.entries(value)
  const total = entries.find(([key, inner]) => TOTAL.test(key) && amountOf(inner) !== null)
  if (total === undefined) return null
  const currency =
    currencyAt(value, 'currency') ??
    currencyAt(value, 'currencyCode') ??
    currencyAt(value, 'currency_code') ??
    currencyAt(value, 'currency', 'code') ??
    currencyAt(total[1], 'currency') ??
    currencyAt(total[1], 'currencyCode')
  const lines = entries.find(([key, inner]) => LINES.test(key) && Array.isArray(inner))?.[1]
  const items = Array.isArray(lines) ? lines.slice(0, 200).flatMap((line) => itemOf(line) ?? []) : []
  if (currency === null || (items.length === 0 && lines === undefined)) return null
  const written = amountOf(total[1])
  return { currency, total: written, digits: written?.includes('.') ? 0 : null, items }
}

function amountOf(value: unknown): string | null {
  return writtenOf(value) ?? writtenOf(at(value, 'amount')) ?? writtenOf(at(value, 'value'))
}

function itemOf(line: unknown): ClaimedItem | null {
  const name =
    textAt(line, 'name') ??
    textAt(line, 'title') ??
    textAt(line, 'product_name') ??
    textAt(line, 'productName') ??
    textAt(line, 'product', 'name')
  if (name === null) return null
  const quantity = at(line, 'quantity') === undefined ? countAt(line, 'qty') : countAt(line, 'quantity')
  return { name, quantity, amount: null }
}
