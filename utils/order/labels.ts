/** The words that belong to an amount, by the structure of the page: the row, the term before it, the note after it. */
import { asciiDigits } from './amounts.ts'
import { isUnchosenOption } from './options.ts'
import type { PageText, Token } from './page-text.ts'
import { parentOf } from './visibility.ts'
import { type LabelKind, labelKind } from './words.ts'

export interface LabelledAmount {
  index: number
  token: Token
  label: string
  /** Words right behind the amount ("/month", "incl. VAT"). */
  after: string
  kind: LabelKind
  /** Named by the page's markup alone, not in words. */
  hinted?: boolean
  /** Smallest element that holds both the words and the amount. */
  row: Element
}

/** Beyond these the words belong to the whole list, not to one of its rows. */
const LISTS = new Set('TABLE TBODY THEAD TFOOT SECTION MAIN FORM ARTICLE ASIDE BODY'.split(' '))
const MAX_CLIMB = 8
/** Kinds that only the foot of an order has. */
const LINES = new Set<LabelKind>(['subtotal', 'shipping', 'tax', 'discount', 'fee', 'tip', 'gift_card'])
const MAX_LABEL = 160

/** Names the amounts at these places among the page's tokens, in order. */
export function labelAmounts(page: PageText, places: readonly number[]): LabelledAmount[] {
  const labelled: LabelledAmount[] = []
  for (const index of places) {
    const token = page.tokens[index]
    if (token !== undefined) labelled.push(labelOf(page, index, token))
  }
  pairColumns(page, labelled)
  for (const entry of labelled) {
    if (LINE_TOTALS.has(entry.kind) && isGoodsRow(entry.row)) entry.kind = 'none'
    else if (GOODS_TOO.has(entry.kind) && entry.token.amount?.negative === false && isCounted(page, entry))
      entry.kind = 'none'
  }
  // Where words name the total, the same class on the lines of goods ("totalprice") would only mislead.
  if (!labelled.some((entry) => isTotalKind(entry.kind) && page.visibility.isSeen(entry.token.element)))
    for (const entry of labelled) if (entry.kind === 'none') hintOf(page, entry)
  return labelled
}

/** What the author called the element, where its words are in no list; the same in every language. */
const HINTS: [LabelKind, RegExp][] = [
  ['subtotal', /sub-?_?total/i],
  [
    'shipping',
    /(?:shipping|delivery|postage)(?:[-_]?(?:cost|price|fee|total|amount|line|row|charge))?(?:[\s_-]|$)/i,
  ],
  ['tax', /(?:^|[\s_-])(?:tax|vat)(?:[-_]?(?:total|amount|line|row))?(?:[\s_-]|$)/i],
  ['discount', /(?:discount|coupon|promo)(?:[-_]?(?:total|amount|line|row|value))?(?:[\s_-]|$)/i],
  [
    'total',
    /(?:^|[\s_-])(?:(?:grand|order|cart|final|checkout|basket)[-_]?)?total(?:[-_]?(?:price|amount|value|sum|row|line|cost))?(?:[\s_-]|$)/i,
  ],
]

function isTotalKind(kind: LabelKind): boolean {
  return kind === 'total' || kind === 'grand'
}

function hintOf(page: PageText, entry: LabelledAmount): void {
  let element: Element | null = entry.token.element
  for (let climb = 0; element !== null && climb < 3; climb++, element = parentOf(element)) {
    const range = page.ranges.get(element)
    if (range === undefined || !isAlone(page, entry.index, range)) return
    const names = `${element.id} ${element.getAttribute('class') ?? ''} ${element.getAttribute('data-testid') ?? ''}`
    if (names.length > 300) continue
    const hint = HINTS.find(([, test]) => test.test(names.replace(/([a-z])([A-Z])/g, '$1-$2')))
    if (hint === undefined) continue
    entry.kind = hint[0]
    entry.hinted = true
    return
  }
}

const LINE_TOTALS = new Set<LabelKind>(['subtotal', 'total', 'grand'])

/** "Subtotal 20.00" inside the row of one article, beside its picture, link or quantity: what that line costs. */
function isGoodsRow(row: Element): boolean {
  const goods = row.closest('[class*="item" i],[class*="product" i]')
  const names = goods?.getAttribute('class') ?? ''
  if (goods === null || !GOODS.test(names) || TOTALS_ROW.test(names)) return false
  return (
    goods.querySelector('a,img,select,input[type="number"],[class*="quantity" i],[class*="qty" i]') !== null
  )
}

