/** An ordinary attempt of 49.99 EUR, for tests that change one thing about it. */
import type { AttemptRow } from '../../utils/ledger/db.ts'

export function attemptRow(change: Partial<AttemptRow> = {}): AttemptRow {
  const id = crypto.randomUUID()
  return {
    id,
    channel: 'press',
    site: { key: 'shop.example', origin: 'https://shop.example', host: 'shop.example', secure: true },
    page: 'https://shop.example/checkout',
    tabId: 1,
    frameId: 0,
    what: 'Place order',
    request: null,
    actor: { kind: 'agent', reasons: ['webdriver'] },
    createdAt: Date.UTC(2026, 10, 23, 12),
    state: 'held',
    version: 1,
    holdId: `hold-${id}`,
    order: {
      site: { key: 'shop.example', origin: 'https://shop.example' },
      merchant: 'Shop',
      processor: null,
      merchantOrder: null,
      currency: 'EUR',
      items: [{ name: 'Lamp', quantity: 1, amount: { amount: 4_999n, currency: 'EUR' } }],
      totals: [],
      total: { amount: 4_999n, currency: 'EUR' },
      certain: true,
      shipTo: null,
      paymentMethod: null,
      recurrence: null,
    },
    digest: `digest-of-${id}`,
    sources: [],
    notes: [],
    changed: [],
    dedupeKey: 'key',
    expiresAt: Date.UTC(2026, 10, 23, 12, 10),
    seen: false,
    reason: null,
    updatedAt: Date.UTC(2026, 10, 23, 12),
    ...change,
  }
}
