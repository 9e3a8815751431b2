/**
 * The order: what would be bought, from whom, for how much. Inside the extension amounts are `Money`; on the
 * wire (`utils/contract/order-wire`) they are strings. Unknown stays null and is shown as unknown.
 */
import {
  RECURRENCE_UNITS,
  type RecurrenceUnit,
  TOTAL_TYPES,
  type TotalType,
  type WireOrder,
} from '../contract/order-wire.ts'
import { isCurrency } from '../money/currencies.ts'
import { isWireAmount, type Money, money, parseMoney, toWire } from '../money/money.ts'
import { siteOf } from '../site/site.ts'
import { neutralise } from './neutralise.ts'

export interface LineItem {
  name: string
  quantity: number
  amount: Money | null
}

export interface TotalLine {
  type: TotalType
  label: string
  amount: Money
}

export interface Recurrence {
  every: number
  unit: RecurrenceUnit
  amount: Money | null
  trialDays: number
}

export interface Order {
  site: { key: string; origin: string }
  merchant: string | null
  processor: string | null
  merchantOrder: string | null
  currency: string | null
  items: LineItem[]
  totals: TotalLine[]
  total: Money | null
  certain: boolean
  shipTo: string | null
  paymentMethod: string | null
  recurrence: Recurrence | null
}

/** Where a field was read. `hidden` amounts are never used for the total, only for notes. */
export type Source =
  | 'visible'
  | 'control'
  | 'request'
  | 'fetched'
  | 'api'
  | 'page-data'
  | 'structured'
  | 'payment-request'
  | 'merchant'

/** Why a value is what it is; shown on demand and kept with the attempt, not part of the digest. */
export interface FieldSource {
  field: string
  source: Source
  detail: string
  /** 0 to 1. */
  confidence: number
}

export type Severity = 'info' | 'warn' | 'danger'

/** Something the person should know about one field. `blocking` needs an explicit answer before approval. */
export interface Note {
  id: string
  field: string
  severity: Severity
  blocking: boolean
  /** Values for the sentence in the locale file, `note_<id>`. */
  values: Record<string, string>
}

export interface OrderReading {
  order: Order
  sources: FieldSource[]
  notes: Note[]
}

const MAX_ITEMS = 500

export function toWireOrder(order: Order): WireOrder {
  return {
    ...order,
    items: order.items.map((item) => ({
      ...item,
      amount: item.amount === null ? null : item.amount.amount.toString(),
    })),
    totals: order.totals.map((line) => ({ ...line, amount: line.amount.amount.toString() })),
    total: order.total === null ? null : toWire(order.total),
    recurrence:
      order.recurrence === null
        ? null
        : { ...order.recurrence, amount: order.recurrence.amount?.amount.toString() ?? null },
  }
}

/** Reads a wire order; null where it is not one. Text is neutralised and cut, so that no name can hide the total. */
export function parseWireOrder(value: unknown): Order | null {
  if (!isRecord(value) || !isRecord(value.site)) return null
  const origin = value.site.origin
  const site = typeof origin === 'string' ? siteOf(origin) : null
  if (site === null || value.site.key !== site.key) return null
  const currency = value.currency === null ? null : text(value.currency)
  if (currency !== null && !isCurrency(currency)) return null
  const total = value.total === null ? null : parseMoney(value.total)
  if (value.total !== null && (total === null || total.currency !== currency)) return null
  if (!Array.isArray(value.items) || !Array.isArray(value.totals)) return null

  const amountOf = (amount: unknown): Money | null =>
    currency !== null && isWireAmount(amount) ? money(BigInt(amount), currency) : null

  const items: LineItem[] = []
  for (const item of value.items.slice(0, MAX_ITEMS)) {
    if (!isRecord(item)) return null
    const quantity = item.quantity
    if (typeof quantity !== 'number' || !Number.isFinite(quantity) || quantity <= 0) return null
    items.push({ name: text(item.name) ?? '', quantity, amount: amountOf(item.amount) })
  }
  const totals: TotalLine[] = []
  for (const line of value.totals.slice(0, 50)) {
    if (!isRecord(line)) return null
    const amount = amountOf(line.amount)
    const type = TOTAL_TYPES.find((known) => known === line.type)
    if (amount === null || type === undefined) return null
    totals.push({ type, label: text(line.label) ?? '', amount })
  }
  return {
    site: { key: site.key, origin: site.origin },
    merchant: text(value.merchant),
    processor: text(value.processor),
    merchantOrder: text(value.merchantOrder),
    currency,
    items,
    totals,
    total,
    certain: value.certain === true && total !== null,
    shipTo: text(value.shipTo),
    paymentMethod: text(value.paymentMethod),
    recurrence: parseRecurrence(value.recurrence, amountOf),
  }
}

function parseRecurrence(value: unknown, amountOf: (amount: unknown) => Money | null): Recurrence | null {
  if (!isRecord(value)) return null
  const unit = RECURRENCE_UNITS.find((known) => known === value.unit)
  const { every, trialDays } = value
  if (unit === undefined || typeof every !== 'number' || !Number.isInteger(every) || every < 1) return null
  return {
    every,
    unit,
    amount: amountOf(value.amount),
    trialDays: typeof trialDays === 'number' && Number.isInteger(trialDays) && trialDays > 0 ? trialDays : 0,
  }
}

function text(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const clean = neutralise(value)
  return clean === '' ? null : clean
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
