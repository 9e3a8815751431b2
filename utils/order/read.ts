/**
 * Reads the order that a page shows: total, lines, items, recurrence, address, from what a person can see. What
 * cannot be read stays null; what could be meant two ways is marked unsure. Never throws.
 */
import type { WireOrder } from '../contract/order-wire.ts'
import { exponentOf } from '../money/currencies.ts'
import { fromDecimal } from '../money/money.ts'
import { type AmountText, type DecimalMark, decimalMarkOf, minorUnits } from './amounts.ts'
import { readControlAmounts, saysPay } from './controls.ts'
import {
  type CurrencyHints,
  type CurrencyReading,
  chooseCurrency,
  codesInWords,
  declaredCurrencies,
  isAmerican,
} from './currency.ts'
import { readPaymentMethod, readShipTo } from './details.ts'
import type { Evidence } from './evidence.ts'
import { type ItemsReading, readItems } from './items.ts'
import { type LabelledAmount, labelAmounts } from './labels.ts'
import { allAmounts, amountsNearTotals } from './nearby.ts'
import { neutralise } from './neutralise.ts'
import { decimal, note, totalNotes } from './notes.ts'
import type { FieldSource, Note } from './order.ts'
import { type PageData, readPageData } from './page-data.ts'
import { readPageFacts, type WireFacts } from './page-facts.ts'
import { type PageText, readPageText } from './page-text.ts'
import { merchantOf, merchantOrderOf, type Place, placeOfDocument, processorOf } from './place.ts'
import { readRecurrence } from './recurrence.ts'
import { type ControlAmount, chooseTotal, type TotalReading } from './totals.ts'
import { trickOf } from './tricks.ts'

export interface WireReading {
  order: WireOrder
  sources: FieldSource[]
  notes: Note[]
  facts: WireFacts
}

export interface ReadOptions {
  /** An element's shadow root, closed ones included where the browser gives them to extensions. */
  openRoot: (element: Element) => ShadowRoot | null
  /** What live sources say of the currency. */
  evidence?: Evidence[]
}

/** The reading, or null where the page has no web origin at all. */
export function readOrder(document: Document, options: ReadOptions): WireReading | null {
  const site = placeOfDocument(document)
  if (site === null || document.documentElement === null) return null
  const page = readPageText(document.documentElement, options.openRoot)
  const data = readPageData(document)
  data.evidence.push(...(options.evidence ?? []))
  const controls = readControlAmounts(document, page.visibility)
  const ground: Ground = { document, page, data, controls, site }
  const places = allAmounts(page)
  const near = amountsNearTotals(page, places, pointedPlaces(data, document))
  const reading = near === null ? null : readAmounts(ground, near)
  // What is near the total gave no whole order: the rest may hold its lines.
  return assemble(reading?.items.proved === true ? reading : readAmounts(ground, places))
}

/** What every reading of the page's amounts begins with. */
interface Ground {
  document: Document
  page: PageText
  data: PageData
  controls: ControlAmount[]
  site: Place
}

function readAmounts(ground: Ground, places: readonly number[]): Parts {
  const { document, page, data, controls, site } = ground
  const labelled = labelAmounts(page, places)
  const visible = labelled.filter(
    ({ token }) => page.visibility.isSeen(token.element) && !page.visibility.isStruck(token.element),
  )
  const written = visible.flatMap((entry) => entry.token.amount ?? [])
  const mark = decimalMarkOf(written.map((amount) => amount.digits))
  const hints: CurrencyHints = {
    written: new Set([
      ...written.flatMap((amount) => (/^[A-Z]{3}$/.test(amount.sign) ? amount.sign : [])),
      ...codesInWords(page, visible),
    ]),
    declared: declaredCurrencies(document, data.evidence),
    host: site.hostname,
    lang: document.documentElement.lang || document.querySelector('[lang]')?.getAttribute('lang') || '',
    mark,
    american: isAmerican(document),
  }
  const signs = signCounts(written)
  const currencyOf = (amount: AmountText): CurrencyReading =>
    chooseCurrency(amount.currencies ?? signs, { ...hints })
  const total = chooseTotal(
    page,
    visible,
    controls,
    (amount) => scaleOf(currencyOf(amount), amount),
    mark,
    pointedBy(data, document, visible),
    () => saysPay(document, page.visibility),
  )
  const currency: CurrencyReading =
    total.written === null ? { currency: null, confidence: 0, detail: '' } : currencyOf(total.written)
  const unitsOf = (entry: LabelledAmount): bigint | null => {
    const amount = entry.token.amount
    if (amount === null || currency.currency === null) return null
    if (amount.currencies !== null && !amount.currencies.includes(currency.currency)) return null
    const read = minorUnits(amount.digits, currency.currency, mark)
    return read === null ? null : amount.negative ? -read.amount : read.amount
  }
  const items = readItems(page, visible, total.container, unitsOf, itemSums(total))
  return { ...ground, total, currency, mark, items }
}

