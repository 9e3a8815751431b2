/**
 * Amounts in written text: where they stand, what they are worth in minor units, and whether that is certain.
 * Separators are read by what can only be meant; what could be meant two ways follows the page's own style and is
 * marked uncertain (a wrong total shown as certain is the one thing that must not happen).
 */
import { allCurrencies, exponentOf } from '../money/currencies.ts'
import { allSigns, currenciesOf } from './currency-signs.ts'

/** An amount as written; `currencies` are the codes its sign may mean, null where no sign stands beside it. */
export interface AmountText {
  start: number
  end: number
  digits: string
  negative: boolean
  currencies: readonly string[] | null
  /** A sign with a code beside it ("$ 5 CAD"), or a sign that only one currency has. */
  sign: string
}

export type DecimalMark = '.' | ',' | null

const GROUP = "[ \\u00a0\\u202f\\u2009'’.,·]"
const NUMBER = `\\d{1,3}(?:${GROUP}\\d{2,3})*(?:${GROUP}\\d{3})(?:[.,]\\d{1,3})?(?!\\d)|\\d{1,12}(?:[.,]\\d{1,4})?(?!\\d)`
const DASH = '(?:[.,](?:-{1,2}|–|—|―)(?!\\d))?'
/**
 * Both cases of every letter, spelt out: the flag for either case makes an expression of this size ten times as slow to
 * compile, and all of that falls to the first reading of a page.
 */
function eitherCase(text: string): string {
  return text.replace(/\p{L}/gu, (letter) => {
    const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()]
    return lower !== upper && lower.length === 1 && upper.length === 1 ? `[${lower}${upper}]` : letter
  })
}

const SIGNS = allSigns()
  .map((sign) => eitherCase(sign.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')))
  .join('|')
// Codes are capitals and listed: "per", "VAT" and "IVA" stand beside amounts as well.
const CODES = allCurrencies().join('|')
const SIGN = `(?:(?:${CODES})(?![\\p{L}])|(?:${SIGNS})(?![\\p{L}$]))`
const BEFORE = `(?<![\\p{L}])(?<pre>${SIGN})(?<pre2>\\s?${SIGN})?`
const AMOUNT = new RegExp(
  `(?<open>\\()?(?<minus>[-−–]\\s?)?(?:${BEFORE}\\s{0,2})?(?<minus2>[-−]\\s?)?(?<![\\d.,])(?<number>${NUMBER})${DASH}` +
    `(?:\\s{0,2}(?<post>${SIGN})(?:\\s?(?<post2>${SIGN}))?)?(?<minus3>-(?![\\d\\w]))?`,
  'gu',
)

/** Longest text that is searched; a price does not hide behind 20,000 characters. */
const MAX_TEXT = 20_000

/** Digits of any script as ASCII, their separators and full-width forms too; same length as the input. */
export function asciiDigits(text: string): string {
  if (!/[\u0600-\u1fff\u2e80-\uffff]/.test(text)) return text
  return text
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59\uff10-\uff19]/g, digitValue)
    .replace(/٫/g, '.')
    .replace(/٬/g, "'")
    .replace(/．/g, '.')
    .replace(/，/g, ',')
    .replace(/＄/g, '$')
    .replace(/￥/g, '¥')
    .replace(/￡/g, '£')
    .replace(/￦/g, '₩')
    .replace(/－/g, '-')
}

function digitValue(digit: string): string {
  const code = digit.charCodeAt(0)
  // Every one of these blocks starts at a code point whose low nibble is 0 or 6.
  const zero = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10].find((start) => code >= start && code < start + 10)
  return zero === undefined ? digit : String(code - zero)
}

/** A price and nothing else, in the most usual notations: what most texts with digits on a page of goods are. */
const PLAIN =
  /^(?:([€£₹₩₪₫₺₴])[ \u00a0]?(\d{1,3}(?:,\d{3})*\.\d\d)|(\d{1,3}(?:\.\d{3})*,\d\d)[ \u00a0]?([€£₹₩₪₫₺₴]))$/

/** The same as the long expression says, twenty times as fast. */
function plainAmount(text: string): AmountText[] | null {
  const match = text.length > 24 ? null : PLAIN.exec(text)
  if (match === null) return null
  const sign = match[1] ?? match[4] ?? ''
  const digits = match[2] ?? match[3] ?? ''
  return [{ start: 0, end: text.length, digits, negative: false, currencies: currenciesOf(sign), sign }]
}

