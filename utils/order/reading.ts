/** What the page reader answered, parsed; and what stands in when it answered nothing. */
import { scrub } from '../ledger/scrub.ts'
import { type Site, siteOf } from '../site/site.ts'
import { neutralise } from './neutralise.ts'
import {
  type FieldSource,
  type Note,
  type Order,
  type OrderReading,
  parseWireOrder,
  type Source,
} from './order.ts'

const SOURCES: readonly Source[] = [
  'visible',
  'control',
  'request',
  'fetched',
  'api',
  'page-data',
  'structured',
  'payment-request',
  'merchant',
]

/**
 * Reads a reader's answer. The site is the tab's own, from the browser: a payment frame of a processor reads an order
 * of the shop around it. null where the answer is not a reading.
 */
export function parseReading(value: unknown, site: Site): OrderReading | null {
  if (typeof value !== 'object' || value === null) return null
  const { order: raw, sources, notes } = value as Record<string, unknown>
  const order = parseWireOrder(withSite(raw))
  if (order === null) return null
  const foreign = order.site.key === site.key ? null : new URL(order.site.origin).host
  return {
    order: {
      ...withoutCards(order),
      site: { key: site.key, origin: site.origin },
      processor: order.processor ?? foreign,
    },
    sources: Array.isArray(sources)
      ? sources.slice(0, 100).flatMap((source) => parseSource(source) ?? [])
      : [],
    notes: Array.isArray(notes) ? notes.slice(0, 50).flatMap((note) => parseNote(note) ?? []) : [],
  }
}

/**
 * The order is kept, signed and sent to the backend, and shops do write whole card numbers beside it ("paid by Visa 4539…").
 * Not its number: one in ten long ones would look like a card's, and people search by it.
 */
function withoutCards(order: Order): Order {
  const kept = (text: string | null) => (text === null ? null : scrub(text))
  return {
    ...order,
    merchant: kept(order.merchant),
    shipTo: kept(order.shipTo),
    paymentMethod: kept(order.paymentMethod),
    items: order.items.map((item) => ({ ...item, name: scrub(item.name) })),
    totals: order.totals.map((line) => ({ ...line, label: scrub(line.label) })),
  }
}

/** The reader says only its origin: the list of public suffixes is kept out of it. */
function withSite(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw
  const { site } = raw as Record<string, unknown>
  if (typeof site !== 'object' || site === null) return raw
  const { origin } = site as Record<string, unknown>
  const known = typeof origin === 'string' ? siteOf(origin) : null
  return known === null ? raw : { ...raw, site: { key: known.key, origin: known.origin } }
}

/** Nothing could be read: everything unknown, and said so. Cannot be approved, because its total is unknown. */
export function unreadableOrder(site: Site): OrderReading {
  return {
    order: {
      site: { key: site.key, origin: site.origin },
      merchant: null,
      processor: null,
      merchantOrder: null,
      currency: null,
      items: [],
      totals: [],
      total: null,
      certain: false,
      shipTo: null,
      paymentMethod: null,
      recurrence: null,
    },
    sources: [],
    notes: [{ id: 'total_unknown', field: 'total', severity: 'danger', blocking: true, values: {} }],
  }
}

function parseSource(value: unknown): FieldSource | null {
  if (typeof value !== 'object' || value === null) return null
  const { field, source, detail, confidence } = value as Record<string, unknown>
  const known = SOURCES.find((name) => name === source)
  if (typeof field !== 'string' || known === undefined || typeof confidence !== 'number') return null
  return {
    field: neutralise(field),
    source: known,
    detail: typeof detail === 'string' ? scrub(neutralise(detail)) : '',
    confidence: Math.min(1, Math.max(0, confidence)),
  }
}

function parseNote(value: unknown): Note | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, field, severity, blocking, values } = value as Record<string, unknown>
  if (typeof id !== 'string' || !/^[a-z_]{2,40}$/.test(id) || typeof field !== 'string') return null
  if (severity !== 'info' && severity !== 'warn' && severity !== 'danger') return null
  const texts: Record<string, string> = {}
  if (typeof values === 'object' && values !== null) {
    for (const [key, text] of Object.entries(values).slice(0, 10)) {
      if (/^\w{1,20}$/.test(key) && typeof text === 'string') texts[key] = scrub(neutralise(text))
    }
  }
  return { id, field: neutralise(field), severity, blocking: blocking === true, values: texts }
}
