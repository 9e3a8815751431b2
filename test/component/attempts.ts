/** Attempts to show: an ordinary one, and the ways in which one can be odd. */
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { money } from '../../utils/money/money.ts'
import type { Note } from '../../utils/order/order.ts'

export const AT = Date.UTC(2026, 10, 23, 14, 5)

export function eur(cents: number) {
  return money(BigInt(cents), 'EUR')
}

export function note(
  id: string,
  severity: Note['severity'],
  blocking = false,
  values: Note['values'] = {},
): Note {
  return { id, field: 'total', severity, blocking, values }
}

export function anAttempt(changes: Partial<AttemptRow> = {}): AttemptRow {
  const site = {
    key: 'teahouse.example',
    origin: 'https://teahouse.example',
    host: 'teahouse.example',
    secure: true,
  }
  return {
    id: 'attempt-0001',
    channel: 'press',
    site,
    page: 'https://teahouse.example/checkout',
    tabId: 1,
    frameId: 0,
    what: 'Place order',
    request: null,
    actor: { kind: 'agent', reasons: ['webdriver', 'no_pointer_path'] },
    createdAt: AT,
    state: 'asked',
    version: 2,
    holdId: 'hold-0001',
    order: {
      site: { key: site.key, origin: site.origin },
      merchant: 'Teahouse',
      processor: null,
      merchantOrder: null,
      currency: 'EUR',
      items: [
        { name: 'Sencha, spring harvest, 100 g', quantity: 2, amount: eur(2980) },
        { name: 'Cast iron pot, 0.8 l', quantity: 1, amount: eur(4900) },
      ],
      totals: [
        { type: 'subtotal', label: 'Subtotal', amount: eur(7880) },
        { type: 'discount', label: 'Welcome back', amount: eur(-500) },
        { type: 'shipping', label: 'DHL', amount: eur(490) },
        { type: 'tax', label: 'VAT included', amount: eur(1257) },
      ],
      total: eur(7870),
      certain: true,
      shipTo: 'Ada Example, Lindenstr. 5, 10969 Berlin, Germany',
      paymentMethod: 'Visa ending in 4242',
      recurrence: null,
    },
    digest: 'x8s1oW1VvLhJb4ZlO8bVYb1dK2mGJ0m3gQJZlG0n1aA',
    sources: [
      { field: 'total', source: 'visible', detail: '#order-total', confidence: 0.95 },
      { field: 'items', source: 'visible', detail: 'table.cart', confidence: 0.9 },
      { field: 'merchant', source: 'structured', detail: 'og:site_name', confidence: 0.7 },
    ],
    notes: [note('first_time', 'info', false, { site: site.key })],
    changed: [],
    dedupeKey: 'teahouse.example|1|x8s1',
    expiresAt: AT + 9 * 60_000 + 41_000,
    seen: false,
    reason: null,
    updatedAt: AT,
    ...changes,
  }
}
