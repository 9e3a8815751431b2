import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCurrencies, exponentOf } from '../../utils/money/currencies.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { money } from '../../utils/money/money.ts'
import { asciiDigits, findAmounts, minorUnits } from '../../utils/order/amounts.ts'
import { LANGUAGES } from '../pages/languages.ts'

const locales = [
  ...LANGUAGES.map((language) => language.tag),
  'de-CH',
  'de-AT',
  'en-IN',
  'fr-CH',
  'fr-CA',
  'es-AR',
  'es-CL',
  'ar-EG',
  'fa-IR',
  'bn-BD',
  'ur-PK',
  'is-IS',
  'et-EE',
  'lv-LV',
  'lt-LT',
]
const exactCurrencies = allCurrencies().filter((code) => (exponentOf(code) ?? 0) <= 3)

/** The decimal mark that a locale writes, as the page's other amounts would tell. */
function markOf(locale: string): '.' | ',' | null {
  const part = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')
  const mark = asciiDigits(part?.value ?? '')
  return mark === '.' || mark === ',' ? mark : null
}

describe('amounts', () => {
  it('are read back as they were written, in every language and currency', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        fc.constantFrom(...exactCurrencies),
        fc.bigInt({ min: 0n, max: 99_999_999_999n }),
        (locale, currency, amount) => {
          const text = formatMoney(money(amount, currency), locale)
          const found = findAmounts(text)
          expect(found, text).toHaveLength(1)
          const read = minorUnits(found[0]?.digits ?? '', currency, markOf(locale))
          expect(read?.amount, text).toBe(amount)
        },
      ),
      { numRuns: 3_000 },
    )
  }, 60_000)

  it('are the same by the short way for plain prices as by the long one', () => {
    const sign = fc.constantFrom(...'€£₹₩₪₫₺₴$¥')
    const space = fc.constantFrom('', ' ', '\u00a0')
    const number = fc
      .bigInt({ min: 0n, max: 99_999_999_999n })
      .map((amount) => [amount / 100n, String(amount % 100n).padStart(2, '0')] as const)
    const point = number.map(([whole, cents]) => `${whole.toLocaleString('en-US')}.${cents}`)
    const comma = number.map(([whole, cents]) => `${whole.toLocaleString('de-DE')},${cents}`)
    const before = fc.tuple(sign, space, point).map((parts) => parts.join(''))
    const behind = fc.tuple(comma, space, sign).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(before, behind), (text) => {
        // What is more than the price alone goes the long way.
        expect(findAmounts(text)).toEqual(findAmounts(`${text} `))
      }),
      { numRuns: 3_000 },
    )
  })

  it('with a sign of one currency name that currency', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('de-DE', 'en-GB', 'ja-JP', 'pl-PL', 'hi-IN'),
        fc.constantFrom('EUR', 'INR', 'KRW', 'PLN', 'TRY', 'VND', 'ILS', 'UAH'),
        fc.bigInt({ min: 1n, max: 9_999_999n }),
        (locale, currency, amount) => {
          const [found] = findAmounts(formatMoney(money(amount, currency), locale))
          expect(found?.currencies).toEqual([currency])
        },
      ),
    )
  })

  it('never throw and never read more than is written, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const found of findAmounts(text)) {
          expect(found.end).toBeLessThanOrEqual(text.length)
          for (const currency of ['EUR', 'JPY', 'KWD']) {
            const read = minorUnits(found.digits, currency, null)
            if (read !== null) expect(read.amount >= 0n).toBe(true)
          }
        }
      }),
      { numRuns: 500 },
    )
  }, 60_000)
})
