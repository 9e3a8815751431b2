/** Each change for the worse, to the letter, and each that is none. */
import { describe, expect, it } from 'vitest'
import { judge } from '../../utils/forward/judge.ts'
import { money } from '../../utils/money/money.ts'
import { changedForTheWorse, changedSince } from '../../utils/order/changed.ts'
import type { Order } from '../../utils/order/order.ts'

const EUR = (amount: bigint) => money(amount, 'EUR')
const MONTHLY = { every: 1, unit: 'month', amount: EUR(500n), trialDays: 7 } as const
const BEFORE: Order = {
  site: { key: 'shop.example', origin: 'https://shop.example' },
  merchant: 'Fern',
  processor: 'pay.example',
  merchantOrder: 'o-1',
  currency: 'EUR',
  items: [
    { name: 'Mug', quantity: 2, amount: EUR(2400n) },
    { name: 'Pot', quantity: 1, amount: null },
  ],
  totals: [],
  total: EUR(4999n),
  certain: true,
  shipTo: 'Elm Street 1',
  paymentMethod: null,
  recurrence: MONTHLY,
}

/** `id field from → to` of every note, which must all block. */
function changes(after: Partial<Order>, before: Partial<Order> = {}): string[] {
  return changedForTheWorse({ ...BEFORE, ...before }, { ...BEFORE, ...after }).map(
    ({ id, field, severity, blocking, values }) => {
      expect([severity, blocking]).toEqual(['danger', true])
      return `${id} ${field} ${values.before} → ${values.after}`
    },
  )
}

