/**
 * What became worse between the order that was approved and the one the page shows now. Any note means: ask again.
 * Looser only: a lower total or a corrected name changes nothing that the person agreed to.
 */
import { compare, subtract, toDecimal } from '../money/money.ts'
import type { LineItem, Note, Order } from './order.ts'

export function changedForTheWorse(before: Order, after: Order): Note[] {
  const notes: Note[] = []
  const say = (id: string, field: string, was: string, now: string): void => {
    notes.push({
      id,
      field,
      severity: 'danger',
      blocking: true,
      values: { from: was || '?', to: now || '?' },
    })
  }
  if (before.site.origin !== after.site.origin || before.site.key !== after.site.key) {
    say('merchant_changed', 'site', before.site.origin, after.site.origin)
  }
  // The name is the page's own claim; only another name counts, not one that appears late.
  if (before.merchant !== null && after.merchant !== null && before.merchant !== after.merchant) {
    say('merchant_changed', 'merchant', before.merchant, after.merchant)
  }
  if (after.processor !== null && before.processor !== after.processor) {
    say('payee_changed', 'processor', before.processor ?? '', after.processor)
  }
  if (before.merchantOrder !== after.merchantOrder) {
    say('items_changed', 'merchantOrder', before.merchantOrder ?? '', after.merchantOrder ?? '')
  }
  totalNotes(before, after, say)
  if (before.shipTo !== null && after.shipTo !== before.shipTo) {
    say('address_changed', 'shipTo', before.shipTo, after.shipTo ?? '')
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
  if (now === null) say('total_changed', 'total', shown, '')
  else if (now.currency !== was.currency) {
    say('currency_changed', 'currency', shown, `${toDecimal(now)} ${now.currency}`)
  } else if (compare(now, was) > 0) {
    say('total_changed', 'total', shown, `${toDecimal(now)} ${now.currency}`)
  }
}

function recurrenceNotes(before: Order, after: Order, say: Say): void {
  const was = before.recurrence
  const now = after.recurrence
  if (now === null) return
  const words = `${now.every} ${now.unit}`
  if (was === null) say('recurrence_changed', 'recurrence', '', words)
  else if (was.unit !== now.unit || was.every !== now.every) {
    say('recurrence_changed', 'recurrence', `${was.every} ${was.unit}`, words)
  } else if (now.trialDays < was.trialDays) {
    say('recurrence_changed', 'recurrence', String(was.trialDays), String(now.trialDays))
  } else if (now.amount !== null && was.amount !== null && now.amount.currency === was.amount.currency) {
    const more = subtract(now.amount, was.amount).amount > 0n
    if (more) say('recurrence_changed', 'recurrence', toDecimal(was.amount), toDecimal(now.amount))
  }
}

/** Something bought that was not agreed to, or less of what was. Order of lines does not matter. */
function itemNotes(before: readonly LineItem[], after: readonly LineItem[], say: Say): void {
  // A page that showed no items was agreed to by its total; items read late change nothing.
  if (before.length === 0 || after.length === 0) return
  const was = counted(before)
  const now = counted(after)
  for (const [name, quantity] of now) {
    const agreed = was.get(name)
    if (agreed === undefined) say('items_changed', 'items', '', name)
    else if (agreed !== quantity)
      say('items_changed', 'items', `${agreed} × ${name}`, `${quantity} × ${name}`)
  }
  for (const name of was.keys()) if (!now.has(name)) say('items_changed', 'items', name, '')
}

function counted(items: readonly LineItem[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item.name, (counts.get(item.name) ?? 0) + item.quantity)
  return counts
}
