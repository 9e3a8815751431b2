/**
 * Which amount is the total. Words first, then arithmetic: lines that add up to an amount prove it, an amount that
 * contradicts its lines is shown as unsure. Source: measured traps in real checkouts (instalments, savings, one total
 * per shipping option, collapsed copies, empty totals).
 */
import { type AmountText, type DecimalMark, minorUnits } from './amounts.ts'
import type { LabelledAmount } from './labels.ts'
import { isLegible } from './legible.ts'
import { type Line, linesFor, sumCheck, type Units, withUnnamed } from './lines.ts'
import { isChoice, isUnchosenOption } from './options.ts'
import type { PageText } from './page-text.ts'

export interface TotalReading {
  amount: bigint | null
  /** The written amount that was chosen, for its currency sign. */
  written: AmountText | null
  /** What holds it on the page. */
  element: Element | null
  certain: boolean
  lines: Line[]
  source: 'visible' | 'control'
  detail: string
  confidence: number
  /** Other amounts that the page also calls the total. */
  others: bigint[]
  /** What the lines add up to, where that is not the total. */
  mismatch: bigint | null
  /** Smallest element with the total and its lines; items stand in or near it. */
  container: Element | null
}

/** An amount inside the name of a control that pays. */
export interface ControlAmount {
  written: AmountText
  element: Element
  /** Its name says that this amount is paid. */
  pays: boolean
}

interface Candidate {
  entry: LabelledAmount
  amount: bigint
  written: AmountText
  score: number
  lines: Line[]
  sum: 'right' | 'wrong' | 'none'
  expected: bigint | null
  container: Element | null
  digitsCertain: boolean
}

export const UNREAD: TotalReading = {
  amount: null,
  written: null,
  element: null,
  certain: false,
  lines: [],
  source: 'visible',
  detail: 'no labelled total',
  confidence: 0,
  others: [],
  mismatch: null,
  container: null,
}

/** Chooses among visible labelled amounts. `scale` is the currency used only to count minor units. */
export function chooseTotal(
  page: PageText,
  visible: readonly LabelledAmount[],
  controls: readonly ControlAmount[],
  currencyOf: (written: AmountText) => string | null,
  mark: DecimalMark,
  /** Where the platform's theme puts the total; empty on unknown pages. */
  pointed: ReadonlySet<LabelledAmount>,
  /** A control of the page says "pay"; asked only where nothing else is found. */
  saysPay: () => boolean,
): TotalReading {
  const units = (written: AmountText): { amount: bigint; certain: boolean } | null => {
    const currency = currencyOf(written)
    const read = currency === null ? null : minorUnits(written.digits, currency, mark)
    return read === null ? null : { ...read, amount: written.negative ? -read.amount : read.amount }
  }
  const onControl = controls.flatMap((control) => units(control.written)?.amount ?? [])
  const candidates: Candidate[] = []
  for (const entry of visible) {
    const isPointed = pointed.has(entry)
    if (entry.kind !== 'grand' && entry.kind !== 'total' && !isPointed) continue
    const written = entry.token.amount
    const read = written === null ? null : units(written)
    if (written === null || read === null || read.amount < 0n || isUnchosenOption(entry.row)) continue
    if (isChoice(entry.token.element) && !isPointed) continue
    const lines = linesFor(page, entry, visible, units)
    let check = sumCheck(lines.lines, read.amount)
    if (check.state === 'wrong' && lines.container !== null) {
      const filled = withUnnamed(page, lines.container, entry, visible, units, lines.lines)
      if (filled !== null) {
        lines.lines = filled
        check = { state: 'right', expected: null }
      }
    }
    let score = entry.kind === 'grand' ? 3 : 2
    if (check.state === 'right') score += 3
    if (check.state === 'wrong') score -= 0.5
    if (lines.lines.length > 0) score += 1
    if (onControl.includes(read.amount)) score += 2
    if (isPointed) score += 2.5
    if (isProse(entry)) score -= 1
    // "Pay at the counter 0.00" beside the price: nothing is the total only where nothing else is.
    if (read.amount === 0n && check.state !== 'right') score -= 1.5
    if (isAside(entry.row)) score -= 2
    if (entry.hinted === true) score -= 1
    const legible = isLegible(entry.token.element)
    if (!legible) score -= 4
    candidates.push({
      entry,
      amount: read.amount,
      written,
      score,
      lines: lines.lines,
      sum: check.state,
      expected: check.expected,
      container: lines.container,
      digitsCertain:
        legible &&
        read.certain &&
        !touchesDigits(page, entry.index) &&
        (entry.hinted !== true || check.state === 'right') &&
        (!isProse(entry) || check.state === 'right'),
    })
  }
  // Of equals the last: summaries end in the total.
  const ranked = candidates.toSorted((a, b) => b.score - a.score || b.entry.index - a.entry.index)
  const best = ranked[0]
  if (best === undefined) {
    const found =
      fromControls(controls, units) ?? fromLines(page, visible, units) ?? fromSubtotal(visible, units)
    return found.amount === null && saysPay() ? fromOnly(visible, units) : found
  }

  const others = [...new Set(ranked.map((candidate) => candidate.amount))].filter(
    (value) =>
      value !== best.amount && !best.lines.some((line) => line.type === 'subtotal' && line.amount === value),
  )
  const rivals = ranked.filter((candidate) => candidate.amount !== best.amount)
  const contested = rivals.some(
    (rival) =>
      rival.score >= best.score - 1 ||
      rival.sum === 'right' ||
      (rival.entry.kind === 'grand' && best.sum !== 'right'),
  )
  const controlSays = onControl.length === 0 || onControl.includes(best.amount)
  const certain =
    best.digitsCertain &&
    controlSays &&
    best.sum !== 'wrong' &&
    !contested &&
    (others.length === 0 || best.sum === 'right' || onControl.includes(best.amount))
  return {
    amount: best.amount,
    written: best.written,
    element: best.entry.token.element,
    certain,
    lines: best.lines,
    source: 'visible',
    detail: best.entry.label.slice(0, 80),
    confidence: certain ? (best.sum === 'right' ? 0.97 : 0.9) : 0.5,
    others: controlSays ? others : [...new Set([...others, ...onControl])],
    mismatch: best.sum === 'wrong' ? best.expected : null,
    container: best.container ?? best.entry.row,
  }
}

