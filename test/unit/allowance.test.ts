/** An allowance beside an order: the reason that is given for asking all the same, at each of its edges. */
import { describe, expect, it } from 'vitest'
import { money } from '../../utils/money/money.ts'
import type { Note, Order } from '../../utils/order/order.ts'
import {
  type Allowance,
  type AllowanceQuestion,
  areTerms,
  coveringAllowance,
  drawn,
  MAX_ALLOWANCE_DAYS,
  MAX_ALLOWANCE_ORDERS,
  notCovered,
  termsFor,
} from '../../utils/policy/allowance.ts'
import { attemptRow } from './rows.ts'

const AT = Date.UTC(2026, 10, 23, 12)
const DAY = 86_400_000
const SITE = { key: 'shop.example', origin: 'https://shop.example' }
const eur = (amount: bigint) => money(amount, 'EUR')

const terms = termsFor({ site: SITE }, { limit: eur(10_000n), perOrder: eur(5_000n), orders: 3, days: 7 }, AT)

const allowance = (change: Partial<Allowance> = {}): Allowance => ({
  id: 'one',
  site: SITE.key,
  terms,
  merchant: 'Shop',
  processor: 'pay.example',
  shipTo: 'Heron Lane 14',
  used: 0n,
  uses: 0,
  createdAt: AT,
  revokedAt: null,
  factor: 'pin',
  mandateId: 'agreed',
  mandate: 'x',
  assertion: null,
  deviceId: 'local',
  remoteId: null,
  ...change,
})

function ask(change: Partial<Order> = {}, more: Partial<AllowanceQuestion> = {}): AllowanceQuestion {
  const order = { ...attemptRow().order, processor: 'pay.example', shipTo: 'Heron Lane 14', ...change }
  return { order, notes: [], at: AT + DAY, deviceId: 'local', ...more }
}

const because = (
  change: Partial<Order>,
  more: Partial<AllowanceQuestion> = {},
  own: Partial<Allowance> = {},
) => notCovered(allowance(own), ask(change, more))

const note = (change: Partial<Note>): Note => ({
  id: 'repeat',
  field: 'total',
  severity: 'warn',
  blocking: false,
  values: {},
  ...change,
})

describe('an allowance covers', () => {
  it('an order that is plainly within it', () => {
    expect(because({})).toBeNull()
    expect(because({ total: eur(5_000n) })).toBeNull()
    expect(because({ total: eur(1n) })).toBeNull()
    expect(because({}, { notes: [note({})] })).toBeNull()
  })

  it('orders from the moment that it was made until its end', () => {
    expect(because({}, { at: AT - 1 })).toBe('expired')
    expect(because({}, { at: AT })).toBeNull()
    expect(because({}, { at: AT + 7 * DAY - 1 })).toBeNull()
    expect(because({}, { at: AT + 7 * DAY })).toBe('expired')
    expect(because({}, { at: Number.NaN })).toBe('expired')
    expect(because({}, {}, { terms: { ...terms, expires_at: 'never' } })).toBe('expired')
  })

  it('nothing after it was taken back, also at the moment 0', () => {
    expect(because({}, {}, { revokedAt: AT })).toBe('revoked')
    expect(because({}, {}, { revokedAt: 0 })).toBe('revoked')
  })

  it('one payee: site, origin, processor and name together, and no order of a merchant’s own system', () => {
    expect(because({ site: { ...SITE, key: 'other.example' } })).toBe('other_payee')
    expect(because({ site: { ...SITE, origin: 'https://b.shop.example' } })).toBe('other_payee')
    expect(because({ processor: null })).toBe('other_payee')
    expect(because({ processor: 'other.example' })).toBe('other_payee')
    expect(because({ merchant: 'Shop 2' })).toBe('other_payee')
    expect(because({ merchantOrder: 'mo_1' })).toBe('other_payee')
    expect(because({}, { deviceId: 'dev_1' })).toBe('other_device')
    expect(because({ shipTo: null })).toBe('other_address')
  })

  it('no total that is unknown, unsure or nothing', () => {
    expect(because({ total: null })).toBe('uncertain')
    expect(because({ certain: false })).toBe('uncertain')
    expect(because({ total: eur(0n) })).toBe('uncertain')
    expect(because({ total: eur(-1n) })).toBe('uncertain')
  })

  it('nothing that renews, nothing that a rule blocks or calls dangerous', () => {
    expect(because({ recurrence: { every: 1, unit: 'month', amount: null, trialDays: 0 } })).toBe('renews')
    expect(because({}, { notes: [note({}), note({ blocking: true })] })).toBe('note')
    expect(because({}, { notes: [note({ severity: 'danger' }), note({})] })).toBe('note')
  })

  it('one currency, in the order and in its total', () => {
    expect(because({ currency: 'USD', total: money(1n, 'USD') })).toBe('other_currency')
    expect(because({ currency: 'USD' })).toBe('other_currency')
    expect(because({ currency: null })).toBe('other_currency')
    expect(because({ total: money(1n, 'USD') })).toBe('other_currency')
    const odd = { ...terms, limit: { amount: '10000', currency: 'EURO' } }
    expect(because({}, {}, { terms: odd })).toBe('other_currency')
  })

  it('so much an order, so much in all, so many orders, each to its last', () => {
    expect(because({ total: eur(5_001n) })).toBe('above_order')
    expect(because({ total: eur(4_000n) }, {}, { used: 6_000n })).toBeNull()
    expect(because({ total: eur(4_001n) }, {}, { used: 6_000n })).toBe('above_amount')
    expect(because({}, {}, { uses: 2 })).toBeNull()
    expect(because({}, {}, { uses: 3 })).toBe('above_count')
  })
})

