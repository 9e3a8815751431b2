import { describe, expect, it } from 'vitest'
import { money } from '../../utils/money/money.ts'
import { changedSince } from '../../utils/order/changed.ts'
import { type Claim, claim, fingerprintOf, parseClaims, readingsOf } from '../../utils/order/claims.ts'
import { genericClaim } from '../../utils/order/fetched.ts'
import type { Order, OrderReading } from '../../utils/order/order.ts'
import { claimsOfGlobals } from '../../utils/order/page-globals.ts'
import { claimOfPaymentSheet } from '../../utils/order/payment-sheet.ts'
import { reconcile } from '../../utils/order/reconcile.ts'
import { claimOfRequest } from '../../utils/order/request-claim.ts'
import { isWordKey } from '../../utils/words/words.ts'

const order: Order = {
  site: { key: 'shop.example', origin: 'https://shop.example' },
  merchant: null,
  processor: null,
  merchantOrder: null,
  currency: 'EUR',
  items: [{ name: 'Mug', quantity: 2, amount: money(3_700n, 'EUR') }],
  totals: [],
  total: money(4_900n, 'EUR'),
  certain: true,
  shipTo: null,
  paymentMethod: null,
  recurrence: null,
}
const page: OrderReading = { order, sources: [], notes: [] }
const unread: OrderReading = {
  order: { ...order, currency: null, items: [], total: null, certain: false },
  sources: [],
  notes: [{ id: 'total_unknown', field: 'total', severity: 'danger', blocking: true, values: {} }],
}

function held(body: unknown, url = 'https://shop.example/api/pay'): Claim | null {
  return claimOfRequest({ method: 'POST', url, body: typeof body === 'string' ? body : JSON.stringify(body) })
}

function amounts(found: Claim | null, currency = 'EUR'): bigint[] {
  return found === null ? [] : readingsOf(found.total, found, currency).sort()
}