/** A gift card that is bought, a shipping box: words of the foot of an order that goods have in their names, too. */
const GOODS_TOO = new Set<LabelKind>(['gift_card', 'discount', 'shipping', 'tax', 'fee', 'tip'])
const TOTALS_ROW = /total|summar|shipping|fee|tax/i
/** "2", "2 ×", "x 2", "3 ks". */
const COUNT = /^(?:[×x]\s?)?\d{1,3}(?:\s?(?:[×x]|\p{L}{1,4}\.?))?$/u
const COUNT_FIELD = 'input[type="number"],select,[class*="quantity" i],[class*="qty" i]'

/** In the row of one article: how many of it are bought stands beside its price. */
function isCounted(page: PageText, entry: LabelledAmount): boolean {
  const row = entry.row.closest('tr,li,article,[role="row"],[class*="item" i],[class*="product" i]')
  const range = row === null ? undefined : page.ranges.get(row)
  if (row === null || range === undefined || TOTALS_ROW.test(row.getAttribute('class') ?? '')) return false
  if (row.querySelector(COUNT_FIELD) !== null) return true
  for (let i = range[0]; i < range[1]; i++) {
    const token = page.tokens[i]
    if (token?.amount === null && COUNT.test(asciiDigits(token.text))) return true
  }
  return false
}

const GOODS =
  /(?:line|cart|product|order|basket|bag|checkout)[-_]*item|(?:^|[\s_-])(?:item|product)(?:[\s_-](?:row|card|line))?(?:\s|$)/i

/**
 * Words in one block and amounts in the next ("Subtotal Delivery Total" beside "10 5 15", or a head row over a body
 * row): as many words as amounts, in the same order.
 */
function pairColumns(page: PageText, labelled: LabelledAmount[]): void {
  for (let at = 0; at < labelled.length; at++) {
    const first = labelled[at]
    let end = at
    while (labelled[end + 1]?.index === (labelled[end]?.index ?? 0) + 1) end++
    const run = labelled.slice(at, end + 1)
    at = end
    if (first === undefined || run.length < 2 || run.length > 12) continue
    const words = textsBefore(page, first.index, 0).slice(-run.length)
    const pairs = words.map((label) => ({ label, kind: labelKind(label) }))
    if (pairs.length !== run.length || pairs.some(({ label }) => label.length > 40)) continue
    const kinds = new Set(pairs.map(({ kind }) => kind).filter((kind) => kind !== 'none'))
    if (kinds.size < 2 || !(kinds.has('total') || kinds.has('grand'))) continue
    // "Unit price | Total" heads a list of goods: its last column is what a line costs, not the order.
    const goods = ![...kinds].some((kind) => LINES.has(kind))
    for (const [i, entry] of run.entries()) {
      const pair = pairs[i]
      if (pair === undefined) continue
      const total = pair.kind === 'total' || pair.kind === 'grand'
      Object.assign(entry, pair, goods && total ? { kind: 'none' } : {})
    }
  }
}

function labelOf(page: PageText, index: number, token: Token): LabelledAmount {
  let after = ''
  let afterRow: Element | null = null
  let named: { label: string; row: Element; climb: number } | null = null
  let element: Element | null = token.element
  for (let climb = 0; element !== null && climb < MAX_CLIMB; climb++, element = parentOf(element)) {
    const range = page.ranges.get(element)
    if (range === undefined) continue
    const before = textsBefore(page, index, range[0])
    if (afterRow === null) {
      const behind = textsAfter(page, index, range[1])
      if (hasLetters(behind)) {
        after = behind
        afterRow = element
      }
    }
    const first = startsRow(page, index, range[0])
    if (!hasLetters(before.join(' '))) {
      // "Vase | 2 | 20.00 | 40.00": not the first amount of its row, whose words stand before the first.
      const own = first || afterRow !== null ? '' : wordsOfRow(page, index, range[0])
      if (hasLetters(own) && labelBeforeNote(page, index, range[0]) === null) {
        return { index, token, label: own, after, kind: 'none', row: element }
      }
      // "Total (VAT 3.00) 18.00": the amount in brackets is part of the label.
      const noted = first ? null : labelBeforeNote(page, index, range[0])
      if (noted !== null) return { index, token, label: noted.label, after, kind: noted.kind, row: element }
      if (!first && afterRow !== null) break
      continue
    }
    // Words behind name the amount where its own row has none before it ("30.00 Subtotal").
    if (!first && named === null && afterRow !== null && afterRow !== element && behindKind(after) !== 'none')
      break
    if (
      named !== null &&
      (climb > named.climb + 2 || LISTS.has(element.tagName) || !isAlone(page, index, range))
    )
      break
    const inside = insideNote(before)
    if (inside !== null) {
      const kind = labelKind(inside)
      // A remark on another amount is no line and no item of its own.
      return { index, token, label: inside, after, kind: kind === 'none' ? 'noise' : kind, row: element }
    }
    const { label, kind } = nearestLabel(before)
    if (kind !== 'none') return { index, token, label, after, kind, row: element }
    named ??= { label, row: element, climb }
    if (!first) break
  }
  if (named !== null) return { index, token, label: named.label, after, kind: 'none', row: named.row }
  return { index, token, label: after, after, kind: behindKind(after), row: afterRow ?? token.element }
}