/** Every number in the text that could be an amount, with the currency sign beside it if there is one. */
export function findAmounts(text: string): AmountText[] {
  const plain = plainAmount(text)
  if (plain !== null) return plain
  const source = asciiDigits(text.slice(0, MAX_TEXT)).replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, ' ')
  const found: AmountText[] = []
  AMOUNT.lastIndex = 0
  for (let match = AMOUNT.exec(source); match !== null; match = AMOUNT.exec(source)) {
    const groups = match.groups ?? {}
    let number = groups.number ?? ''
    const closed = groups.open !== undefined && source[match.index + match[0].length] === ')'
    const start = match.index + (groups.open !== undefined && !closed ? 1 : 0)
    let end = match.index + match[0].length
    if (/\d/.test(source[end] ?? '')) {
      const cents = /^\d{2}(?![\d.,])/.exec(source.slice(end, end + 4))?.[0]
      const sign = groups.post ?? ''
      if (
        cents !== undefined &&
        sign !== '' &&
        match[0].endsWith(`${number}${sign}`) &&
        /^\d+$/.test(number)
      ) {
        // "12€50" is how France writes 12.50.
        number = `${number}.${cents}`
        end += cents.length
        AMOUNT.lastIndex = end
      } else {
        // "2 €50": the sign belongs to the number behind it.
        if (sign !== '') AMOUNT.lastIndex = end - sign.length
        continue
      }
    }
    if (/^\s?%/.test(source.slice(end))) continue
    const signs = [groups.pre, groups.pre2, groups.post, groups.post2].filter((sign) => sign !== undefined)
    const known = signs.flatMap((sign) => {
      const list = currenciesOf(sign)
      return list === null ? [] : [{ sign: sign.trim(), list }]
    })
    // "$ 5 CAD": the code settles what the sign leaves open.
    const best = known.toSorted((a, b) => rank(a.list) - rank(b.list))[0]
    found.push({
      start,
      end,
      digits: number,
      negative:
        groups.minus !== undefined || groups.minus2 !== undefined || groups.minus3 !== undefined || closed,
      currencies: best?.list ?? null,
      sign: best?.sign ?? '',
    })
  }
  return found
}

function rank(list: readonly string[]): number {
  return list.length === 0 ? 99 : list.length
}

/** The one amount that the whole text is ("Total" beside it would not match), or null. */
export function wholeAmount(text: string): AmountText | null {
  const trimmed = text.trim()
  const found = findAmounts(trimmed)
  const only = found[0]
  if (found.length !== 1 || only === undefined) return null
  return only.start === 0 && trimmed.slice(only.end).replace(/[)*.:\s]/g, '') === '' ? only : null
}

/**
 * Minor units of written digits in a currency, or null where they cannot be meant in it (a yen with cents).
 * `mark` is the page's decimal mark, for "1.234" which is 1234 in Madrid and 1.234 in Kuwait.
 */
export function minorUnits(
  digits: string,
  currency: string,
  mark: DecimalMark,
): { amount: bigint; certain: boolean } | null {
  const exponent = exponentOf(currency)
  if (exponent === null) return null
  const compact = digits.replace(/[ \u00a0\u202f\u2009'’·]/g, '')
  const last = Math.max(compact.lastIndexOf('.'), compact.lastIndexOf(','))
  let whole = compact
  let fraction = ''
  let certain = true
  if (last >= 0) {
    const separator = compact[last] === '.' ? '.' : ','
    const tail = compact.slice(last + 1)
    const repeated = compact.indexOf(separator) !== last
    const both = compact.includes(separator === '.' ? ',' : '.')
    const spaced = compact.length !== digits.length
    if (repeated && both) return null
    const groups =
      !both &&
      !spaced &&
      (repeated || (tail.length === 3 && isGroup(compact.slice(0, last), exponent, separator, mark)))
    if (groups) {
      certain = repeated || exponent === 0 || mark !== separator
      if (repeated && tail.length !== 3) return null
    } else {
      whole = compact.slice(0, last)
      fraction = tail
      if (tail.length === 3 && !both && exponent !== 3) certain = false
    }
  }
  whole = whole.replace(/[.,]/g, '')
  if (whole.length > 13 || !/^\d+$/.test(whole)) return null
  const significant = fraction.replace(/0+$/, '')
  if (significant.length > exponent) return null
  return { amount: BigInt(whole + significant.padEnd(exponent, '0')), certain }
}

function isGroup(head: string, exponent: number, separator: string, mark: DecimalMark): boolean {
  if (head === '0' || head.length > 3) return false
  if (exponent === 3) return mark !== null && mark !== separator
  return true
}

/** Which decimal mark these amounts must have been written with, null where they do not tell. */
export function decimalMarkOf(all: Iterable<string>): DecimalMark {
  let points = 0
  let commas = 0
  for (const digits of all) {
    const match = /([.,])(\d+)$/.exec(digits)
    if (match === null) continue
    const [, separator, tail = ''] = match
    const other = separator === '.' ? ',' : '.'
    const decimal = tail.length !== 3 || digits.slice(0, match.index).includes(other)
    if (tail.length === 3 && !decimal) continue
    if (separator === '.') points++
    else commas++
  }
  if (points === commas) return null
  return points > commas ? '.' : ','
}
