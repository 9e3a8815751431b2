/** The small rules that everything stands on: the state table, what a digest binds, what a grant lets through. */
import { describe, expect, it } from 'vitest'
import {
  type AttemptState,
  isFinal,
  mayMove,
  RESERVING,
  STATES,
  STOPPED,
} from '../../utils/attempt/states.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import { base64url, digestOf, fromBase64url, orderDigest } from '../../utils/contract/order-wire.ts'
import { GRANT_MS, openGrant, passes, signatureOf } from '../../utils/detect/grant.ts'
import {
  add,
  compare,
  equal,
  fromDecimal,
  isWireAmount,
  money,
  parseMoney,
  subtract,
  sum,
  times,
  toDecimal,
  toWire,
  zero,
} from '../../utils/money/money.ts'
import { admits } from '../../utils/policy/policy.ts'
import { defaultSettings } from '../../utils/settings/settings.ts'

describe('the state table', () => {
  const into = (to: AttemptState) => STATES.filter((from) => mayMove(from, to)).toSorted()

  it('lets a payment go only from forwarding, and forwards only what was approved', () => {
    expect(into('released')).toEqual(['forwarding'])
    expect(into('forwarding')).toEqual(['approved'])
    expect(into('approved')).toEqual(['asked', 'held'])
    expect(into('asked')).toEqual(['held'])
    expect(into('held')).toEqual([])
  })

  it('settles only what was released, and doubts nothing else', () => {
    expect(into('settled')).toEqual(['released', 'unknown'])
    expect(into('unknown')).toEqual(['released'])
    expect(into('failed')).toEqual(['approved', 'forwarding', 'released', 'unknown'])
  })

  it('ends what waits in every way that sends nothing, and never what was answered already', () => {
    expect(into('rejected')).toEqual(['asked'])
    expect(into('refused')).toEqual(['asked', 'held'])
    expect(into('expired')).toEqual(['asked', 'held'])
    for (const stopped of STOPPED) expect(mayMove(stopped, 'cancelled')).toBe(true)
  })

  it('ends where nothing can follow', () => {
    expect(STATES.filter(isFinal).toSorted()).toEqual(
      ['cancelled', 'expired', 'failed', 'refused', 'rejected', 'settled'].toSorted(),
    )
  })

  it('reserves from the approval until someone knows, and stops nothing once it is released', () => {
    expect([...RESERVING].toSorted()).toEqual(['approved', 'forwarding', 'released', 'unknown'])
    expect([...STOPPED].toSorted()).toEqual(['approved', 'asked', 'forwarding', 'held'])
    expect(STOPPED.every((state) => !isFinal(state))).toBe(true)
  })
})

describe('a digest', () => {
  const order = {
    site: { key: 'shop.example', origin: 'https://shop.example' },
    merchant: null,
    processor: null,
    merchantOrder: null,
    currency: 'EUR',
    items: [],
    totals: [],
    total: { amount: '4999', currency: 'EUR' },
    certain: true,
    shipTo: null,
    paymentMethod: null,
    recurrence: null,
  }

  it('is SHA-256 of canonical JSON, base64url without padding', async () => {
    // printf '{"a":1,"b":[true,null,"x"]}' | sha256sum, by another tool
    expect(await digestOf({ b: [true, null, 'x'], a: 1 })).toBe(
      Buffer.from(
        await crypto.subtle.digest('SHA-256', new TextEncoder().encode('{"a":1,"b":[true,null,"x"]}')),
      ).toString('base64url'),
    )
    await expect(digestOf(undefined)).rejects.toThrow(TypeError)
    await expect(digestOf(undefined)).rejects.toThrow('not a JSON value')
  })

  it('binds attempt and order, and nothing else passes for them', async () => {
    const own = await orderDigest('a', order)
    expect(own).toBe(await digestOf({ attempt: 'a', order }))
    expect(await orderDigest('b', order)).not.toBe(own)
    expect(await orderDigest('a', { ...order, total: { amount: '5000', currency: 'EUR' } })).not.toBe(own)
    const action = await actionDigest({ command: 'pair', url: 'https://x' })
    expect(action).toBe(await digestOf({ action: { command: 'pair', url: 'https://x' } }))
    expect(action).not.toBe(await digestOf({ command: 'pair', url: 'https://x' }))
  })

  it('survives base64url with every byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
    expect([...fromBase64url(base64url(bytes))]).toEqual([...bytes])
    for (let length = 0; length < 4; length++) {
      const few = new Uint8Array(length).fill(255)
      expect(base64url(few)).toBe(Buffer.from(few).toString('base64url'))
      expect([...fromBase64url(base64url(few))]).toEqual([...few])
    }
  })
})

