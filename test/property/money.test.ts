import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCurrencies, exponentOf } from '../../utils/money/currencies.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { add, fromDecimal, money, parseMoney, subtract, toDecimal, toWire } from '../../utils/money/money.ts'

const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
const currency = fc.constantFrom(...allCurrencies())

describe('money', () => {
  it('survives the wire', () => {
    fc.assert(
      fc.property(amount, currency, (a, c) => {
        expect(parseMoney(JSON.parse(JSON.stringify(toWire(money(a, c)))))).toEqual(money(a, c))
      }),
    )
  })

  it('reads back its own decimal in every currency', () => {
    fc.assert(
      fc.property(amount, currency, (a, c) => {
        expect(fromDecimal(toDecimal(money(a, c)), c)).toEqual(money(a, c))
      }),
    )
  })

  it('adds and takes away exactly', () => {
    fc.assert(
      fc.property(amount, amount, currency, (a, b, c) => {
        expect(subtract(add(money(a, c), money(b, c)), money(b, c))).toEqual(money(a, c))
      }),
    )
  })

  it('is never read from anything but the wire form', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = parseMoney(value)
        if (read !== null) expect(toWire(read)).toMatchObject(value as object)
      }),
    )
    for (const bad of ['1e3', '0x10', '1.5', '01', '-0', ' 1', '', '9'.repeat(17)]) {
      const read = parseMoney({ amount: bad, currency: 'EUR' })
      expect(read === null || read.amount === 0n).toBe(true)
    }
    expect(parseMoney({ amount: 12, currency: 'EUR' })).toBeNull()
    expect(parseMoney({ amount: '12', currency: 'XXX' })).toBeNull()
  })

  it('will not mix currencies', () => {
    expect(() => add(money(1n, 'EUR'), money(1n, 'USD'))).toThrow('cannot combine')
  })

  it('shows every digit that the currency has, also where Intl disagrees with ISO 4217', () => {
    expect(formatMoney(money(123_456n, 'HUF'), 'en')).toContain('1,234.56')
    expect(formatMoney(money(123_456n, 'JPY'), 'en')).toContain('123,456')
    expect(formatMoney(money(123_456n, 'KWD'), 'en')).toContain('123.456')
    expect(formatMoney(money(900_719_925_474_099_312n, 'EUR'), 'en')).toContain('9,007,199,254,740,993.12')
  })

  it('knows zero, two, three and four digits', () => {
    expect(['JPY', 'EUR', 'BHD', 'CLF', 'ABC'].map(exponentOf)).toEqual([0, 2, 3, 4, null])
  })
})
