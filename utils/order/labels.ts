/** The words that belong to an amount, by the structure of the page: the row, the term before it, the note after it. */
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
  /** Smallest element that holds both the words and the amount. */
  row: Element
}

const MAX_CLIMB = 8
const MAX_LABEL = 160

export function labelAmounts(page: PageText): LabelledAmount[] {
  const labelled: LabelledAmount[] = []
  for (const [index, token] of page.tokens.entries()) {
    if (token.amount !== null) labelled.push(labelOf(page, index, token))
  }
  return labelled
}

function labelOf(page: PageText, index: number, token: Token): LabelledAmount {
  let after = ''
  let afterRow: Element | null = null
  let element: Element | null = token.element
  for (let climb = 0; element !== null && climb < MAX_CLIMB; climb++, element = parentOf(element)) {
    const range = page.ranges.get(element)
    if (range === undefined) continue
    const before = textsBefore(page, index, range[0])
    const behind = textsAfter(page, index, range[1])
    if (afterRow === null && hasLetters(behind)) {
      after = behind
      afterRow = element
      const kind = labelKind(behind)
      if (!hasLetters(before.join(' ')) && kind !== 'none') {
        return { index, token, label: behind, after, kind, row: element }
      }
    }
    if (!hasLetters(before.join(' '))) continue
    const { label, kind } = nearestLabel(before)
    return { index, token, label, after, kind, row: element }
  }
  return { index, token, label: after, after, kind: 'none', row: afterRow ?? token.element }
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
    if (token === undefined || token.amount !== null) break
    texts.unshift(token.text)
  }
  return texts
}

function textsAfter(page: PageText, index: number, end: number): string {
  const texts: string[] = []
  for (let i = index + 1; i < end && texts.length < 4; i++) {
    const token = page.tokens[i]
    if (token === undefined || token.amount !== null) break
    texts.push(token.text)
  }
  return texts.join(' ').slice(0, MAX_LABEL)
}

export function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text)
}
