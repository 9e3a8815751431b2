/**
 * One order out of all sources. What the person sees stands; a source that says the same confirms it, one that says
 * something else makes it uncertain and is told to the person; what the page does not show at all is filled in from a source
 * that speaks of now, and said to be. A source never raises certainty: whoever writes the page can write its data too.
 */
import { isCurrency } from '../money/currencies.ts'
import { money } from '../money/money.ts'
import { type Claim, fingerprintOf, meantBy, readingsOf } from './claims.ts'
import { decimal, note } from './notes.ts'
import type { FieldSource, LineItem, Note, Order, OrderReading } from './order.ts'

const CONFIDENCE: Partial<Record<Claim['source'], number>> = {
  'payment-request': 0.95,
  api: 0.9,
  request: 0.8,
  fetched: 0.7,
  'page-data': 0.5,
  structured: 0.5,
}

export function reconcile(reading: OrderReading, claims: readonly Claim[]): OrderReading {
  // What is sent or charged speaks first.
  const ranked = claims.toSorted((a, b) => confidenceOf(b) - confidenceOf(a))
  const sources = [...reading.sources]
  let notes = [...reading.notes]
  const order = { ...reading.order }
  for (const claim of ranked) {
    fillTotal(order, claim, sources, (made) => {
      notes = [...notes.filter(({ id }) => id !== 'total_unknown' && id !== 'currency_unknown'), ...made]
    })
    notes.push(...compareTotal(order, claim, sources))
    notes.push(...items(order, claim, sources))
    if (claim.live && (claim.items.length > 0 || claim.total !== null)) {
      sources.push(source('cart', claim, `${claim.detail} #${fingerprintOf(claim)}`))
    }
  }
  if (notes.some((one) => DOUBTS.has(one.id))) order.certain = false
  return { order, sources, notes: distinct(notes) }
}

/** Notes after which the amount is no longer certain. */
const DOUBTS = new Set(['total_disagrees', 'total_from_source', 'request_disagrees', 'currency_disagrees'])

function confidenceOf(claim: Claim): number {
  return CONFIDENCE[claim.source] ?? 0.4
}

function source(field: string, claim: Claim, detail = claim.detail): FieldSource {
  return { field, source: claim.source, detail, confidence: confidenceOf(claim) }
}

/** The page shows no total, or one in no known currency: a source that speaks of now says what it is. */
function fillTotal(order: Order, claim: Claim, sources: FieldSource[], say: (notes: Note[]) => void): void {
  if (order.total !== null || !claim.live || claim.goodsOnly || claim.currency === null) return
  if (!isCurrency(claim.currency)) return
  const amount = meantBy(claim.total, claim, claim.currency)
  if (amount === null || amount < 0n) return
  order.total = money(amount, claim.currency)
  order.currency = claim.currency
  order.certain = false
  sources.push(source('total', claim), source('currency', claim))
  say([note('total_from_source', 'total', 'warn', { where: claim.detail })])
}

function compareTotal(order: Order, claim: Claim, sources: FieldSource[]): Note[] {
  const { total } = order
  if (total === null || claim.total === null) return []
  const shown = decimal(total.amount, total.currency)
  const id = claim.source === 'request' ? 'request_disagrees' : 'total_disagrees'
  if (claim.currency !== null && claim.currency !== total.currency) {
    if (!claim.live && claim.source !== 'structured') return []
    const amount = meantBy(claim.total, claim, claim.currency)
    const other = amount === null ? claim.currency : decimal(amount, claim.currency)
    return [disagreement(id, claim, shown, other)]
  }
  const readings = readingsOf(claim.total, claim, total.currency)
  if (readings.includes(total.amount)) {
    if (!claim.goodsOnly) sources.push(source('total', claim))
    return []
  }
  const nearest = readings.toSorted((a, b) => distance(a, total.amount) - distance(b, total.amount))[0]
  if (nearest === undefined) return []
  // Goods alone may cost less than the order, with delivery and tax, and more, with a discount or a voucher.
  if (claim.goodsOnly || !claim.live) return []
  return [disagreement(id, claim, shown, decimal(nearest, total.currency))]
}

function disagreement(id: string, claim: Claim, shown: string, other: string): Note {
  return id === 'request_disagrees'
    ? { ...note(id, 'total', 'danger', { shown, sent: other }), blocking: true }
    : note(id, 'total', 'warn', { shown, other, where: claim.detail })
}

function distance(a: bigint, b: bigint): number {
  return Math.abs(Math.log(Math.max(Number(a), 1) / Math.max(Number(b), 1)))
}

/** Items that the page does not list are taken from a source; where both do, the number of pieces must be the same. */
function items(order: Order, claim: Claim, sources: FieldSource[]): Note[] {
  if (claim.items.length === 0 || claim.source === 'payment-request') return []
  const { currency } = order
  if (order.items.length === 0) {
    order.items = claim.items.map((item): LineItem => {
      const amount =
        currency === null || claim.currency !== currency ? null : meantBy(item.amount, claim, currency)
      return {
        name: item.name,
        quantity: item.quantity,
        amount: amount === null || currency === null ? null : money(amount, currency),
      }
    })
    sources.push(source('items', claim))
    return []
  }
  if (!claim.live || claim.source === 'request') return []
  const [seen, said] = [pieces(order.items), pieces(claim.items)]
  if (seen === said) {
    sources.push(source('items', claim))
    return []
  }
  return [
    note('items_disagree', 'items', 'warn', {
      shown: String(seen),
      other: String(said),
      where: claim.detail,
    }),
  ]
}

function pieces(lines: readonly { quantity: number }[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0)
}

function distinct(notes: readonly Note[]): Note[] {
  const seen = new Set<string>()
  return notes.filter((one) => {
    const key = `${one.id} ${one.field} ${JSON.stringify(one.values)}`
    return seen.has(key) ? false : seen.add(key)
  })
}
