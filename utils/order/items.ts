/**
 * Line items: the rows of names and prices nearest to the total. Which of a row's amounts is the line amount is
 * settled by arithmetic (quantity × unit, sum of lines) where the page's layout leaves it open.
 */
import { asciiDigits } from './amounts.ts'
import type { LabelledAmount } from './labels.ts'
import { hasLetters } from './labels.ts'
import { isUnchosenOption } from './options.ts'
import type { PageText } from './page-text.ts'
import { parentOf } from './visibility.ts'
import { fold, labelKind } from './words.ts'

export interface ItemText {
  name: string
  quantity: number
  /** Line amount in minor units. */
  amount: bigint | null
}

export interface ItemsReading {
  items: ItemText[]
  /** Line amounts add up to the subtotal or total. */
  proved: boolean
  detail: string
}

interface Row {
  element: Element
  /** Shaped as a row of a list, not only some words beside an amount. */
  listed: boolean
  /** What its list is, before the row is grown. */
  list: Element | null
  amounts: bigint[]
}

const NONE: ItemsReading = { items: [], proved: false, detail: '' }
const MAX_ROWS = 300
const MAX_LOOKED = 900

const QUANTITY_WORD =
  'qty|quantity|menge|anzahl|quantite|qte|cantidad|cant|quantita|qta|quantidade|qtd|aantal|antal|antall|maara|kpl|ilosc|mnozstvi|pocet|mnozstvo|mennyiseg|cantitate|количество|кол-во|кол|кількість|к-сть|брой|ποσοτητα|adet|so luong|jumlah|kuantitas|kuantiti|จํานวน|数量|數量|個数|点数|件数|수량|मात्रा|الكمية|تعداد|כמות|kolicina'