describe('changed for the worse', () => {
  it('nothing, where nothing changed', () => {
    expect(changes({})).toEqual([])
  })

  it('the site, by its key or its origin', () => {
    expect(changes({ site: { key: 'evil.example', origin: 'https://shop.example' } })).toEqual([
      'changed_site site https://shop.example → https://shop.example',
    ])
    expect(changes({ site: { key: 'shop.example', origin: 'https://a.shop.example' } })).toEqual([
      'changed_site site https://shop.example → https://a.shop.example',
    ])
  })

  it('another merchant’s name, but not one that appears or vanishes', () => {
    expect(changes({ merchant: 'Evil' })).toEqual(['changed_merchant merchant Fern → Evil'])
    expect(changes({ merchant: null })).toEqual([])
    expect(changes({ merchant: 'Evil' }, { merchant: null })).toEqual([])
  })

  it('a processor that is new or another, but not one that vanishes', () => {
    expect(changes({ processor: 'evil.example' })).toEqual([
      'changed_processor processor pay.example → evil.example',
    ])
    expect(changes({ processor: 'evil.example' }, { processor: null })).toEqual([
      'changed_processor processor ? → evil.example',
    ])
    expect(changes({ processor: null })).toEqual([])
  })

  it('the merchant’s own order, in every direction', () => {
    expect(changes({ merchantOrder: 'o-2' })).toEqual(['changed_merchant_order merchantOrder o-1 → o-2'])
    expect(changes({ merchantOrder: null })).toEqual(['changed_merchant_order merchantOrder o-1 → ?'])
    expect(changes({ merchantOrder: 'o-2' }, { merchantOrder: null })).toEqual([
      'changed_merchant_order merchantOrder ? → o-2',
    ])
  })

  it('a total that is higher, in another currency, or gone', () => {
    expect(changes({ total: EUR(5000n) })).toEqual(['changed_total_up total 49.99 EUR → 50.00 EUR'])
    expect(changes({ total: EUR(4998n) })).toEqual([])
    expect(changes({ total: money(1n, 'USD') })).toEqual(['changed_currency currency 49.99 EUR → 0.01 USD'])
    expect(changes({ total: null })).toEqual(['changed_total_unknown total 49.99 EUR → ?'])
    expect(changes({ total: EUR(1n) }, { total: null })).toEqual([])
  })

  it('an address that is another or gone, but not one that appears', () => {
    expect(changes({ shipTo: 'Oak Street 2' })).toEqual([
      'changed_ship_to shipTo Elm Street 1 → Oak Street 2',
    ])
    expect(changes({ shipTo: null })).toEqual(['changed_ship_to shipTo Elm Street 1 → ?'])
    expect(changes({ shipTo: 'Oak Street 2' }, { shipTo: null })).toEqual([])
  })

  it('a renewal that is new, more often, sooner or dearer', () => {
    const renewal = (change: Partial<NonNullable<Order['recurrence']>>) =>
      changes({ recurrence: { ...MONTHLY, ...change } })
    expect(changes({ recurrence: MONTHLY }, { recurrence: null })).toEqual([
      'changed_recurrence recurrence ? → 1 month',
    ])
    expect(changes({ recurrence: null })).toEqual([])
    expect(renewal({ unit: 'week' })).toEqual(['changed_recurrence recurrence 1 month → 1 week'])
    expect(renewal({ every: 2 })).toEqual(['changed_recurrence recurrence 1 month → 2 month'])
    expect(renewal({ trialDays: 6 })).toEqual(['changed_trial recurrence 7 → 6'])
    expect(renewal({ trialDays: 8 })).toEqual([])
    expect(renewal({ amount: EUR(501n) })).toEqual(['changed_renewal_up recurrence 5.00 → 5.01'])
    expect(renewal({ amount: EUR(499n) })).toEqual([])
    expect(renewal({ amount: null })).toEqual([])
    expect(changes({}, { recurrence: { ...MONTHLY, amount: null } })).toEqual([])
    expect(renewal({ amount: money(9_999n, 'USD') })).toEqual([])
  })

  it('items that are added, missing, more or fewer; lines of one name count together', () => {
    const [mug, pot] = BEFORE.items
    if (!mug || !pot) throw new Error('two items expected')
    expect(changes({ items: [pot, mug] })).toEqual([])
    const half = { ...mug, quantity: 1, amount: EUR(1200n) }
    expect(changes({ items: [half, pot, half] })).toEqual([])
    expect(changes({ items: [{ ...mug, quantity: 3 }, pot] })).toEqual([
      'changed_quantity items 2 × Mug → 3 × Mug',
    ])
    expect(changes({ items: [mug] })).toEqual(['changed_item_removed items Pot → ?'])
    expect(changes({ items: [mug, pot, { ...mug, name: 'Card' }] })).toEqual([
      'changed_item_added items ? → Card',
    ])
    expect(changes({}, { items: [] })).toEqual([])
  })

  it('items that are gone, as where the only line was renamed into what is no item', () => {
    expect(changes({ items: [] })).toEqual([
      'changed_item_removed items Mug → ?',
      'changed_item_removed items Pot → ?',
    ])
  })

  it('one thing swapped for another of the same price, and a split of the same total', () => {
    const [mug, pot] = BEFORE.items
    if (!mug || !pot) throw new Error('two items expected')
    expect(changes({ items: [{ ...mug, name: 'Gift card 24.00' }, pot] })).toEqual([
      'changed_item_added items ? → Gift card 24.00',
      'changed_item_removed items Mug → ?',
    ])
    const dear = { ...pot, amount: EUR(1900n) }
    const items = [mug, dear]
    const swapped = [
      { ...mug, amount: EUR(1900n) },
      { ...dear, amount: EUR(2400n) },
    ]
    expect(changes({ items: swapped }, { items })).toEqual([
      'changed_item_price items Pot: 19.00 EUR → Pot: 24.00 EUR',
    ])
    // Cheaper, unknown now or before, or not comparable: no dearer than agreed.
    expect(changes({ items: [{ ...mug, amount: EUR(1n) }, dear] }, { items })).toEqual([])
    expect(changes({ items: [{ ...mug, amount: null }, dear] }, { items })).toEqual([])
    expect(changes({ items: [mug, dear] })).toEqual([])
    // Lines of one name count together.
    const halves = [
      { ...mug, quantity: 1, amount: EUR(1200n) },
      { ...mug, quantity: 1, amount: EUR(1200n) },
    ]
    expect(changes({ items: [...halves, dear] }, { items })).toEqual([])
    expect(changes({ items: [{ ...mug, quantity: 1 }, ...halves.slice(1), dear] }, { items })).toEqual([
      'changed_item_price items Mug: 24.00 EUR → Mug: 36.00 EUR',
    ])
    expect(
      changes({ items: [{ ...mug, quantity: 1, amount: null }, ...halves.slice(1), dear] }, { items }),
    ).toEqual([])
  })
})