describe('of several allowances', () => {
  it('the one that ends first is drawn from, of those that cover the order', () => {
    const until = (id: string, days: number, change: Partial<Allowance> = {}) =>
      allowance({ id, terms: { ...terms, expires_at: new Date(AT + days * DAY).toISOString() }, ...change })
    const [later, sooner, gone] = [until('later', 6), until('sooner', 3), until('gone', 2, { revokedAt: AT })]
    expect(coveringAllowance([later, sooner, gone], ask())?.id).toBe('sooner')
    expect(coveringAllowance([sooner, later], ask())?.id).toBe('sooner')
    expect(coveringAllowance([gone], ask())).toBeNull()
    expect(coveringAllowance([], ask())).toBeNull()
  })

  it('the amount and the order are counted off, and nothing else changes', () => {
    const before = allowance({ used: 100n, uses: 1 })
    expect(drawn(before, eur(250n))).toEqual({ ...before, used: 350n, uses: 2 })
  })
})

describe('the terms', () => {
  const may = (change: object) => areTerms({ ...terms, ...change }, AT)

  it('are written as they are signed', () => {
    expect(terms).toEqual({
      payee: 'https://shop.example',
      agent_id: null,
      limit: { amount: '10000', currency: 'EUR' },
      per_order: '5000',
      orders: 3,
      expires_at: '2026-11-30T12:00:00.000Z',
    })
    expect(areTerms(terms, AT)).toBe(true)
  })

  it('end, in the future and within ninety days', () => {
    expect(MAX_ALLOWANCE_DAYS).toBe(90)
    const end = (ms: number) => may({ expires_at: new Date(AT + ms).toISOString() })
    expect([end(1), end(90 * DAY)]).toEqual([true, true])
    expect([end(0), end(-1), end(90 * DAY + 1)]).toEqual([false, false, false])
    expect(may({ expires_at: 'never' })).toBe(false)
  })

  it('name a number of orders, one to a thousand', () => {
    expect(MAX_ALLOWANCE_ORDERS).toBe(1_000)
    expect([may({ orders: 1 }), may({ orders: 1_000 })]).toEqual([true, true])
    for (const orders of [0, -1, 1_001, 1.5, undefined]) expect(may({ orders })).toBe(false)
  })

  it('let an order be as much as the whole and no more, above zero, in plain digits', () => {
    expect(may({ per_order: '10000' })).toBe(true)
    for (const bad of ['10001', '0', '-1', '01', '1.5', ' 1', '1 ', '1e3', '', `1${'0'.repeat(15)}`]) {
      expect(may({ per_order: bad })).toBe(false)
    }
    expect(may({ limit: { amount: '1', currency: 'EURO' } })).toBe(false)
    const vast = { limit: { amount: '999999999999999', currency: 'EUR' }, per_order: '999999999999999' }
    expect(may(vast)).toBe(true)
  })

  it('are for one origin and for no agent in particular', () => {
    for (const payee of ['https://shop.example/', 'https://shop.example/pay', 'shop.example', '']) {
      expect(may({ payee })).toBe(false)
    }
    expect(may({ agent_id: 'agent_1' })).toBe(false)
  })
})
