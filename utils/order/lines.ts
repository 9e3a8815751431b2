/** The lines of an order that make its total: subtotal, delivery, tax, discounts. */
import type { TotalType } from '../contract/order-wire.ts'
import type { AmountText } from './amounts.ts'
import type { LabelledAmount } from './labels.ts'
import { isUnchosenOption } from './options.ts'
import type { PageText } from './page-text.ts'
import { parentOf } from './visibility.ts'

export interface Line {
  type: TotalType
  label: string
  amount: bigint
}

/** Minor units of a written amount, null where it cannot be meant. */
export type Units = (written: AmountText) => { amount: bigint; certain: boolean } | null

const LINE_TYPES = new Set<string>(['subtotal', 'discount', 'shipping', 'tax', 'fee', 'tip', 'gift_card'])

function isLineType(kind: string): kind is TotalType {
  return LINE_TYPES.has(kind)
}

/** The lines of the table that ends in this total: the nearest ancestor that has any, without crossing another total. */
export function linesFor(
  page: PageText,
  entry: LabelledAmount,
  visible: readonly LabelledAmount[],
  units: Units,
): { lines: Line[]; container: Element | null } {
  let element: Element | null = entry.row
  let found: { lines: Line[]; container: Element | null } = { lines: [], container: null }
  for (let climb = 0; element !== null && climb < 7; climb++, element = parentOf(element)) {
    const range = page.ranges.get(element)
    if (range === undefined) continue
    const inside = visible.filter((other) => other.index >= range[0] && other.index < range[1])
    const rivals = inside.filter((other) => isTotal(other) && !sameAmount(other, entry, units))
    const lines: Line[] = []
    for (const other of inside) {
      if (!isLineType(other.kind) || other.token.amount === null || isUnchosenOption(other.row)) continue
      const read = units(other.token.amount)
      if (read === null) continue
      lines.push({
        type: other.kind,
        label: other.label.slice(0, 120),
        amount: signed(other.kind, read.amount),
      })
    }
    if (rivals.length > 0) {
      const proved = withSubtotal(lines, rivals, entry, units)
      if (proved !== null) found = { lines: proved, container: element }
      break
    }
    if (lines.length <= found.lines.length) continue
    found = { lines: withoutCopies(lines), container: element }
    // Lines that make the total are all of them: further out stands the chosen delivery once more, as an option.
    const total = entry.token.amount === null ? null : units(entry.token.amount)
    if (total !== null && sumCheck(found.lines, total.amount).state === 'right') break
  }
  return found
}

/**
 * "Total of goods 259, shipping 20, total 279": the earlier amount that is also called a total is the subtotal where
 * the sum comes out, and only there.
 */
function withSubtotal(
  lines: readonly Line[],
  rivals: readonly LabelledAmount[],
  entry: LabelledAmount,
  units: Units,
): Line[] | null {
  const read = (one: LabelledAmount): bigint | null =>
    one.token.amount === null ? null : (units(one.token.amount)?.amount ?? null)
  const total = read(entry)
  const amounts = new Set(rivals.map(read))
  const first = rivals[0]
  const [amount] = amounts
  if (total === null || amounts.size !== 1 || first === undefined || amount == null) return null
  if (first.index > entry.index || lines.some((line) => line.type === 'subtotal')) return null
  if (!lines.some((line) => line.amount !== 0n)) return null
  const made: Line[] = [
    { type: 'subtotal', label: first.label.slice(0, 120), amount },
    ...withoutCopies([...lines]),
  ]
  return sumCheck(made, total).state === 'right' ? made : null
}

/** Lines between subtotal and total in words that no list knows, where they make the sum come out. */
export function withUnnamed(
  page: PageText,
  container: Element,
  entry: LabelledAmount,
  visible: readonly LabelledAmount[],
  units: Units,
  lines: readonly Line[],
): Line[] | null {
  const range = page.ranges.get(container)
  const subtotal = visible.findLast((other) => other.kind === 'subtotal' && other.index < entry.index)
  const total = entry.token.amount === null ? null : units(entry.token.amount)
  if (range === undefined || subtotal === undefined || total === null) return null
  const made: Line[] = [...lines]
  for (const other of visible) {
    const between = other.index > Math.max(subtotal.index, range[0]) && other.index < entry.index
    if (!between || other.kind !== 'none' || other.token.amount === null || isUnchosenOption(other.row))
      continue
    const read = units(other.token.amount)
    if (read === null) continue
    const type = read.amount < 0n ? 'discount' : 'fee'
    made.push({ type, label: other.label.slice(0, 120), amount: read.amount })
  }
  if (made.length === lines.length || made.length > lines.length + 3) return null
  return sumCheck(made, total.amount).state === 'right' ? made : null
}

export function isTotal(entry: LabelledAmount): boolean {
  return entry.kind === 'grand' || entry.kind === 'total'
}

function sameAmount(a: LabelledAmount, b: LabelledAmount, units: Units): boolean {
  if (a.token.amount === null || b.token.amount === null) return false
  return units(a.token.amount)?.amount === units(b.token.amount)?.amount
}

function signed(type: TotalType, amount: bigint): bigint {
  return (type === 'discount' || type === 'gift_card') && amount > 0n ? -amount : amount
}

/** Summaries are often printed twice (wide and narrow); the same line counts once. */
function withoutCopies(lines: Line[]): Line[] {
  const seen = new Set<string>()
  return lines.filter((line) => {
    const key = `${line.type} ${line.label.toLowerCase()} ${line.amount}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Whether the lines make the total; tax may be on top or already inside. */
export function sumCheck(
  lines: readonly Line[],
  total: bigint,
): { state: 'right' | 'wrong' | 'none'; expected: bigint | null } {
  const subtotal = lines.filter((line) => line.type === 'subtotal').at(-1)
  if (subtotal === undefined) return { state: 'none', expected: null }
  let rest = 0n
  let tax = 0n
  for (const line of lines) {
    if (line.type === 'tax') tax += line.amount
    else if (line.type !== 'subtotal') rest += line.amount
  }
  const withTax = subtotal.amount + rest + tax
  const without = subtotal.amount + rest
  if (total === withTax || total === without) return { state: 'right', expected: null }
  // A gift card larger than the order, or a discount already inside the subtotal.
  const discounts = lines
    .filter((line) => line.type === 'discount')
    .reduce((sum, line) => sum + line.amount, 0n)
  if (total === withTax - discounts || total === without - discounts)
    return { state: 'right', expected: null }
  return { state: 'wrong', expected: withTax }
}
