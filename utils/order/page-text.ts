/**
 * A page as the sequence of texts and amounts that a person sees, in document order, with shadow roots opened.
 * Amounts split over elements ("$" "49" "99") are put together. One pass, bounded in nodes and time.
 */
import { type AmountText, findAmounts, wholeAmount } from './amounts.ts'
import { currenciesOf } from './currency-signs.ts'
import { parentOf, Visibility } from './visibility.ts'

export interface Token {
  /** Innermost element that holds the text. */
  element: Element
  text: string
  amount: AmountText | null
}

export interface PageText {
  tokens: Token[]
  /** First and last token (exclusive) under an element, for elements that have any. */
  ranges: Map<Element, readonly [number, number]>
  visibility: Visibility
  /** The page was too large and the rest was not read. */
  cut: boolean
}

const NOTHING: readonly Node[] = []
const DIGIT = /\p{Nd}/u
const MAX_NODES = 150_000
const MAX_TOKENS = 8_000
const MAX_MILLISECONDS = 150
const MAX_DEPTH = 400
/** Longest text that can still be one amount with its currency. */
const MAX_AMOUNT_LENGTH = 32

const SKIPPED = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE HEAD SVG CANVAS VIDEO AUDIO IFRAME OBJECT TEXTAREA SELECT OPTION DATALIST MATH svg'.split(
    ' ',
  ),
)
/** Marks the guard's own words in a page, which say the total too. */
export const OWN_MARK = 'data-consent-guard'

interface RawToken {
  element: Element
  text: string
  digits: boolean
}

/** Reads the text of a document or element. `openRoot` gives an element's shadow root, closed ones included. */
export function readPageText(
  root: Element,
  openRoot: (element: Element) => ShadowRoot | null,
  now: () => number = () => performance.now(),
): PageText {
  const visibility = new Visibility()
  const raw: RawToken[] = []
  const rawRanges = new Map<Element, readonly [number, number]>()
  const deadline = now() + MAX_MILLISECONDS
  let nodes = 0
  let cut = false

  const own = new Set<Element>()
  function addOwn(within: Element | ShadowRoot): void {
    for (const marked of within.querySelectorAll(`[${OWN_MARK}]`)) own.add(marked)
  }

  /** Texts that have digits, so far: where there is none since, there is no amount to put together. */
  let numbers = 0

  function add(element: Element, text: string): void {
    const digits = DIGIT.test(text)
    if (digits) numbers++
    raw.push({ element, text, digits })
  }

  function visit(element: Element, depth: number): void {
    const { tagName } = element
    if (SKIPPED.has(tagName) || own.has(element) || tagName.startsWith('CONSENT-GUARD')) return
    const first = raw.length
    const before = numbers
    // The name first: asking for a class costs a look at the whole chain, for every element of the page.
    if (
      tagName === 'INPUT' &&
      element instanceof HTMLInputElement &&
      isPrinted(element) &&
      visibility.isRendered(element)
    ) {
      add(element, element.value)
    }
    const shadow = openRoot(element)
    if (shadow !== null) addOwn(shadow)
    let child: Node | null = shadow === null ? element.firstChild : shadow.firstChild
    // A slot shows what is assigned to it; its own children are only the fallback.
    const assigned =
      tagName === 'SLOT' && element instanceof HTMLSlotElement ? element.assignedNodes() : NOTHING
    const queue = assigned.length > 0 ? assigned.values() : null
    if (queue !== null) child = queue.next().value ?? null
    while (child !== null) {
      nodes++
      if (nodes > MAX_NODES || raw.length > MAX_TOKENS || depth > MAX_DEPTH) {
        cut = true
        break
      }
      if ((nodes & 255) === 0 && now() > deadline) {
        cut = true
        nodes = MAX_NODES
        break
      }
      if (child.nodeType === Node.TEXT_NODE) {
        const written = child.nodeValue ?? ''
        if (written.trim() !== '') {
          // Characters of no width part a number for a program and not for a person.
          const text = written.replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
          if (text.trim() !== '' && visibility.isRendered(element)) add(element, text)
        }
      } else if (isElement(child)) visit(child, depth + 1)
      child = queue === null ? child.nextSibling : (queue.next().value ?? null)
    }
    if (raw.length === first) return
    if (numbers > before) mergeAmount(element, first)
    rawRanges.set(element, [first, raw.length])
  }

  /** Joins the texts of a small element where together they are one amount. */
  function mergeAmount(element: Element, first: number): void {
    if (raw.length - first > 6 || raw.length - first < 2) return
    const parts = raw.slice(first)
    if (parts.some(isWords)) return
    let joined = ''
    for (const part of parts) {
      const next = part.text.replace(/\s+/g, ' ')
      if (joined.length + next.length > MAX_AMOUNT_LENGTH * 2) return
      const behind = /^\s*(\p{Sc})\s?(\d{2})\s*$/u.exec(next)
      if (/\d\s*$/.test(joined) && behind !== null) {
        // "12" with "€50" in small type behind it; of one size they are a count and a price.
        if (!isSmallPrint(part.element, element)) return
        joined = `${joined.trimEnd()}.${behind[2]}${behind[1]}`
      } else if (/\d\s*$/.test(joined) && /^\s*\d/.test(next)) {
        // "49" over "99": cents in small type, never two numbers side by side.
        const cents = /^\s*\d{2}\s*$/.test(next) && isSmallPrint(part.element, element)
        if (!cents) return
        // "1.349" over "98": a mark that groups is not the one before the cents.
        const mark = /\d\.\d{3}\s*$/.test(joined) && !joined.includes(',') ? ',' : '.'
        joined = `${joined.trimEnd()}${mark}${next.trimStart()}`
      } else joined += next
    }
    if (joined.trim().length > MAX_AMOUNT_LENGTH) return
    const amount = wholeAmount(joined)
    if (amount === null) return
    for (const part of parts) {
      for (
        let inner: Element | null = part.element;
        inner !== null && inner !== element;
        inner = parentOf(inner)
      ) {
        rawRanges.delete(inner)
      }
    }
    raw.length = first
    raw.push({ element, text: joined.trim(), digits: true })
  }

  addOwn(root)
  visit(root, 0)

  const tokens: Token[] = []
  const starts: number[] = []
  for (const [place, part] of raw.entries()) {
    starts.push(tokens.length)
    const text = part.text.trim()
    let at = 0
    const amounts = part.digits
      ? findAmounts(text)
          .map((amount) => signedBeside(amount, text, raw, place))
          .filter((amount) => isPriceLike(amount) && !isMeasure(amount, text))
      : []
    for (const amount of amounts) {
      const before = text.slice(at, amount.start)
      if (/\S/.test(before)) tokens.push({ element: part.element, text: before.trim(), amount: null })
      tokens.push({ element: part.element, text: text.slice(amount.start, amount.end).trim(), amount })
      at = amount.end
    }
    const rest = text.slice(at)
    if (/\S/.test(rest)) tokens.push({ element: part.element, text: rest.trim(), amount: null })
  }
  starts.push(tokens.length)
  const ranges = new Map<Element, readonly [number, number]>()
  for (const [element, [first, last]] of rawRanges) {
    const start = starts[first] ?? 0
    const end = starts[last] ?? tokens.length
    if (end > start) ranges.set(element, [start, end])
  }
  return { tokens, ranges, visibility, cut }
}