function pointedPlaces(data: PageData, document: Document): Element[] {
  return (data.platform?.total ?? []).flatMap((selector) =>
    [...document.querySelectorAll(selector)].slice(0, 20),
  )
}

/** Amounts that stand where the platform's theme prints the total. */
function pointedBy(
  data: PageData,
  document: Document,
  visible: readonly LabelledAmount[],
): Set<LabelledAmount> {
  for (const selector of data.platform?.total ?? []) {
    const places = [...document.querySelectorAll(selector)].slice(0, 20)
    const found = visible.filter(({ token }) => places.some((place) => place.contains(token.element)))
    if (found.length > 0) return new Set(found.slice(0, 1))
  }
  return new Set()
}

/** What the items may add up to: the subtotal, the total, or the total less what came on top of them. */
function itemSums(total: TotalReading): bigint[] {
  if (total.amount === null) return []
  const sums = total.lines.filter((line) => line.type === 'subtotal').map((line) => line.amount)
  const others = total.lines.filter((line) => line.type !== 'subtotal')
  const rest = others.reduce((sum, line) => sum + line.amount, 0n)
  const tax = others.reduce((sum, line) => (line.type === 'tax' ? sum + line.amount : sum), 0n)
  return [...sums, total.amount, total.amount - rest, total.amount - rest + tax]
}

/** Signs of the page's amounts where they all agree: what a bare number is in. */
function signCounts(written: readonly AmountText[]): readonly string[] | null {
  const lists = new Map<string, readonly string[]>()
  for (const amount of written) if (amount.currencies !== null) lists.set(amount.sign, amount.currencies)
  const only = [...lists.values()]
  return only.length === 1 ? (only[0] ?? null) : null
}

/** Currency to count minor units in; where unknown, the first that the sign may mean, or two digits. */
function scaleOf(reading: CurrencyReading, amount: AmountText): string | null {
  if (reading.currency !== null) return reading.currency
  return amount.currencies?.[0] ?? 'USD'
}

interface Parts extends Ground {
  total: TotalReading
  currency: CurrencyReading
  mark: DecimalMark
  items: ItemsReading
}