/** What words behind an amount say that it is; a note in brackets says nothing. */
function behindKind(after: string): LabelKind {
  return /^[(（*]/.test(after) ? 'none' : labelKind(after)
}

/** Words before the first amount of an element that holds another amount before this one. */
function wordsOfRow(page: PageText, index: number, start: number): string {
  let first = start
  while (first < index && page.tokens[first]?.amount == null) first++
  return first >= index ? '' : textsBefore(page, first, start).join(' ').slice(0, MAX_LABEL)
}

/** An amount that a person sees; one for screen readers only says the same once more. */
function isShown(page: PageText, index: number): boolean {
  const token = page.tokens[index]
  return token?.amount != null && page.visibility.isSeen(token.element)
}

/** No other amount stands before this one from `start` on. */
function startsRow(page: PageText, index: number, start: number): boolean {
  for (let i = start; i < index; i++) if (isShown(page, i)) return false
  return true
}

/** The only amount of an element, but for prices of options that are not chosen. */
function isAlone(page: PageText, index: number, range: readonly [number, number]): boolean {
  for (let i = range[0]; i < range[1]; i++) {
    const other = page.tokens[i]
    if (i !== index && other?.amount && isShown(page, i) && !isUnchosenOption(other.element)) return false
  }
  return true
}

/** The label before a note in brackets that holds an amount of its own. */
function labelBeforeNote(
  page: PageText,
  index: number,
  start: number,
): { label: string; kind: LabelKind } | null {
  let previous = index - 1
  while (previous >= start && !page.tokens[previous]?.amount) previous--
  if (previous < start) return null
  // The bracket may be a text of its own: frameworks cut "(incl. VAT 3.00)" into three.
  const before = textsBefore(page, previous, start).join(' ')
  const open = before.search(OPEN_BRACKET)
  if (open < 0 || !startsRow(page, previous, start)) return null
  const label = before.slice(0, open).trim()
  const kind = labelKind(label)
  return kind === 'total' || kind === 'grand' ? { label, kind } : null
}

/** An opened bracket that is not closed again. */
const OPEN_BRACKET = /[(（](?![\s\S]*[)）])/

/** Words of a note that this amount stands in ("Total (incl. VAT 3.00)"), null where it stands in none. */
function insideNote(before: string[]): string | null {
  const whole = before.join(' ')
  const open = whole.search(OPEN_BRACKET)
  if (open < 0) return null
  const inside = whole.slice(open + 1).trim()
  // "Total (USD 20.00)": the bracket holds the amount itself.
  return hasLetters(whole.slice(0, open)) && hasLetters(inside) && !/^[A-Z]{3}$/.test(inside) ? inside : null
}

/** Whole row first; where that names nothing, ever more of the words nearest to the amount. */
function nearestLabel(before: string[]): { label: string; kind: LabelKind } {
  const whole = before.join(' ')
  if (before.length <= 3 && whole.length <= 80) {
    const kind = labelKind(whole)
    if (kind !== 'none') return { label: whole, kind }
  }
  let label = ''
  for (const text of before.toReversed().slice(0, 4)) {
    label = `${text} ${label}`.trim()
    if (label.length > MAX_LABEL) break
    const kind = labelKind(label)
    if (kind !== 'none') return { label, kind }
  }
  return { label: whole.slice(0, MAX_LABEL), kind: 'none' }
}

function textsBefore(page: PageText, index: number, start: number): string[] {
  const texts: string[] = []
  for (let i = index - 1; i >= start && texts.length < 12; i--) {
    const token = page.tokens[i]
    if (token === undefined) break
    if (token.amount !== null) {
      // "Total ~~100.00~~ 80.00": the old price parts no label from its amount.
      if (token.element.closest('del,s,strike') !== null || !isShown(page, i)) continue
      break
    }
    if (page.visibility.isSeen(token.element)) texts.unshift(token.text)
  }
  return texts
}

function textsAfter(page: PageText, index: number, end: number): string {
  const texts: string[] = []
  for (let i = index + 1; i < end && texts.length < 4; i++) {
    const token = page.tokens[i]
    if (token === undefined || token.amount !== null) break
    if (page.visibility.isSeen(token.element)) texts.push(token.text)
  }
  return texts.join(' ').slice(0, MAX_LABEL)
}

export function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text)
}
