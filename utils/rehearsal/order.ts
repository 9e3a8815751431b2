/** What the practice shop sells, and how the consent window is given it. */
import type { AttemptRow } from '../ledger/db.ts'
import { money } from '../money/money.ts'
import type { Order } from '../order/order.ts'
import { t } from '../words/words.ts'
import type { Rehearsal } from './rehearsal.ts'

/** A name that nobody can register (RFC 2606). */
const SITE = 'practice-shop.example'
const ORIGIN = `https://${SITE}`

const POT = money(1_850n, 'EUR')
const TEA = money(640n, 'EUR')
const SHIPPING = money(390n, 'EUR')
export const PRACTICE_TOTAL = money(2_880n, 'EUR')

export function practiceOrder(): Order {
  return {
    site: { key: SITE, origin: ORIGIN },
    merchant: t('practice_shop'),
    processor: null,
    merchantOrder: null,
    currency: 'EUR',
    items: [
      { name: t('practice_pot'), quantity: 1, amount: POT },
      { name: t('practice_tea'), quantity: 1, amount: TEA },
    ],
    totals: [{ type: 'shipping', label: '', amount: SHIPPING }],
    total: PRACTICE_TOTAL,
    certain: true,
    shipTo: null,
    paymentMethod: null,
    recurrence: null,
  }
}

/** Shaped like an attempt so that the real view shows it; it is never one, and never written anywhere. */
export function practiceAttempt({ id, at }: Rehearsal, waitsUntil: number): AttemptRow {
  return {
    id,
    channel: 'press',
    site: { key: SITE, origin: ORIGIN, host: SITE, secure: true },
    page: `${ORIGIN}/checkout`,
    tabId: -1,
    frameId: -1,
    what: t('practice_pay'),
    request: null,
    actor: { kind: 'person', reasons: [] },
    createdAt: at,
    state: 'asked',
    version: 0,
    holdId: '',
    order: practiceOrder(),
    digest: '',
    sources: [],
    notes: [
      { id: 'first_time', field: 'merchant', severity: 'info', blocking: false, values: { site: SITE } },
    ],
    changed: [],
    dedupeKey: '',
    expiresAt: waitsUntil,
    seen: true,
    reason: null,
    updatedAt: at,
  }
}