function assemble(parts: Parts): WireReading {
  const { document, page, total, site, mark, items } = parts
  const currency = parts.currency.currency
  const known = total.amount !== null && currency !== null
  const sources: FieldSource[] = []
  const notes: Note[] = []
  const seen = (element: Element): boolean => page.visibility.isSeen(element)

  const recurrence = readRecurrence(page, seen, {
    container: total.container,
    totalDigits: total.written?.digits ?? null,
  })
  const renewal =
    recurrence?.amount && currency !== null ? minorUnits(recurrence.amount.digits, currency, mark) : null

  const other =
    total.amount !== null && currency !== null ? disagreement(parts.data, total.amount, currency) : null
  const trick = total.element === null ? null : trickOf(total.element)
  const proved = total.confidence >= 0.97
  const certain =
    known &&
    total.certain &&
    parts.currency.confidence >= 0.8 &&
    !page.cut &&
    trick === null &&
    total.mismatch === null &&
    (other === null || proved)
  if (known) {
    sources.push({ field: 'total', source: total.source, detail: total.detail, confidence: total.confidence })
    const { detail, confidence } = parts.currency
    sources.push({
      field: 'currency',
      source: detail === 'page data' ? 'page-data' : 'visible',
      detail,
      confidence,
    })
    if (parts.data.platform !== null) {
      sources.push({
        field: 'platform',
        source: 'page-data',
        detail: parts.data.platform.id,
        confidence: 0.9,
      })
    }
  }
  notes.push(
    ...totalNotes(total, parts.currency, {
      certain,
      proved,
      trick,
      other: other?.value ?? null,
      otherWhere: other?.detail ?? null,
      cut: page.cut,
    }),
  )
  if (items.items.length > 0) {
    sources.push({
      field: 'items',
      source: 'visible',
      detail: items.detail,
      confidence: items.proved ? 0.95 : 0.5,
    })
  }
  if (recurrence !== null) {
    sources.push({ field: 'recurrence', source: 'visible', detail: recurrence.words, confidence: 0.7 })
    notes.push(note('recurring', 'recurrence', 'warn', {}))
    if (recurrence.trialDays > 0 && renewal !== null && currency !== null) {
      const values = { days: String(recurrence.trialDays), amount: decimal(renewal.amount, currency) }
      notes.push(note('trial', 'recurrence', 'warn', values))
    }
  }
  const processor = processorOf(document, site)
  const merchantOrder = merchantOrderOf(document)
  if (merchantOrder !== null) {
    sources.push({ field: 'merchantOrder', source: 'merchant', detail: 'meta', confidence: 0.9 })
  }
  const merchant = merchantOf(document)
  if (merchant !== null) {
    sources.push({
      field: 'merchant',
      source: 'page-data',
      detail: 'name the page gives itself',
      confidence: 0.4,
    })
  }

  const order: WireOrder = {
    // The registrable domain is filled in by `parseReading`; the list of public suffixes would be most of the reader.
    site: { key: site.host, origin: site.origin },
    merchant: cleaned(merchant),
    processor,
    merchantOrder,
    currency: known ? currency : null,
    items: known
      ? items.items.map((item) => ({
          name: neutralise(item.name),
          quantity: item.quantity,
          amount: item.amount?.toString() ?? null,
        }))
      : [],
    totals: known
      ? total.lines.map((line) => ({
          type: line.type,
          label: neutralise(line.label),
          amount: line.amount.toString(),
        }))
      : [],
    total:
      known && total.amount !== null && currency !== null
        ? { amount: total.amount.toString(), currency }
        : null,
    certain,
    shipTo: cleaned(readShipTo(page, seen)),
    paymentMethod: cleaned(readPaymentMethod(document)),
    recurrence:
      recurrence === null
        ? null
        : {
            every: recurrence.every,
            unit: recurrence.unit,
            amount: known && renewal !== null ? renewal.amount.toString() : null,
            trialDays: recurrence.trialDays,
          },
  }
  return { order, sources, notes, facts: readPageFacts(document, page.visibility) }
}

/** What page data says the total is, where it says something else than the page shows. Often the data is stale. */
function disagreement(
  data: PageData,
  shown: bigint,
  currency: string,
): { value: string; detail: string } | null {
  for (const one of data.evidence) {
    if (one.field !== 'total' || (one.currency !== null && one.currency !== currency)) continue
    const amount = one.minor ?? (one.decimal === null ? null : fromDecimal(one.decimal, currency)?.amount)
    if (amount == null || amount === shown || (one.goodsOnly === true && amount < shown)) continue
    // Attributes count hundredths even of a currency that has none.
    if (one.minor !== null && exponentOf(currency) === 0 && amount === shown * 100n) continue
    return { value: decimal(amount, currency), detail: one.detail }
  }
  return null
}

function cleaned(text: string | null): string | null {
  if (text === null) return null
  const clean = neutralise(text)
  return clean === '' ? null : clean
}