describe('a grant', () => {
  it('lets each call through once, until its time is over', () => {
    const grant = openGrant(1_000)
    expect(grant).toMatchObject({ until: 1_000 + GRANT_MS })
    expect(GRANT_MS).toBe(60_000)
    expect(passes(grant, 'POST https://x/pay', 1_000)).toBe(true)
    expect(passes(grant, 'POST https://x/pay', 1_001)).toBe(false)
    expect(passes(grant, 'POST https://x/other', grant.until - 1)).toBe(true)
    expect(passes(grant, 'POST https://x/late', grant.until)).toBe(false)
    expect(passes(null, 'POST https://x/pay', 1_000)).toBe(false)
    // A page may have filled the prototypes; the list of what has passed has none.
    expect(Object.getPrototypeOf(openGrant(0).seen)).toBe(null)
    expect(passes(openGrant(0), 'toString', 1)).toBe(true)
  })

  it('knows a call by method, origin and path', () => {
    expect(signatureOf('POST', 'https://x/pay?a=1#b')).toBe('POST https://x/pay')
    expect(signatureOf('POST', 'https://x/pay#b?a')).toBe('POST https://x/pay')
    expect(signatureOf('GET', 'https://x/')).toBe('GET https://x/')
  })
})

describe('money', () => {
  const eur = (amount: bigint) => money(amount, 'EUR')

  it('adds, takes away, multiplies and compares in one currency only', () => {
    expect(add(eur(1n), eur(2n))).toEqual(eur(3n))
    expect(subtract(eur(1n), eur(2n))).toEqual(eur(-1n))
    expect(times(eur(-3n), 4n)).toEqual(eur(-12n))
    expect([compare(eur(1n), eur(2n)), compare(eur(2n), eur(2n)), compare(eur(3n), eur(2n))]).toEqual([
      -1, 0, 1,
    ])
    for (const act of [add, subtract, compare])
      expect(() => act(eur(1n), money(1n, 'USD'))).toThrow('cannot combine EUR and USD')
    expect(sum([eur(1n), eur(2n)], 'EUR')).toEqual(eur(3n))
    expect(sum([], 'EUR')).toEqual(zero('EUR'))
    expect(zero('EUR')).toEqual(eur(0n))
  })

  it('equals only the same amount of the same currency', () => {
    expect(equal(null, null)).toBe(true)
    expect(equal(eur(1n), null)).toBe(false)
    expect(equal(null, eur(1n))).toBe(false)
    expect(equal(eur(1n), eur(1n))).toBe(true)
    expect(equal(eur(1n), eur(2n))).toBe(false)
    expect(equal(eur(1n), money(1n, 'USD'))).toBe(false)
  })

  it('reads the wire form and nothing like it', () => {
    for (const good of ['0', '-1', '4999', '-999999999999999', '999999999999999'])
      expect(isWireAmount(good)).toBe(true)
    for (const bad of [
      '',
      '-',
      '01',
      '+1',
      '1.0',
      ' 1',
      '1 ',
      'x1',
      '1x',
      '--1',
      '12345678901234567',
      1,
      null,
    ])
      expect(isWireAmount(bad)).toBe(false)
    expect(parseMoney({ amount: '-5', currency: 'EUR' })).toEqual(eur(-5n))
    for (const bad of [null, 'x', undefined, {}, { amount: '5' }, { amount: '5', currency: 'EURO' }])
      expect(parseMoney(bad)).toBe(null)
    expect(parseMoney({ amount: 5, currency: 'EUR' })).toBe(null)
    expect(parseMoney({ amount: '5', currency: 7 })).toBe(null)
    expect(toWire(eur(-5n))).toEqual({ amount: '-5', currency: 'EUR' })
  })

  it('shows and reads decimals to the last digit', () => {
    expect([toDecimal(eur(4999n)), toDecimal(eur(-5n)), toDecimal(eur(0n))]).toEqual([
      '49.99',
      '-0.05',
      '0.00',
    ])
    expect([toDecimal(money(500n, 'JPY')), toDecimal(money(-7n, 'JPY'))]).toEqual(['500', '-7'])
    expect(toDecimal(money(1234n, 'KWD'))).toBe('1.234')
    expect(toDecimal(money(1234n, 'XYZ'))).toBe('12.34')
    expect(fromDecimal(' 49.99 ', 'EUR')).toEqual(eur(4999n))
    expect(fromDecimal('-0.5', 'EUR')).toEqual(eur(-50n))
    expect(fromDecimal('49.9900', 'EUR')).toEqual(eur(4999n))
    expect(fromDecimal('500', 'JPY')).toEqual(money(500n, 'JPY'))
    expect(fromDecimal('999999999999999', 'JPY')).toEqual(money(999_999_999_999_999n, 'JPY'))
    for (const bad of ['49.999', '1,000', '', '.5', '5.', 'x5', '5x', '1.00000', '12345678901234.00', '1e3'])
      expect(fromDecimal(bad, 'EUR')).toBe(null)
    expect(fromDecimal('5.0', 'JPY')).toEqual(money(5n, 'JPY'))
    expect(fromDecimal('5.5', 'JPY')).toBe(null)
    expect(fromDecimal('5', 'XYZ')).toBe(null)
  })
})

it('nothing is asked about before someone is there to ask, and switched on', () => {
  const on = { ...defaultSettings(), on: true }
  expect(admits(on, true)).toEqual({ kind: 'ask' })
  expect(admits(on, false)).toEqual({ kind: 'refuse', reason: 'not_activated' })
  expect(admits({ ...on, on: false }, true)).toEqual({ kind: 'refuse', reason: 'guard_off' })
})