/** A bare number whose sign stands in the text right before or behind it ("Due NT$ <b>1,280</b>", "<b>328</b> 元"). */
function signedBeside(amount: AmountText, text: string, raw: readonly RawToken[], place: number): AmountText {
  if (amount.currencies !== null || amount.start !== 0 || amount.end !== text.length) return amount
  const own = raw[place]?.element
  for (const [step, pattern] of SIGN_BESIDE) {
    const beside = raw[place + step]
    const found =
      beside === undefined || own === undefined || !isNextTo(own, beside.element)
        ? null
        : pattern.exec(beside.text)
    for (let part = found?.[1] ?? ''; part !== ''; part = step < 0 ? part.slice(1) : part.slice(0, -1)) {
      const currencies = currenciesOf(part)
      const rest =
        step < 0
          ? (beside?.text.trimEnd().slice(0, -part.length) ?? '')
          : (beside?.text.trimStart().slice(part.length) ?? '')
      // A sign of letters is a word of its own.
      const whole =
        !/\p{Script=Latin}/u.test(part) || (step < 0 ? !/\p{L}$/u.test(rest) : !/^\p{L}/u.test(rest))
      if (currencies !== null && whole) return { ...amount, currencies, sign: part }
    }
  }
  return amount
}

/** At the end of the text before, with no number that it belongs to; at the beginning of the text behind, likewise. */
const SIGN_BESIDE: [number, RegExp][] = [
  [-1, /(?<!\d\s?)([^\s\d]{1,4})\s*$/u],
  [1, /^\s*([^\s\d]{1,4})(?!\s?\d)/u],
]

function isNextTo(one: Element, other: Element): boolean {
  const [above, beside] = [one.parentElement, other.parentElement]
  return one === other || above === other || beside === one || (above !== null && above === beside)
}

function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE
}

/** A text of its own that is no part of an amount. */
function isWords({ text, digits }: RawToken): boolean {
  return !digits && /\p{L}{3}/u.test(text) && currenciesOf(text) === null
}

/** A field that nobody can type into is print. */
function isPrinted(field: HTMLInputElement): boolean {
  return (
    field.type === 'text' &&
    (field.readOnly || field.disabled) &&
    /\p{Nd}/u.test(field.value) &&
    field.value.length < 40
  )
}

/** A bare number is a price only when it is written like one; "3" is a quantity and "2026" a year. */
function isPriceLike(amount: AmountText): boolean {
  return amount.currencies !== null || /[.,]\d{2}$/.test(amount.digits)
}

/** "0,75 l", "14.30 Uhr": a number without a sign that counts something else than money. */
function isMeasure(amount: AmountText, text: string): boolean {
  return amount.currencies === null && MEASURE.test(text.slice(amount.end))
}

const MEASURE =
  /^[\s-]?(?:[mcd]?l|[mk]?g|[mck]?m|oz|lbs?|m[²³23]|k?w|kwh|v|[gm]?hz|[gmt]b|ah|mah|°c?|h|hrs?|uhr|uur|am|pm|мл|л|кг|г|см|мм|м|км|ч|ml\.?|λ|κιλα|公斤|公升|リットル|kcal|kj)(?![\p{L}\d])/iu

function isSmallPrint(part: Element, top: Element): boolean {
  for (
    let element: Element | null = part;
    element !== null && element !== top;
    element = element.parentElement
  ) {
    if (element.tagName === 'SUP' || element.tagName === 'SMALL') return true
    if (/cent|fraction|decimal|minor|sup/i.test(element.getAttribute('class') ?? '')) return true
  }
  return false
}