const QUANTITY = new RegExp(`(?:${QUANTITY_WORD})[\\s.:：]*(\\d{1,4})(?![\\d.,]*\\d)`, 'u')
const TIMES = /(?:^|[\s(])(?:[×x✕*]\s?(\d{1,4})|(\d{1,4})\s?[×x✕])(?=$|[\s),])/u
const PIECES =
  /(?:^|[\s(])(\d{1,4})\s?(?:pcs|pc|stk|stuck|st|szt|ks|db|buc|kom|шт|бр|τεμ|adet|cai|個|点|개|件|ชิ้น|מוצר|db|tk|gab|vnt|kpl|kos|pz|uds?|عدد|قطعة|नग|पीस)(?![\p{L}])/u
const NOT_NAMES = new RegExp(
  `^(?:${QUANTITY_WORD}|sku|remove|delete|edit|entfernen|supprimer|eliminar|rimuovi|price|preis|prix|precio|prezzo|each|size|color|colour|card number|total|subtotal|product|produkt|[×x✕*]?\\s?\\d*)[\\s.:]*\\d*$`,
  'u',
)
const ASIDE_WORDS =
  /recommend|also[- ]?(?:like|bought)|related|upsell|cross-?sell|similar|recently|suggest|you-may|carousel|popular|trending/i

/** Rows near `container`; `subtotal` and `total` are what their line amounts are tested against. */
export function readItems(
  page: PageText,
  visible: readonly LabelledAmount[],
  container: Element | null,
  unitsOf: (entry: LabelledAmount) => bigint | null,
  targets: readonly bigint[],
): ItemsReading {
  const known = new Map<Element, boolean>()
  const priced = visible.filter(
    (entry) =>
      (entry.kind === 'none' || entry.kind === 'noise') &&
      !isUnchosenOption(entry.row) &&
      entry.token.element.closest('button,[role="button"],label') === null &&
      !isElsewhere(entry.token.element, container, known),
  )
  const totals = visible.filter((entry) => entry.kind === 'total' || entry.kind === 'grand')
  let element = container ?? null
  let best = NONE
  let looked = 0
  for (let climb = 0; element !== null && climb < 10; climb++, element = parentOf(element)) {
    const range = page.ranges.get(element)
    if (range === undefined) continue
    const inside = priced.filter((entry) => entry.index >= range[0] && entry.index < range[1])
    // A shelf of goods, not an order; and reading it again at every step up would take long.
    looked += inside.length
    if (looked > MAX_LOOKED && inside.length > 20) break
    if (inside.length === 0) continue
    const rows = rowsOf(page, inside, element, unitsOf).filter(
      (row) => !holdsTotal(page, row.element, totals),
    )
    if (rows.length === 0) continue
    const listed = rows.filter((row) => row.listed)
    let reading = settle(page, rows, targets)
    if (!reading.proved && listed.length < rows.length && listed.length > 0) {
      const narrower = settle(page, listed, targets)
      if (narrower.proved || reading.items.length === 0) reading = narrower
    }
    // One amount in no list is what the goods come to, in words that no list knows; the goods may stand further out.
    const sum = reading.proved && rows.length === 1 && rows[0]?.listed === false
    if (reading.proved && !sum) return reading
    if (best.items.length === 0 || (sum && !best.proved)) best = reading
  }
  return best
}

/** The row of the total itself: an amount in it is a note ("including 6.87 tax"). */
function holdsTotal(page: PageText, row: Element, totals: readonly LabelledAmount[]): boolean {
  const range = page.ranges.get(row)
  return range !== undefined && totals.some((entry) => entry.index >= range[0] && entry.index < range[1])
}

function isElsewhere(element: Element, container: Element | null, known: Map<Element, boolean>): boolean {
  const aside = element.closest('aside')
  if (aside !== null && (container === null || !aside.contains(container))) return true
  const path: Element[] = []
  let elsewhere = false
  for (let at: Element | null = element; at !== null; at = parentOf(at)) {
    const before = known.get(at)
    if (before !== undefined) {
      elsewhere = before
      break
    }
    path.push(at)
    const words = `${at.getAttribute('class') ?? ''} ${at.id} ${at.getAttribute('aria-label') ?? ''}`
    const named = words.length > 2 && words.length < 400 && ASIDE_WORDS.test(words)
    if (named || at.tagName === 'HEADER' || at.tagName === 'FOOTER' || at.tagName === 'NAV') {
      elsewhere = true
      break
    }
  }
  for (const at of path) known.set(at, elsewhere)
  return elsewhere
}

function rowsOf(
  page: PageText,
  inside: readonly LabelledAmount[],
  region: Element,
  unitsOf: (entry: LabelledAmount) => bigint | null,
): Row[] {
  const rows: Row[] = []
  for (const entry of inside) {
    const amount = unitsOf(entry)
    if (amount === null || amount < 0n || entry.kind === 'noise') continue
    const last = rows.at(-1)
    if (last?.element.contains(entry.token.element)) {
      last.amounts.push(amount)
      continue
    }
    const element = rowElement(page, entry, region)
    if (element === null || (last !== undefined && element.contains(last.element))) {
      // A line price that stands beside the words of the row before it.
      if (last !== undefined && element?.contains(last.element)) last.amounts.push(amount)
      continue
    }
    rows.push({ element, list: element.parentElement, listed: element.matches(ROW), amounts: [amount] })
    if (rows.length >= MAX_ROWS) break
  }
  return rows.map((row) => ({ ...row, element: grown(row, rows, region) }))
}

/** As much around a row as belongs to no other: the count is often beside the name, not with it. */
function grown(row: Row, rows: readonly Row[], region: Element): Element {
  let element = row.element
  for (let up = parentOf(element); up !== null && up !== region && region.contains(up); up = parentOf(up)) {
    const wider = up
    if (rows.some((other) => other !== row && wider.contains(other.element))) break
    // A row alone would grow into the heading above it.
    if (rows.length === 1 && !wider.matches(ROW)) break
    element = wider
  }
  return element
}

const ROW =
  'tr,li,article,[role="row"],[role="listitem"],[class*="item" i],[class*="product" i],[class*="line" i],[data-testid*="item" i],[data-test*="item" i]'

/** The row of an amount: the nearest list row with a name in it, else the smallest element with words. */
function rowElement(page: PageText, entry: LabelledAmount, region: Element): Element | null {
  for (let at: Element | null = entry.token.element; at !== null && at !== region; at = parentOf(at)) {
    if (!at.matches(ROW)) continue
    const range = page.ranges.get(at)
    if (range !== undefined && nameIn(page, at, range) !== null) return at
  }
  return entry.row !== region && hasLetters(entry.label) ? entry.row : null
}

const SMALL_PRINT = 'small,[class*="variant" i],[class*="sku" i],[class*="attribute" i]'
const FOOT = new Set<string>(['tax', 'subtotal', 'grand'])

function nameIn(page: PageText, row: Element, range: readonly [number, number]): string | null {
  let longest = ''
  let small = ''
  let headed = ''
  let foot = ''
  for (let i = range[0]; i < range[1]; i++) {
    const token = page.tokens[i]
    if (token === undefined || token.amount !== null || !hasLetters(token.text)) continue
    if (!page.visibility.isSeen(token.element)) continue
    const text = token.text.replace(/\s+/g, ' ')
    if (NOT_NAMES.test(fold(text)) || text.length < 2) continue
    // A sentence is a remark about the item.
    if (/[.!?]$/.test(text) && text.split(' ').length > 6) continue
    // "View taxes and fees" beside a fare names no article, unless the row has no other words.
    if (FOOT.has(labelKind(text))) {
      foot = foot === '' ? text : foot
      continue
    }
    // "Size: 104 · list price" in small print below the name.
    const print = token.element.closest(SMALL_PRINT)
    if (print !== null && print !== row && row.contains(print)) {
      small = small === '' ? text : small
      continue
    }
    const headline = token.element.closest(
      'a,h1,h2,h3,h4,h5,h6,strong,b,[class*="name" i],[class*="title" i]',
    )
    if (headed === '' && headline !== null && row.contains(headline)) headed = text
    if (text.length > longest.length) longest = text
  }
  const name = [headed, longest, small, foot].find((found) => found !== '')
  if (name !== undefined) return name.slice(0, 300)
  const alt = row.querySelector('img[alt]')?.getAttribute('alt')?.trim()
  return alt ? alt.slice(0, 300) : null
}

function settle(page: PageText, rows: readonly Row[], targets: readonly bigint[]): ItemsReading {
  const read = rows.flatMap((row) => {
    const range = page.ranges.get(row.element)
    const name = range === undefined ? null : nameIn(page, row.element, range)
    if (range === undefined || name === null) return []
    return [{ row, name: tidy(name), quantity: quantityIn(page, row.element, range), amounts: row.amounts }]
  })
  if (read.length === 0) return NONE
  // The last row says what the others come to, in words that no list knows: a subtotal.
  const sums = read.length > 1 ? read.slice(0, -1).map((row) => lineAmount(row.quantity, row.amounts)) : []
  const last = read.at(-1)
  if (
    last?.amounts.length === 1 &&
    last.quantity === 1 &&
    last.amounts[0] === sumOf(sums) &&
    sums.length > 0
  ) {
    if (targets.includes(sumOf(sums))) read.pop()
  }
  const asLast = read.map((row) => lineAmount(row.quantity, row.amounts))
  const asUnit = read.map((row) => (row.amounts[0] ?? 0n) * BigInt(row.quantity))
  const asFirst = read.map((row) => row.amounts[0] ?? 0n)
  for (const amounts of [asLast, asUnit, asFirst]) {
    if (targets.includes(sumOf(amounts))) {
      return { items: itemsFrom(read, amounts), proved: true, detail: 'lines add up' }
    }
  }
  // Goods that nobody bought stand above the order's own: a list by itself, nearest to the total, that makes it.
  for (const amounts of [asLast, asUnit]) {
    let sum = 0n
    for (let from = read.length - 1; from > 0; from--) {
      sum += amounts[from] ?? 0n
      const row = read[from]?.row
      if (row?.listed !== true) break
      if (sum === 0n || !targets.includes(sum)) continue
      if (row.list === read[from - 1]?.row.list) continue
      return { items: itemsFrom(read.slice(from), amounts.slice(from)), proved: true, detail: 'lines add up' }
    }
  }
  if (!rows.every((row) => row.listed)) return NONE
  return { items: itemsFrom(read, asLast), proved: false, detail: 'rows near the total' }
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}

function itemsFrom(
  read: readonly { name: string; quantity: number }[],
  amounts: readonly bigint[],
): ItemText[] {
  return read.map((row, at) => ({ name: row.name, quantity: row.quantity, amount: amounts[at] ?? null }))
}

function tidy(name: string): string {
  return name
    .replace(/\s*[×x✕]\s?\d{1,4}$/u, '')
    .replace(/^\d{1,4}\s?[×x✕]\s+/u, '')
    .trim()
}

function lineAmount(quantity: number, amounts: readonly bigint[]): bigint {
  const last = amounts.at(-1) ?? 0n
  if (quantity > 1) {
    for (const unit of amounts) {
      const line = unit * BigInt(quantity)
      if (amounts.includes(line)) return line
    }
  }
  return last
}

/** A text that says how many and nothing else: "3 pcs" as a cell of its own is no part of "Napkins, 100 pcs". */
function countAlone(text: string): number | null {
  const match = QUANTITY.exec(text) ?? TIMES.exec(text) ?? PIECES.exec(text)
  if (match === null || text.replace(match[0], '').replace(/[\s().:：]/g, '') !== '') return null
  const count = Number(match[1] ?? match[2])
  return count > 0 ? count : null
}

function quantityIn(page: PageText, row: Element, range: readonly [number, number]): number {
  const field = row.querySelector<HTMLInputElement | HTMLSelectElement>(
    'input[type="number"],input[name*="qty" i],input[name*="quantity" i],input[class*="qty" i],select[name*="qty" i],select[name*="quantity" i],select[id*="quantity" i],[role="spinbutton"]',
  )
  const value = field === null ? Number.NaN : Number(field.value ?? field.getAttribute('aria-valuenow'))
  if (Number.isInteger(value) && value > 0 && value < 10_000) return value
  let joined = ''
  let bare: number | null = null
  let alone: number | null = null
  for (let i = range[0]; i < range[1]; i++) {
    const token = page.tokens[i]
    if (token === undefined || !page.visibility.isSeen(token.element)) continue
    if (token.amount !== null) {
      joined += ' | '
      continue
    }
    const plain = asciiDigits(token.text)
    if (/^\d{1,3}$/.test(plain)) bare ??= Number(plain)
    else if (plain.length <= 24) alone ??= countAlone(fold(plain))
    joined += ` ${token.text}`
    if (joined.length > 1_000) break
  }
  if (alone !== null) return alone
  const text = asciiDigits(fold(joined))
  const match = QUANTITY.exec(text) ?? TIMES.exec(text) ?? PIECES.exec(text)
  const count = match === null ? (bare ?? 1) : Number(match[1] ?? match[2] ?? 1)
  return Number.isInteger(count) && count > 0 ? count : 1
}