describe('the amount that a held request carries', () => {
  it.each<[string, unknown, string | undefined, bigint[]]>([
    ['a decimal', { total: '49.00', currency: 'EUR' }, undefined, [4_900n]],
    ['a bare number, both ways', { amount: 4900 }, undefined, [490_000n, 4_900n]],
    ['cents by name', { amount_cents: 4900 }, undefined, [4_900n]],
    [
      'GraphQL variables',
      { query: 'mutation', variables: { input: { grandTotal: 49.5 } } },
      undefined,
      [4_950n],
    ],
    ['form fields', 'order[total]=49.00&order[currency]=EUR&token=x', undefined, [4_900n]],
    [
      'Adyen',
      { amount: { value: 4900, currency: 'EUR' } },
      'https://checkout-live.adyen.com/v71/payments',
      [4_900n],
    ],
    [
      'Square',
      { amount_money: { amount: 4900, currency: 'EUR' } },
      'https://connect.squareup.com/v2/payments',
      [4_900n],
    ],
    [
      'Stripe',
      'expected_amount=4900&payment_method=pm_1',
      'https://api.stripe.com/v1/payment_pages/cs_1/confirm',
      [4_900n],
    ],
    [
      'PayPal',
      { purchase_units: [{ amount: { currency_code: 'EUR', value: '49.00' } }] },
      'https://api-m.paypal.com/v2/checkout/orders',
      [4_900n],
    ],
    ['the total before an amount inside', { payment: { amount: 1 }, total: '49.00' }, undefined, [4_900n]],
  ])('%s', (_name, body, url, wanted) => {
    expect(amounts(held(body, url))).toEqual(wanted.toSorted())
  })

  it.each([
    ['nothing', ''],
    ['an empty list', '[]'],
    ['a token', 'csrf=abc&method=cod'],
    ['several things with an amount each', { lines: [{ amount: 5 }, { amount: 7 }] }],
    ['a number too large for money', { total: '1e99' }],
    ['a nest without end', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['zero', { amount: 0 }],
  ])('is none in %s', (_name, body) => {
    expect(held(body)?.total ?? null).toBeNull()
  })

  it('takes nothing of a card along', () => {
    const found = held({ card: { number: '4242424242424242', cvc: '123' }, amount: '49.00', currency: 'EUR' })
    expect(JSON.stringify(found)).not.toMatch(/4242|123/)
  })

  it('is the next thing that the person is asked about where it is another than the page shows', () => {
    const { order: one, notes } = reconcile(page, [held({ total: '490.00', currency: 'EUR' }) ?? never()])
    expect(one.total).toEqual(order.total)
    expect(one.certain).toBe(false)
    expect(notes).toEqual([
      expect.objectContaining({
        id: 'request_disagrees',
        blocking: true,
        values: { shown: '49.00 EUR', sent: '490.00 EUR' },
      }),
    ])
  })

  it('is the same in either unit', () => {
    for (const amount of [4900, 49, '49.00', '4900']) {
      const { notes, sources } = reconcile(page, [held({ amount, currency: 'EUR' }) ?? never()])
      expect(notes).toEqual([])
      expect(sources.some(({ field, source }) => field === 'total' && source === 'request')).toBe(true)
    }
  })

  it('in another currency is another amount', () => {
    const { notes } = reconcile(page, [held({ total: '49.00', currency: 'USD' }) ?? never()])
    expect(notes.map(({ id }) => id)).toEqual(['request_disagrees'])
  })
})

describe('a payment sheet', () => {
  const details = JSON.stringify({
    total: { label: 'Total', amount: { currency: 'JPY', value: '4900' } },
    displayItems: [{ label: 'Mug', amount: { currency: 'JPY', value: '4900' } }],
  })

  it('tells the total where the page shows none, and the person is told where it is from', () => {
    const { order: one, notes } = reconcile(unread, [claimOfPaymentSheet(details) ?? never()])
    expect(one.total).toEqual(money(4_900n, 'JPY'))
    expect(one.certain).toBe(false)
    expect(notes.map(({ id }) => id)).toEqual(['total_from_source'])
  })

  it('that says another amount than the page is told', () => {
    const { order: one, notes } = reconcile(page, [claimOfPaymentSheet(details) ?? never()])
    expect(one.certain).toBe(false)
    expect(notes[0]).toMatchObject({
      id: 'total_disagrees',
      values: { shown: '49.00 EUR', other: '4900 JPY' },
    })
  })

  it.each(['', '{}', '{"total":{}}', '[', '{"total":{"amount":{"value":"free","currency":"EUR"}}}'])(
    '%s says nothing',
    (text) => expect(claimOfPaymentSheet(text)).toBeNull(),
  )
})

describe('sources together', () => {
  const cart = (said: Partial<Claim>): Claim =>
    claim('api', 'shop cart', { live: true, currency: 'EUR', digits: 2, total: '4900', ...said })

  it('a live cart that agrees confirms and changes nothing', () => {
    const {
      order: one,
      notes,
      sources,
    } = reconcile(page, [cart({ items: [{ name: 'Mug', quantity: 2, amount: '3700' }] })])
    expect(one).toEqual(order)
    expect(notes).toEqual([])
    expect(sources.map(({ field, source }) => `${field} ${source}`)).toEqual([
      'total api',
      'items api',
      'cart api',
    ])
  })

  it('a live cart lists the items that the page does not', () => {
    const bare = { ...page, order: { ...order, items: [] } }
    const { order: one } = reconcile(bare, [cart({ items: [{ name: 'Mug', quantity: 2, amount: '3700' }] })])
    expect(one.items).toEqual(order.items)
    expect(one.certain).toBe(true)
  })

  it('a live cart of another total makes the amount uncertain, and never replaces what is seen', () => {
    const { order: one, notes } = reconcile(page, [cart({ total: '49000' })])
    expect(one.total).toEqual(order.total)
    expect(one.certain).toBe(false)
    expect(notes[0]).toMatchObject({
      id: 'total_disagrees',
      values: { other: '490.00 EUR', where: 'shop cart' },
    })
  })

  it('more pieces in the cart than on the page are told', () => {
    const { notes } = reconcile(page, [cart({ items: [{ name: 'Mug', quantity: 20, amount: null }] })])
    expect(notes).toEqual([expect.objectContaining({ id: 'items_disagree' })])
  })

  it('the price of the goods alone is no other total', () => {
    const { notes, order: one } = reconcile(page, [cart({ total: '3700', goodsOnly: true })])
    expect(notes).toEqual([])
    expect(one.certain).toBe(true)
  })

  it('data that dates from an earlier step neither doubts nor gives a total', () => {
    const old = claim('page-data', 'data layer', { currency: 'EUR', total: '37.00' })
    expect(reconcile(page, [old]).notes).toEqual([])
    expect(reconcile(unread, [old]).order.total).toBeNull()
  })

  it('an unknown currency never becomes a total', () => {
    const { order: one } = reconcile(unread, [cart({ currency: null })])
    expect(one.total).toBeNull()
  })

  it('every note of this step has a sentence', () => {
    for (const id of [
      'total_disagrees',
      'request_disagrees',
      'items_disagree',
      'total_from_source',
      'changed_cart',
    ])
      expect(isWordKey(`note_${id}`)).toBe(true)
  })
})

describe('a cart that changes behind the page', () => {
  const cart = (name: string): Claim =>
    claim('api', 'shop cart', {
      live: true,
      currency: 'EUR',
      digits: 2,
      total: '4900',
      items: [{ name, quantity: 1, amount: '4900' }],
    })
  const bare = { ...page, order: { ...order, items: [] } }
  const read = (one: Claim, digest: string) => ({ ...reconcile(bare, [one]), digest })

  it('one item swapped for another at the same price is noticed', () => {
    const notes = changedSince(read(cart('Mug'), 'a'), read(cart('Gift card'), 'b'))
    expect(notes.map(({ id }) => id)).toEqual(['changed_item_added', 'changed_item_removed'])
  })

  it('is noticed even where the order itself reads the same', () => {
    const same = { ...page, digest: 'a' }
    const sources = (one: Claim) => reconcile(page, [one]).sources
    const notes = changedSince(
      { ...same, sources: sources(cart('Mug')) },
      { ...same, sources: sources(cart('Gift card')) },
    )
    expect(notes).toEqual([expect.objectContaining({ id: 'changed_cart', blocking: true })])
  })

  it('the same lines in another order are the same cart', () => {
    const lines = [
      { name: 'Mug', quantity: 1, amount: '1' },
      { name: 'Lid', quantity: 2, amount: null },
    ]
    const one = claim('api', 'shop cart', { items: lines })
    expect(fingerprintOf(one)).toBe(fingerprintOf({ ...one, items: lines.toReversed() }))
  })
})

describe('data layers', () => {
  it.each([
    [
      'a pushed object',
      {
        event: 'begin_checkout',
        ecommerce: { currency: 'EUR', value: 37, items: [{ item_name: 'Mug', quantity: 2 }] },
      },
    ],
    [
      'a gtag call',
      {
        0: 'event',
        1: 'begin_checkout',
        2: { currency: 'EUR', value: 37, items: [{ item_name: 'Mug', quantity: 2 }] },
      },
    ],
    [
      'the older form',
      {
        event: 'checkout',
        ecommerce: { currencyCode: 'EUR', checkout: { products: [{ name: 'Mug', quantity: 2 }] } },
      },
    ],
  ])('%s names items and currency', (_name, entry) => {
    const [found] = claimsOfGlobals(JSON.stringify({ dataLayer: [{ event: 'gtm.js' }, entry] }))
    expect(found).toMatchObject({ live: false, currency: 'EUR', items: [{ name: 'Mug', quantity: 2 }] })
  })

  it.each(['', '[]', '{"dataLayer":[1,null,"x"]}', '{"dataLayer":{"0":1}}'])('%s says nothing', (text) =>
    expect(claimsOfGlobals(text)).toEqual([]),
  )
})

describe('JSON that a page fetched', () => {
  it('reads where one object is an order', () => {
    const json = {
      data: {
        cart: { grandTotal: '49.00', currency: 'EUR', items: [{ name: 'Mug', quantity: 2, total: '37.00' }] },
      },
    }
    expect(genericClaim(json)).toMatchObject({
      currency: 'EUR',
      total: '49.00',
      items: [{ name: 'Mug', quantity: 2 }],
    })
  })

  it.each([
    [
      'two carts of different totals',
      { a: { total: 1.5, currency: 'EUR', items: [] }, b: { total: 2.5, currency: 'EUR', items: [] } },
    ],
    ['no currency', { total: 49, items: [{ name: 'Mug' }] }],
    ['a page count', { total: 3, currency: 'EUR' }],
    ['nothing', undefined],
  ])('says nothing of %s', (_name, json) => expect(genericClaim(json)).toBeNull())
})

it('what is not a claim is left out of claims', () => {
  const good = claim('api', 'cart', { total: '49.00' })
  const bad = [
    null,
    1,
    {},
    { source: 'visible', detail: 'x' },
    { ...good, total: '1e9', items: [{ name: 'x', quantity: -1 }], digits: 99 },
  ]
  expect(parseClaims([...bad, good])).toEqual([{ ...good, total: null, digits: null }, good])
  expect(parseClaims('x')).toEqual([])
})

function never(): never {
  throw new Error('nothing was read')
}
