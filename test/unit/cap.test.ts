import { describe, expect, it } from 'vitest'
import {
  type Cap,
  countsOrders,
  isSlidingHours,
  parseLimit,
  scopeKey,
  scopeName,
} from '../../utils/caps/cap.ts'
import { bucketKeysFor, capApplies, scopesOf } from '../../utils/caps/check.ts'
import { money } from '../../utils/money/money.ts'

const cap = (change: Partial<Cap> = {}): Cap => ({
  id: 'cap',
  scope: { kind: 'all' },
  window: 'day',
  limit: money(1_000n, 'EUR'),
  createdAt: 0,
  updatedAt: 0,
  ...change,
})

describe('the scope of a cap', () => {
  it('has a key of its own, also where a site, a kind and an agent have one name', () => {
    const same = 'shop.example'
    const keys = [
      scopeKey({ kind: 'all' }),
      scopeKey({ kind: 'site', site: same }),
      scopeKey({ kind: 'category', category: same }),
      scopeKey({ kind: 'agent', agent: same }),
    ]
    // On disk: a key that changes would let every used-up cap start anew.
    expect(keys).toEqual(['all', 'site:shop.example', 'category:shop.example', 'agent:shop.example'])
  })

  it('is named by what the person called it', () => {
    expect(scopeName({ kind: 'all' })).toBeNull()
    expect(scopeName({ kind: 'site', site: 'a.example' })).toBe('a.example')
    expect(scopeName({ kind: 'category', category: 'books' })).toBe('books')
    expect(scopeName({ kind: 'agent', agent: 'shopper' })).toBe('shopper')
  })

  it('holds an order of its site, its kind and its agent, and of nobody without a name', () => {
    const site = 'a.example'
    expect(bucketKeysFor({ site })).toEqual(['all', 'site:a.example'])
    expect(bucketKeysFor({ site, category: null, agent: null })).toEqual(['all', 'site:a.example'])
    expect(bucketKeysFor({ site, category: '', agent: '' })).toEqual(['all', 'site:a.example'])
    expect(scopesOf({ site, category: 'books', agent: 'shopper' })).toEqual([
      { kind: 'all' },
      { kind: 'site', site },
      { kind: 'category', category: 'books' },
      { kind: 'agent', agent: 'shopper' },
    ])
  })

  it('decides which caps an order meets: amounts of its own currency, numbers in any', () => {
    const spender = { site: 'a.example', agent: 'shopper' }
    const orders = money(5n, 'XXX')
    const site = (name: string) => ({ kind: 'site' as const, site: name })
    expect(capApplies(cap(), spender, 'EUR')).toBe(true)
    expect(capApplies(cap(), spender, 'USD')).toBe(false)
    expect(capApplies(cap({ limit: orders }), spender, 'USD')).toBe(true)
    expect(capApplies(cap({ scope: site('a.example') }), spender, 'EUR')).toBe(true)
    expect(capApplies(cap({ scope: site('b.example') }), spender, 'EUR')).toBe(false)
    expect(capApplies(cap({ scope: site('b.example'), limit: orders }), spender, 'EUR')).toBe(false)
    expect(capApplies(cap({ scope: { kind: 'agent', agent: 'shopper' } }), spender, 'EUR')).toBe(true)
    expect(capApplies(cap({ scope: { kind: 'agent', agent: 'other' } }), spender, 'EUR')).toBe(false)
  })
})

describe('the limit of a cap', () => {
  it('is read from the wire as money or as a number of orders', () => {
    expect(parseLimit({ amount: '4999', currency: 'EUR' })).toEqual(money(4_999n, 'EUR'))
    expect(parseLimit({ amount: '0', currency: 'JPY' })).toEqual(money(0n, 'JPY'))
    expect(parseLimit({ amount: '5', currency: 'XXX' })).toEqual(money(5n, 'XXX'))
  })

  it.each([
    ['nothing', null],
    ['nothing at all', undefined],
    ['a word', '4999'],
    ['a number', 4999],
    ['an amount without a currency', { amount: '4999' }],
    ['a currency without an amount', { currency: 'EUR' }],
    ['an amount that is a number', { amount: 4999, currency: 'EUR' }],
    ['an amount with a point', { amount: '49.99', currency: 'EUR' }],
    ['less than nothing', { amount: '-1', currency: 'EUR' }],
    ['less than no orders', { amount: '-1', currency: 'XXX' }],
    ['a currency that ISO 4217 does not list', { amount: '1', currency: 'EURO' }],
    ['a currency that is no text', { amount: '1', currency: 978 }],
    ['currencies in a list', { amount: '1', currency: ['EUR'] }],
  ])('is not %s', (_name, value) => {
    expect(parseLimit(value)).toBeNull()
  })

  it('counts orders only where its unit is no currency', () => {
    expect(countsOrders(cap({ limit: money(5n, 'XXX') }))).toBe(true)
    expect(countsOrders(cap())).toBe(false)
  })

  it('slides over whole hours, one to thirty-one days of them', () => {
    expect([1, 24, 744].every(isSlidingHours)).toBe(true)
    for (const bad of [0, -1, 745, 1.5, Number.NaN, Infinity, '24', null, undefined]) {
      expect(isSlidingHours(bad)).toBe(false)
    }
  })
})