function fromControls(controls: readonly ControlAmount[], units: Units): TotalReading | null {
  const amounts = controls.flatMap((control) => {
    const read = units(control.written)
    return read === null ? [] : [{ ...read, control }]
  })
  const first = amounts[0]
  if (first === undefined) return null
  const distinct = [...new Set(amounts.map((entry) => entry.amount))]
  return {
    ...UNREAD,
    amount: first.amount,
    written: first.control.written,
    element: first.control.element,
    certain: distinct.length === 1 && first.certain && first.control.pays,
    source: 'control',
    detail: 'amount in the control',
    confidence: distinct.length === 1 ? 0.85 : 0.4,
    others: distinct.slice(1),
    container: null,
  }
}

/** An amount in words that no list knows, which is what the lines above it come to. */
function fromLines(page: PageText, visible: readonly LabelledAmount[], units: Units): TotalReading | null {
  for (const entry of visible.toReversed()) {
    const written = entry.token.amount
    const read = written === null ? null : units(written)
    if (entry.kind !== 'none' || written === null || read === null || read.amount <= 0n) continue
    if (isAside(entry.row) || isChoice(entry.token.element) || isUnchosenOption(entry.row)) continue
    const lines = linesFor(page, entry, visible, units)
    if (lines.lines.filter((line) => line.amount !== 0n).length < 2) continue
    if (sumCheck(lines.lines, read.amount).state !== 'right') continue
    return {
      ...UNREAD,
      amount: read.amount,
      written,
      element: entry.token.element,
      certain: read.certain && isLegible(entry.token.element) && !touchesDigits(page, entry.index),
      lines: lines.lines,
      detail: 'what the lines come to',
      confidence: 0.85,
      container: lines.container ?? entry.row,
    }
  }
  return null
}

/** A cart that prints only a subtotal: the nearest thing to a total, always shown as unsure. */
function fromSubtotal(visible: readonly LabelledAmount[], units: Units): TotalReading {
  const subtotals = visible.filter((entry) => entry.kind === 'subtotal' && !isAside(entry.row))
  const last = subtotals.at(-1)
  const written = last?.token.amount ?? null
  const read = written === null ? null : units(written)
  if (last === undefined || read === null) return UNREAD
  const distinct = new Set(
    subtotals.map((entry) => (entry.token.amount ? units(entry.token.amount)?.amount : null)),
  )
  if (distinct.size > 1) return UNREAD
  return {
    ...UNREAD,
    amount: read.amount,
    written,
    detail: last.label.slice(0, 80),
    confidence: 0.4,
    container: last.row,
  }
}

/** The one amount of a page that asks to pay: "Lisa asks you for 17.50", with no word for a total. Always unsure. */
function fromOnly(visible: readonly LabelledAmount[], units: Units): TotalReading {
  const amounts = visible.flatMap((entry) => {
    const written = entry.token.amount
    const read = written === null || written.currencies === null ? null : units(written)
    return written === null || read === null ? [] : [{ entry, written, amount: read.amount }]
  })
  const only = amounts[0]
  if (only === undefined || only.amount <= 0n || amounts.some(({ amount }) => amount !== only.amount))
    return UNREAD
  if (only.entry.kind !== 'none' || isProse(only.entry) || isAside(only.entry.row)) return UNREAD
  return {
    ...UNREAD,
    amount: only.amount,
    written: only.written,
    element: only.entry.token.element,
    detail: 'the only amount',
    confidence: 0.4,
    container: only.entry.row,
  }
}

/** Digits right before or behind in the same row may be part of the amount ("12" beside "€50"). */
function touchesDigits(page: PageText, index: number): boolean {
  const own = page.tokens[index]?.element
  const before = page.tokens[index - 1]
  const behind = page.tokens[index + 1]
  return (
    (before?.amount === null && /[\d]$/.test(before.text) && isBeside(own, before.element)) ||
    (behind?.amount === null && /^[\d]/.test(behind.text) && isBeside(own, behind.element))
  )
}

function isBeside(one: Element | undefined, other: Element): boolean {
  if (one === undefined) return false
  return (
    one === other ||
    one.parentElement === other ||
    other.parentElement === one ||
    one.parentElement === other.parentElement
  )
}

/** "The total must be 50.00 when the sheet is shown": a sentence that speaks of a total is no line of an order. */
function isProse(entry: LabelledAmount): boolean {
  const words = `${entry.label} ${entry.after}`.split(/\s+/).filter((word) => /\p{L}/u.test(word))
  // "Total inkl. MwSt." is no sentence.
  return words.length > 9 || (words.length > 5 && /\p{Ll}{3}\.\s+\p{Lu}/u.test(entry.label))
}

/** Header, navigation and mini carts repeat totals that may be stale. */
function isAside(row: Element): boolean {
  return (
    row.closest('header,nav,footer,[class*="mini-cart" i],[class*="minicart" i],[id*="minicart" i]') !== null
  )
}
