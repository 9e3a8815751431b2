import { describe, expect, it } from 'vitest'
import { money } from '../../utils/money/money.ts'
import { changedForTheWorse } from '../../utils/order/changed.ts'
import type { Order } from '../../utils/order/order.ts'

const agreed: Order = {
  site: { key: 'shop.example', origin: 'https://shop.example' },
  merchant: 'Shop',
  processor: null,
  merchantOrder: null,
  currency: 'EUR',
  items: [{ name: 'Mug', quantity: 2, amount: money(3_700n, 'EUR') }],
  totals: [],
  total: money(4_190n, 'EUR'),
  certain: true,
  shipTo: 'Heron Lane 14',
  paymentMethod: null,
  recurrence: null,
}

function ids(change: Partial<Order>): string[] {
  return changedForTheWorse(agreed, { ...agreed, ...change }).map((note) => note.id)
}

describe('an order read again after approval', () => {
  it('that is the same or cheaper needs no new consent', () => {
    expect(ids({})).toEqual([])
    expect(ids({ total: money(4_000n, 'EUR') })).toEqual([])
  })

  it.each([
    ['changed_total_up', { total: money(4_191n, 'EUR') }],
    ['changed_total_unknown', { total: null, currency: null }],
    ['changed_currency', { total: money(4_190n, 'GBP'), currency: 'GBP' }],
    ['changed_site', { site: { key: 'other.example', origin: 'https://other.example' } }],
    ['changed_processor', { processor: 'pay.other.example' }],
    ['changed_merchant', { merchant: 'Other' }],
    ['changed_merchant_order', { merchantOrder: 'mo_2' }],
    ['changed_ship_to', { shipTo: 'Elsewhere 1' }],
    ['changed_recurrence', { recurrence: { every: 1, unit: 'month', amount: null, trialDays: 0 } }],
    ['changed_quantity', { items: [{ name: 'Mug', quantity: 3, amount: null }] }],
    ['changed_item_added', { items: [...agreed.items, { name: 'Insurance', quantity: 1, amount: null }] }],
    ['changed_item_added', { items: [{ name: 'Lid', quantity: 1, amount: null }] }],
  ] satisfies [string, Partial<Order>][])('says %s', (id, change) => {
    expect(ids(change)).toContain(id)
  })

  it('says that a renewal costs more or a trial is shorter', () => {
    const monthly = { every: 1, unit: 'month', amount: money(900n, 'EUR'), trialDays: 14 } as const
    const before = { ...agreed, recurrence: monthly }
    const now = (recurrence: Order['recurrence']): string[] =>
      changedForTheWorse(before, { ...before, recurrence }).map((note) => note.id)
    expect(now({ ...monthly, amount: money(1_900n, 'EUR') })).toEqual(['changed_renewal_up'])
    expect(now({ ...monthly, trialDays: 7 })).toEqual(['changed_trial'])
    expect(now(null)).toEqual([])
  })
})