it('another cart behind a page that looks the same', () => {
  const read = (digest: string, total: bigint, ...carts: string[]) => ({
    order: { ...BEFORE, total: EUR(total) },
    digest,
    sources: [
      { field: 'total', source: 'visible' as const, detail: 'Total #x', confidence: 1 },
      ...carts.map((detail) => ({ field: 'cart', source: 'visible' as const, detail, confidence: 1 })),
    ],
  })
  const ids = (...reads: Parameters<typeof changedSince>) =>
    changedSince(...reads).map(({ id, field, severity, blocking, values }) => [
      id,
      field,
      severity,
      blocking,
      values.where,
    ])
  const swapped = [['changed_cart', 'items', 'danger', true, 'the cart']]
  expect(ids(read('a', 1n, 'the cart #1'), read('a', 1n, 'the cart #2'))).toEqual(swapped)
  expect(ids(read('a', 1n, 'the cart #1'), read('b', 1n, 'the cart #2'))).toEqual(swapped)
  expect(ids(read('a', 1n, 'the cart #1'), read('a', 1n, 'the cart #1'))).toEqual([])
  expect(ids(read('a', 1n), read('a', 1n, 'the cart #2'))).toEqual([])
  expect(ids(read('a', 1n, 'the cart #1'), read('a', 1n, 'other #2'))).toEqual([])
  // The last " #" is the fingerprint's; a cart may have one in its name.
  const named = [['changed_cart', 'items', 'danger', true, 'cart #7 of 2']]
  expect(ids(read('a', 1n, 'cart #7 of 2 #1'), read('a', 1n, 'cart #7 of 2 #2'))).toEqual(named)
  expect(ids(read('a', 1n, 'cart #7 of 2 #1'), read('a', 1n, 'cart #8 of 2 #2'))).toEqual([])
  expect(ids(read('a', 1n, ' #1'), read('a', 1n, ' #2'))).toEqual([])
  // The order itself speaks first; the same digest is the same order.
  expect(changedSince(read('a', 1n, 'c #1'), read('b', 2n, 'c #2')).map(({ id }) => id)).toEqual([
    'changed_total_up',
  ])
  expect(changedSince(read('a', 1n), read('a', 2n))).toEqual([])
})

it('what came of a payment, at the edges of what an answer means', () => {
  const answer = (...statuses: number[]) => statuses.map((status) => ({ kind: 'response' as const, status }))
  const page = (reads: 'confirmed' | 'failed') => ({ kind: 'page' as const, reads, controlGone: false })
  expect(judge(answer(400), true)).toBe('failed')
  expect(judge(answer(499), true)).toBe('failed')
  expect(judge(answer(500), true)).toBe('unknown')
  expect(judge(answer(399), true)).toBe('settled')
  expect(judge(answer(200), true)).toBe('settled')
  expect(judge(answer(199), true)).toBe('unknown')
  expect(judge([], true)).toBe('unknown')
  expect(judge([], false)).toBe('wait')
  expect(judge(answer(402), false)).toBe('wait')
  expect(judge([...answer(402), page('failed')], false)).toBe('failed')
  expect(judge([...answer(200), page('failed')], false)).toBe('wait')
  expect(judge([...answer(200), page('failed')], true)).toBe('unknown')
  expect(judge([page('failed')], true)).toBe('unknown')
})
