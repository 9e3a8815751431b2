/**
 * What a source beside the visible page says of the order: a live cart, the held request, a payment sheet, a data layer. A
 * claim never becomes the order silently: it confirms, doubts, or fills what the page does not show (`reconcile.ts`).
 */
import { exponentOf, isCurrency } from '../money/currencies.ts'
import { fromDecimal } from '../money/money.ts'
import { neutralise } from './neutralise.ts'
import type { Source } from './order.ts'

export interface Claim {
  source: Source
  /** Where exactly, in the words of the field: "WooCommerce cart". */
  detail: string
  /** Says what would be charged now; a page's globals often date from an earlier step and are not live. */
  live: boolean
  /** The total is that of the goods alone, before delivery and tax. */
  goodsOnly: boolean
  currency: string | null
  /** Fraction digits that its whole numbers hold (2: "4990" is 49.90; 0: "49.90" is meant), null where it does not say. */
  digits: number | null
  total: string | null
  items: ClaimedItem[]
}

export interface ClaimedItem {
  name: string
  quantity: number
  /** Of the whole line, written as the total is. */
  amount: string | null
}

export const MAX_CLAIMS = 12
export const MAX_CLAIMED_ITEMS = 200
const WRITTEN = /^-?\d{1,12}(?:\.\d{1,6})?$/

/** A claim that says nothing yet; what it says is spread over it. */
export function claim(source: Source, detail: string, said: Partial<Claim>): Claim {
  return {
    source,
    detail,
    live: false,
    goodsOnly: false,
    currency: null,
    digits: 0,
    total: null,
    items: [],
    ...said,
  }
}

/** Minor units of `currency` that a written amount means; null where it cannot be said for certain. */
export function meantBy(written: string | null, from: Claim, currency: string): bigint | null {
  if (written === null || from.digits === null) return null
  return minorOf(written, from.digits, currency)
}

/** The same where the source does not say its unit: every reading that is possible. */
export function readingsOf(written: string | null, from: Claim, currency: string): bigint[] {
  if (written === null) return []
  const exponent = exponentOf(currency) ?? 2
  const scales = from.digits === null ? (written.includes('.') ? [0] : [0, exponent]) : [from.digits]
  return [...new Set(scales.flatMap((digits) => minorOf(written, digits, currency) ?? []))]
}

function minorOf(written: string, digits: number, currency: string): bigint | null {
  if (!WRITTEN.test(written)) return null
  if (digits === 0) return fromDecimal(trimmed(written), currency)?.amount ?? null
  if (written.includes('.')) return null
  const negative = written.startsWith('-')
  const whole = written.replace('-', '').padStart(digits + 1, '0')
  const cut = whole.length - digits
  const decimal = trimmed(`${whole.slice(0, cut)}.${whole.slice(cut)}`)
  return fromDecimal(`${negative ? '-' : ''}${decimal}`, currency)?.amount ?? null
}

/** "15.0000" of a database is 15. */
function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** Reads claims that came over a border; what is not one is left out. */
export function parseClaims(value: unknown): Claim[] {
  return Array.isArray(value) ? value.slice(0, MAX_CLAIMS).flatMap((one) => parseClaim(one) ?? []) : []
}

const SOURCES: readonly Source[] = ['request', 'fetched', 'api', 'page-data', 'structured', 'payment-request']

function parseClaim(value: unknown): Claim | null {
  if (typeof value !== 'object' || value === null) return null
  const { source, detail, live, goodsOnly, currency, digits, total, items } = value as Record<string, unknown>
  const known = SOURCES.find((name) => name === source)
  if (known === undefined || typeof detail !== 'string') return null
  return {
    source: known,
    detail: neutralise(detail).slice(0, 80),
    live: live === true,
    goodsOnly: goodsOnly === true,
    currency: typeof currency === 'string' && isCurrency(currency) ? currency : null,
    digits: typeof digits === 'number' && digits >= 0 && digits <= 6 ? Math.trunc(digits) : null,
    total: writtenOf(total),
    items: Array.isArray(items)
      ? items.slice(0, MAX_CLAIMED_ITEMS).flatMap((item) => parseItem(item) ?? [])
      : [],
  }
}

function parseItem(value: unknown): ClaimedItem | null {
  if (typeof value !== 'object' || value === null) return null
  const { name, quantity, amount } = value as Record<string, unknown>
  if (typeof name !== 'string' || typeof quantity !== 'number' || !(quantity > 0)) return null
  return { name: neutralise(name), quantity, amount: writtenOf(amount) }
}

/** An amount as JSON writes it, number or text; null for everything else, "1e9" and "1,000" included. */
export function writtenOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return WRITTEN.test(text) ? text : null
}

/**
 * What identifies a cart: its lines and its total, in one short text. Two readings of the same cart give the same text;
 * another item at the same price gives another.
 */
export function fingerprintOf(from: Claim): string {
  const lines = from.items.map((item) => `${item.quantity}|${item.name}|${item.amount ?? ''}`).sort()
  let hash = 0xcbf29ce484222325n
  // FNV-1a, 64 bits: it tells readings of one page apart, it is no defence of its own.
  for (const char of `${from.currency} ${from.total} ${lines.join('\n')}`) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0').slice(0, 12)
}
