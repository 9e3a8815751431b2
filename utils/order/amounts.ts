/**
 * Amounts in written text: where they stand, what they are worth in minor units, and whether that is certain.
 * Separators are read by what can only be meant; what could be meant two ways follows the page's own style and is
 * marked uncertain (a wrong total shown as certain is the one thing that must not happen).
 */
import { exponentOf, isCurrency } from '../money/currencies.ts'
import { currenciesOf, isSign, MAX_SIGN, signLengths, signLengthsTo } from './currency-signs.ts'

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
/** A number as prices are written, cents as a dash included; not one that goes on from another. */
const NUMBERS = new RegExp(`(?<![\\d.,])(${NUMBER})${DASH}`, 'gu')
/** Brackets, a minus, two signs with their spaces: no more stands before a number. */
const MAX_BEFORE = 2 * MAX_SIGN + 8
/** The same without a sign. */
const MAX_UNSIGNED = 5
const AFTER_LETTER = /(?<=\p{L})/uy
const LETTER = /\p{L}/uy
const LETTER_OR_DOLLAR = /[\p{L}$]/uy

/** Whether the sticky expression matches there. */
function stands(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/**
 * Ends of the signs that begin there, likeliest first. Codes are capitals and listed: "per", "VAT" and "IVA" stand
 * beside amounts as well. Looked up and not matched: all signs in one expression take longer to compile than a page to read.
 */
function signEnds(text: string, at: number): number[] {
  const ends: number[] = []
  const code = text.slice(at, at + 3)
  if (isCurrency(code) && !stands(LETTER, text, at + 3)) ends.push(at + 3)
  for (const length of signLengths(text.charAt(at))) {
    const end = at + length
    if (end <= text.length && isSign(text.slice(at, end)) && !stands(LETTER_OR_DOLLAR, text, end))
      ends.push(end)
  }
  return ends
}

interface Before {
  start: number
  open: boolean
  minus: boolean
  signs: string[]
}

/** What belongs to a number that begins at `at`, from the leftmost place on that it can begin at. */
function beforeNumber(text: string, from: number, at: number): Before {
  const reach = hasSignBefore(text, at) ? MAX_BEFORE : MAX_UNSIGNED
  for (let start = Math.max(from, at - reach); start < at; start++) {
    const open = text[start] === '('
    const first = open ? start + 1 : start
    const minus = minusEnd(text, first, '-−–')
    const found = minus === first ? null : signsUpTo(text, minus, at)
    if (found !== null) return { ...found, start, open, minus: true }
    const without = signsUpTo(text, first, at)
    if (without !== null) return { ...without, start, open }
  }
  return { start: at, open: false, minus: false, signs: [] }
}

/** Whether a sign ends right before a number, or before its minus and spaces. */
function hasSignBefore(text: string, at: number): boolean {
  const ends = [at]
  if (isMinus(text, at - 1)) ends.push(at - 1)
  else if (isSpace(text, at - 1) && isMinus(text, at - 2)) ends.push(at - 2)
  return ends.some((end) => {
    const back = isSpace(text, end - 1) ? (isSpace(text, end - 2) ? end - 2 : end - 1) : end
    if (isCurrency(text.slice(Math.max(0, back - 3), back))) return true
    return signLengthsTo(text.charAt(back - 1)).some((length) => isSign(text.slice(back - length, back)))
  })
}

function isMinus(text: string, at: number): boolean {
  return '-−'.includes(text[at] ?? ' ')
}

/** Signs and a minus that fill the text from there up to the number exactly, or null. */
function signsUpTo(text: string, from: number, at: number): Omit<Before, 'start' | 'open'> | null {
  if (from > at) return null
  if (!stands(AFTER_LETTER, text, from)) {
    for (const end of signEnds(text, from)) {
      const pre = text.slice(from, end)
      const second = isSpace(text, end) ? end + 1 : end
      for (const end2 of signEnds(text, second)) {
        const minus = minusUpTo(text, spacesEnd(text, end2), at)
        if (minus !== null) return { minus, signs: [pre, text.slice(second, end2)] }
      }
      const minus = minusUpTo(text, spacesEnd(text, end), at)
      if (minus !== null) return { minus, signs: [pre] }
    }
  }
  const minus = minusUpTo(text, from, at)
  return minus === null ? null : { minus, signs: [] }
}
/** Whether a minus, or nothing, fills the text from there up to the number; null where something else stands there. */
function minusUpTo(text: string, from: number, at: number): boolean | null {
  if (from === at) return false
  const end = minusEnd(text, from, '-−')
  return end > from && end === at ? true : null
}

/** Behind a minus and a space after it; `from` where there is none. */
function minusEnd(text: string, from: number, kinds: string): number {
  const char = text.charAt(from)
  if (char === '' || !kinds.includes(char)) return from
  return isSpace(text, from + 1) ? from + 2 : from + 1
}

function isSpace(text: string, at: number): boolean {
  const char = text[at]
  return char !== undefined && char.trim() === ''
}

function spacesEnd(text: string, at: number): number {
  if (!isSpace(text, at)) return at
  return isSpace(text, at + 1) ? at + 2 : at + 1
}

interface After {
  end: number
  signs: string[]
  minus: boolean
}

/** Signs and a minus behind a number that ends there. */
function afterNumber(text: string, at: number): After {
  const signs: string[] = []
  let end = at
  const first = spacesEnd(text, at)
  const firstEnd = signEnds(text, first)[0]
  if (firstEnd !== undefined) {
    signs.push(text.slice(first, firstEnd))
    end = firstEnd
    const second = isSpace(text, end) ? end + 1 : end
    const secondEnd = signEnds(text, second)[0]
    if (secondEnd !== undefined) {
      signs.push(text.slice(second, secondEnd))
      end = secondEnd
    }
  }
  const minus = text[end] === '-' && !/[\d\w]/.test(text.charAt(end + 1))
  return { end: minus ? end + 1 : end, signs, minus }
}

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
  let from = 0
  for (;;) {
    NUMBERS.lastIndex = from
    const match = NUMBERS.exec(source)
    if (match === null) break
    let number = match[1] ?? ''
    const before = beforeNumber(source, from, match.index)
    const after = afterNumber(source, match.index + match[0].length)
    from = after.end
    const closed = before.open && source[after.end] === ')'
    const start = before.start + (before.open && !closed ? 1 : 0)
    let end = after.end
    if (/\d/.test(source[end] ?? '')) {
      const cents = /^\d{2}(?![\d.,])/.exec(source.slice(end, end + 4))?.[0]
      const sign = after.signs[0] ?? ''
      if (
        cents !== undefined &&
        sign !== '' &&
        source.slice(0, end).endsWith(`${number}${sign}`) &&
        /^\d+$/.test(number)
      ) {
        // "12€50" is how France writes 12.50.
        number = `${number}.${cents}`
        end += cents.length
        from = end
      } else {
        // "2 €50": the sign belongs to the number behind it.
        if (sign !== '') from = end - sign.length
        continue
      }
    }
    if (/^\s?%/.test(source.slice(end))) continue
    const signs = [...before.signs, ...after.signs]
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
      negative: before.minus || after.minus || closed,
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
