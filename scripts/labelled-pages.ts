/** Labelled pages: a folder with `index.jsonl`, one line a page, amounts in major units as a person reads them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromDecimal } from '../utils/money/money.ts'

/** What a page is, as a person labelled it. */
export interface Labelled {
  id: string
  set: 'own' | 'saved'
  file: string
  language: string
  platform: string
  /** Selector of the control that pays, null where none does. */
  control: string | null
  /** Minor units; null where the page shows no total, undefined where nobody labelled it. */
  total: { amount: string; currency: string } | null
  items: { name: string; quantity: number; amount: string | null }[] | null
  recurrence: { every: number; unit: string } | null | undefined
}

export function labelledPages(folder: string, set: Labelled['set']): Labelled[] {
  const lines = readFileSync(join(folder, 'index.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const row = JSON.parse(line)
    const total = row.total === null ? null : fromDecimal(String(row.total.amount), row.total.currency)
    return {
      id: row.id,
      set,
      file: join(folder, row.file),
      language: row.language,
      platform: row.tier ?? set,
      control: row.has_pay_control,
      total: total === null ? null : { amount: total.amount.toString(), currency: total.currency },
      items: total === null ? null : itemsOf(row.items, total.currency),
      recurrence: row.recurrence,
    }
  })
}

/** Labelled line items, where a person wrote them down. */
function itemsOf(rows: unknown, currency: string): Labelled['items'] {
  if (!Array.isArray(rows)) return null
  return rows.map(({ name, quantity, qty, amount, price }) => ({
    name: String(name),
    quantity: Number(quantity ?? qty),
    amount: fromDecimal(String(amount ?? price), currency)?.amount.toString() ?? null,
  }))
}
