import { describe, expect, it } from 'vitest'
import { parsePageAsk } from '../../utils/forward/page-ask.ts'
import { parsePageApiCall } from '../../utils/messages/page-api.ts'
import { parsePageMessage } from '../../utils/messages/parse-page.ts'

const ORIGIN = 'https://magazine.example'
const ASK = {
  items: [{ name: 'Article', quantity: 1, amount: '0.50' }],
  total: '0.50',
  currency: 'EUR',
  reason: 'Read on',
}

describe('what a page asks for', () => {
  it('is a payment to the page itself, whatever payee it names', () => {
    const asked = parsePageAsk({ ...ASK, payee: { website: 'https://bank.example' } }, ORIGIN)
    expect(asked).toMatchObject({
      payee: { website: ORIGIN, name: null },
      total: { amount: '50', currency: 'EUR' },
      items: [{ amount: '50' }],
      recurrence: null,
    })
  })

  it.each([
    ['a sign', { total: '€0.50' }],
    ['a negative total', { total: '-0.50' }],
    ['a number', { total: 0.5 }],
    ['more digits than the currency has', { total: '0.505' }],
    ['an unknown currency', { currency: 'XXZ' }],
    ['no reason', { reason: undefined }],
    ['no items', { items: null }],
    ['half an item', { items: [{ name: 'Article', quantity: 0.5, amount: null }] }],
    ['an amount that is none', { items: [{ name: 'Article', quantity: 1, amount: 'free' }] }],
    ['too many items', { items: Array.from({ length: 101 }, () => ASK.items[0]) }],
    ['an order id with spaces', { merchantOrder: 'a b' }],
  ])('is nothing with %s', (_what, wrong) => {
    expect(parsePageAsk({ ...ASK, ...wrong }, ORIGIN)).toBeNull()
  })
})

describe('calls of a page', () => {
  it('are these and no others', () => {
    const key = 'a'.repeat(64)
    expect(parsePageApiCall({ type: 'page-api', verb: 'request', ask: ASK, key })).not.toBeNull()
    expect(parsePageApiCall({ type: 'page-api', verb: 'request', ask: ASK, key: 'short' })).toBeNull()
    expect(parsePageApiCall({ type: 'page-api', verb: 'approve', id: 'wor_aaaaaaaaaaaa' })).toBeNull()
    expect(parsePageApiCall({ type: 'page-api', verb: 'status', id: '../agents' })).toBeNull()
    expect(parsePageApiCall({ command: 'approve', attemptId: 'x', digest: 'y', proof: null })).toBeNull()
  })
})

describe('commands about agents and pages', () => {
  it('are parsed; a scope that does not exist makes the whole command nothing', () => {
    const agent = { label: 'Shopping agent', scopes: ['orders:create'] }
    expect(parsePageMessage({ command: 'issue-agent', agent, proof: null })).toMatchObject({ agent })
    for (const wrong of [
      { ...agent, scopes: [] },
      { ...agent, scopes: ['orders:create', 'caps:write'] },
      { ...agent, scopes: ['orders:create', 'orders:create'] },
      { ...agent, label: '' },
      { ...agent, label: 'x'.repeat(61) },
      { ...agent, label: 'Shop\u202eping' },
    ]) {
      expect(parsePageMessage({ command: 'issue-agent', agent: wrong, proof: null })).toBeNull()
    }
    expect(
      parsePageMessage({ command: 'allow-page', origin: ORIGIN, allowed: 'yes', proof: null }),
    ).toBeNull()
  })
})
