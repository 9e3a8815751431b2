import { describe, expect, it } from 'vitest'
import { decimalMarkOf, findAmounts, minorUnits, wholeAmount } from '../../utils/order/amounts.ts'

function only(
  text: string,
): { digits: string; currencies: readonly string[] | null; negative: boolean } | null {
  const found = findAmounts(text)
  return found.length === 1 ? (found[0] ?? null) : null
}

describe('an amount in a text', () => {
  it.each([
    ['$1,234.56', 'USD', 123_456n],
    ['1.234,56 €', 'EUR', 123_456n],
    ['CHF 1’234.50', 'CHF', 123_450n],
    ['CHF 49.–', 'CHF', 4_900n],
    ['49,- kr', 'NOK', 4_900n],
    ['₹1,23,456.78', 'INR', 12_345_678n],
    ['1 234,56 zł', 'PLN', 123_456n],
    ['12 999 Kč', 'CZK', 1_299_900n],
    ['١٬٢٣٤٫٥٠ ر.س', 'SAR', 123_450n],
    ['₹१,२३४', 'INR', 123_400n],
    ['¥1,200', 'JPY', 1_200n],
    ['¥1,200.00', 'JPY', 1_200n],
    ['1.250.000 ₫', 'VND', 1_250_000n],
    ['KWD 1.250', 'KWD', 1_250n],
    ['12,5 €', 'EUR', 1_250n],
    ['0.05', 'USD', 5n],
    ['12€50', 'EUR', 1_250n],
    ['1,500.00 US Dollars', 'USD', 150_000n],
    ['৳১,৩৬০.০০', 'BDT', 136_000n],
  ])('%s is %s %s', (text, currency, amount) => {
    expect(minorUnits(only(text)?.digits ?? '', currency, null)?.amount).toBe(amount)
  })

  it.each([
    ['84,500 DT', 'TND', '84500'],
    ['499:-', 'SEK', '49900'],
    ['2.740 ден.', 'MKD', '274000'],
    ['1 500 р', 'RUB', '150000'],
    ['20 евро', 'EUR', '2000'],
    ['150 сом', 'KGS', '15000'],
    ['24 990 теңге', 'KZT', '2499000'],
    ['Tk. 450', 'BDT', '45000'],
    ['RD$1,250.00', 'DOP', '125000'],
  ])('%s is in %s', (text, currency, minor) => {
    const [amount] = findAmounts(text)
    expect(amount?.currencies).toEqual([currency])
    expect(minorUnits(amount?.digits ?? '', currency, null)?.amount.toString()).toBe(minor)
  })

  it('a count before a price is no part of it', () => {
    expect(findAmounts('2 €50').map(({ digits }) => digits)).toEqual(['50'])
    expect(
      findAmounts('2 €50.00')
        .map(({ digits }) => digits)
        .at(-1),
    ).toBe('50.00')
  })

  it('has one meaning in a page that writes commas for decimals', () => {
    expect(minorUnits('1.234', 'KWD', ',')).toEqual({ amount: 1_234_000n, certain: true })
    expect(minorUnits('1.234', 'KWD', '.')).toEqual({ amount: 1_234n, certain: true })
  })

  it('that could be meant two ways is not certain', () => {
    expect(minorUnits('1.234', 'USD', '.')?.certain).toBe(false)
  })

  it('of a yen with cents is none', () => {
    expect(minorUnits('12.34', 'JPY', null)).toBeNull()
  })

  it.each(['($5.00)', '-$5.00', '$-5.00', '−5,00 €'])('%s is negative', (text) => {
    expect(only(text)?.negative).toBe(true)
  })

  it('takes the code beside a sign that many currencies use', () => {
    expect(only('$ 1.234 COP')?.currencies).toEqual(['COP'])
    expect(only('CA$45.19')?.currencies).toEqual(['CAD'])
    expect(only('$45.19')?.currencies?.length).toBeGreaterThan(5)
    expect(only('¤45.19')?.currencies).toEqual([])
  })

  it('is not a percentage, and "per" is no currency', () => {
    expect(findAmounts('10% off')).toEqual([])
    expect(only('€24.00 per month')?.currencies).toEqual(['EUR'])
    expect(wholeAmount('Total €24.00')).toBeNull()
  })

  it('tells how the page writes decimals', () => {
    expect(decimalMarkOf(['1.234,50', '9,90'])).toBe(',')
    expect(decimalMarkOf(['1.234', '2.000'])).toBeNull()
  })
})
