/** History as a file: what the filter shows, every row of it. */
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { toDecimal } from '../../utils/money/money.ts'
import { toWireOrder } from '../../utils/order/order.ts'

const COLUMNS = [
  'time',
  'id',
  'state',
  'reason',
  'site',
  'merchant',
  'total',
  'currency',
  'asked_by',
  'items',
  'page',
]

/** RFC 4180. Times are ISO 8601 in UTC, amounts plain decimals; an unknown total is empty, not zero. */
export function toCsv(rows: readonly AttemptRow[]): string {
  const lines = rows.map((row) =>
    [
      new Date(row.createdAt).toISOString(),
      row.id,
      row.state,
      row.reason ?? '',
      row.site.key,
      row.order.merchant ?? '',
      row.order.total === null ? '' : toDecimal(row.order.total),
      row.order.currency ?? '',
      row.actor.kind,
      row.order.items.map((item) => `${item.quantity} × ${item.name}`).join('; '),
      row.page,
    ].map(cell),
  )
  return `${[COLUMNS, ...lines].map((line) => line.join(',')).join('\r\n')}\r\n`
}

/** A cell that starts like a formula would be run by a spreadsheet; names come from pages, so it is made text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function toJson(rows: readonly AttemptRow[]): string {
  return `${JSON.stringify(
    rows.map((row) => ({
      id: row.id,
      time: new Date(row.createdAt).toISOString(),
      state: row.state,
      reason: row.reason,
      page: row.page,
      actor: row.actor,
      digest: row.digest,
      order: toWireOrder(row.order),
      notes: row.notes,
      sources: row.sources,
    })),
    null,
    2,
  )}\n`
}
