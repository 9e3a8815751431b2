/**
 * What runs in the page for `inspect`: the extension's reader, and its judgement of every control that a person or
 * an agent could press.
 */
import { judge } from '../entrypoints/keeper/control.ts'
import { namesOf } from '../entrypoints/relay/pressed.ts'
import { mayPay } from '../utils/detect/press.ts'
import { toWireOrder } from '../utils/order/order.ts'
import { writtenClaims } from '../utils/order/page-data.ts'
import { readOrder, type WireReading } from '../utils/order/read.ts'
import { parseReading } from '../utils/order/reading.ts'
import { reconcile } from '../utils/order/reconcile.ts'
import { siteOf } from '../utils/site/site.ts'
import type { Inspection } from './inspect-engine.ts'
import { selectorOf } from './inspect-selector.ts'

const CONTROLS =
  'button,a,input[type=submit],input[type=button],input[type=image],[role=button],[role=link],[role=menuitem],[onclick]'
/** Pressable without being a control: what a person would take for a button. */
const BARE = 'div,span,li,td,p,label,section'
const MAX_ELEMENTS = 60_000

export function inspect(): Omit<Inspection, 'page'> {
  const start = performance.now()
  const read = readOrder(document, { openRoot: (element) => element.shadowRoot })
  const ms = Math.round((performance.now() - start) * 10) / 10
  const payControls = controls()
  const reading = read === null ? null : { ...together(read), facts: read.facts }
  const order = reading?.order ?? null
  const shown = order !== null && (order.total !== null || order.items.length > 0)
  const sources: Inspection['sources'] = {}
  for (const { field, source, detail, confidence } of reading?.sources ?? []) {
    sources[field] ??= { source, detail, confidence }
  }
  return {
    checkout: payControls.length > 0,
    payControls,
    order:
      order === null || !shown
        ? null
        : {
            merchant: order.merchant,
            items: order.items,
            totals: order.totals.map(({ type, amount }) => ({ type, amount })),
            total: order.total === null ? null : { ...order.total, certain: order.certain },
            recurrence: order.recurrence,
          },
    sources,
    facts: reading?.facts ?? null,
    notes: (reading?.notes ?? []).map(({ id, field, severity, values }) => ({ id, field, severity, values })),
    ms,
  }
}

/** The page and what its own markup says beside, put together as the background does. */
function together(read: WireReading): Pick<WireReading, 'order' | 'sources' | 'notes'> {
  const site = siteOf(location.origin)
  const parsed = site === null ? null : parseReading(read, site)
  if (parsed === null) return read
  const { order, sources, notes } = reconcile(parsed, writtenClaims(document))
  return { order: toWireOrder(order), sources, notes }
}

/** The reading alone, for measuring it. */
export function readOnly(): boolean {
  return readOrder(document, { openRoot: (element) => element.shadowRoot }) !== null
}

/** The look at one control alone: what every press costs that pays nothing. */
export function lookOnly(element: Element): boolean {
  return namesOf(element).some(mayPay)
}

function controls(): Inspection['payControls'] {
  let held: { element: Element; name: string; score: number; reasons: string[] }[] = []
  for (const element of candidates()) {
    if (element.closest('noscript') !== null) continue
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const control = judge(element)
    if (control === null) continue
    // A wrapper of a control that is held as well says nothing new; the inner one is what is pressed.
    if (held.some((other) => element.contains(other.element))) continue
    held = held.filter((other) => !other.element.contains(element))
    held.push({ element, name: control.name, score: control.score.score, reasons: control.score.reasons })
  }
  return held.map(({ element, name, score, reasons }) => ({
    selector: selectorOf(element),
    name,
    score,
    reasons,
  }))
}

function candidates(): Element[] {
  const found: Element[] = []
  const bare: Element[] = []
  let left = MAX_ELEMENTS
  const roots: (Document | ShadowRoot)[] = [document]
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) {
      if (left-- <= 0) break
      if (element.shadowRoot !== null) roots.push(element.shadowRoot)
      if (element.matches(CONTROLS)) found.push(element)
      else if (element.matches(BARE) && looksPressable(element)) bare.push(element)
    }
  }
  const interactive = `${CONTROLS},input,select,textarea`
  const names = new Set(found.flatMap(namesOf))
  return [
    ...found,
    ...bare.filter(
      (element) =>
        element.querySelector(interactive) === null &&
        element.closest(CONTROLS) === null &&
        // A label chooses what it labels ("Pay with card" beside a radio button).
        element.closest('label,noscript') === null &&
        // Drawn over a control of the same name, as its face.
        !namesOf(element).some((name) => names.has(name)),
    ),
  ]
}

function looksPressable(element: Element): boolean {
  const text = element.textContent ?? ''
  if (text.length > 80 || !namesOf(element).some(mayPay)) return false
  if (element.hasAttribute('tabindex')) return true
  const words = `${element.getAttribute('class') ?? ''} ${element.id} ${element.getAttribute('data-testid') ?? ''}`
  return (
    /\b(?:btn|button|submit|cta)|(?:btn|button|submit)\b/i.test(words) ||
    getComputedStyle(element).cursor === 'pointer'
  )
}
