/**
 * What became worse between the order that was approved and the one the page shows now. Any note means: ask again.
 * Looser only: a lower total or a corrected name changes nothing that the person agreed to.
 */
import { add, compare, type Money, subtract, toDecimal } from '../money/money.ts'
import type { FieldSource, LineItem, Note, Order } from './order.ts'

interface Read {
  order: Order
  digest: string
  sources: readonly FieldSource[]
}

/** The same page read twice: what became worse in between, in the order or in the cart behind it. */
export function changedSince(before: Read, after: Read): Note[] {
  const notes = before.digest === after.digest ? [] : changedForTheWorse(before.order, after.order)
  return notes.length > 0 ? notes : changedCarts(before.sources, after.sources)
}

/**
 * Another cart, or another request, behind a page that looks the same: one item swapped for another at the same price is
 * noticed even where the page lists no items. Compared by the fingerprint that `reconcile` puts into the source's detail.
 */
function changedCarts(before: readonly FieldSource[], after: readonly FieldSource[]): Note[] {
  const was = new Map(carts(before))
  for (const [name, fingerprint] of carts(after)) {
    const known = was.get(name)
    if (known === undefined || known === fingerprint) continue
    const values = { where: name }
    return [{ id: 'changed_cart', field: 'items', severity: 'danger', blocking: true, values }]
  }
  return []
}

function carts(sources: readonly FieldSource[]): [name: string, fingerprint: string][] {
  return sources.flatMap(({ field, detail }): [string, string][] => {
    const cut = detail.lastIndexOf(' #')
    return field === 'cart' && cut > 0 ? [[detail.slice(0, cut), detail.slice(cut + 2)]] : []
  })
}

export function changedForTheWorse(before: Order, after: Order): Note[] {
  const notes: Note[] = []
  const say = (id: string, field: string, was: string, now: string): void => {
    notes.push({
      id,
      field,
      severity: 'danger',
      blocking: true,
      values: { before: was || '?', after: now || '?' },
    })
  }
  if (before.site.origin !== after.site.origin || before.site.key !== after.site.key) {
    say('changed_site', 'site', before.site.origin, after.site.origin)
  }
  // The name is the page's own claim; only another name counts, not one that appears late.
  if (before.merchant !== null && after.merchant !== null && before.merchant !== after.merchant) {
    say('changed_merchant', 'merchant', before.merchant, after.merchant)
  }
  if (after.processor !== null && before.processor !== after.processor) {
    say('changed_processor', 'processor', before.processor ?? '', after.processor)
  }
  if (before.merchantOrder !== after.merchantOrder) {
    say('changed_merchant_order', 'merchantOrder', before.merchantOrder ?? '', after.merchantOrder ?? '')
  }
  totalNotes(before, after, say)
  if (before.shipTo !== null && after.shipTo !== before.shipTo) {
    say('changed_ship_to', 'shipTo', before.shipTo, after.shipTo ?? '')
  }
  recurrenceNotes(before, after, say)
  itemNotes(before.items, after.items, say)
  return notes
}

type Say = (id: string, field: string, before: string, after: string) => void

function totalNotes(before: Order, after: Order, say: Say): void {
  const was = before.total
  const now = after.total
  if (was === null) return
  const shown = `${toDecimal(was)} ${was.currency}`
  if (now === null) say('changed_total_unknown', 'total', shown, '')
  else if (now.currency !== was.currency) {
    say('changed_currency', 'currency', shown, `${toDecimal(now)} ${now.currency}`)
  } else if (compare(now, was) > 0) {
    say('changed_total_up', 'total', shown, `${toDecimal(now)} ${now.currency}`)
  }
}

function recurrenceNotes(before: Order, after: Order, say: Say): void {
  const was = before.recurrence
  const now = after.recurrence
  if (now === null) return
  const words = `${now.every} ${now.unit}`
  if (was === null) say('changed_recurrence', 'recurrence', '', words)
  else if (was.unit !== now.unit || was.every !== now.every) {
    say('changed_recurrence', 'recurrence', `${was.every} ${was.unit}`, words)
  } else if (now.trialDays < was.trialDays) {
    say('changed_trial', 'recurrence', String(was.trialDays), String(now.trialDays))
  } else if (now.amount !== null && was.amount !== null && now.amount.currency === was.amount.currency) {
    const more = subtract(now.amount, was.amount).amount > 0n
    if (more) say('changed_renewal_up', 'recurrence', toDecimal(was.amount), toDecimal(now.amount))
  }
}

/**
 * Something bought that was not agreed to, or less of what was, or the same at another split of the total. Order of lines
 * does not matter.
 */
function itemNotes(before: readonly LineItem[], after: readonly LineItem[], say: Say): void {
  // A page that showed no items was agreed to by its total; items read late change nothing. Items that are gone do: a
  // line that is renamed into something that is no item ("Gift card 50") would otherwise pass for a page without any.
  if (before.length === 0) return
  const was = counted(before)
  const now = counted(after)
  for (const [name, line] of now) {
    const agreed = was.get(name)
    if (agreed === undefined) say('changed_item_added', 'items', '', name)
    else if (agreed.quantity !== line.quantity)
      say('changed_quantity', 'items', `${agreed.quantity} × ${name}`, `${line.quantity} × ${name}`)
    else if (isDearer(agreed.amount, line.amount))
      say('changed_item_price', 'items', priced(name, agreed.amount), priced(name, line.amount))
  }
  for (const name of was.keys()) if (!now.has(name)) say('changed_item_removed', 'items', name, '')
}

interface Line {
  quantity: number
  /** Of all lines of the name; null where one of them is not known. */
  amount: Money | null
}

function counted(items: readonly LineItem[]): Map<string, Line> {
  const lines = new Map<string, Line>()
  for (const { name, quantity, amount } of items) {
    const known = lines.get(name)
    if (known === undefined) lines.set(name, { quantity, amount })
    else lines.set(name, { quantity: known.quantity + quantity, amount: both(known.amount, amount) })
  }
  return lines
}

function both(one: Money | null, other: Money | null): Money | null {
  return one === null || other === null || one.currency !== other.currency ? null : add(one, other)
}

function isDearer(was: Money | null, now: Money | null): boolean {
  return was !== null && now !== null && was.currency === now.currency && compare(now, was) > 0
}

function priced(name: string, amount: Money | null): string {
  return amount === null ? name : `${name}: ${toDecimal(amount)} ${amount.currency}`
}
