/** What the person is told about the total and its currency; sentences are in the locale files, `note_<id>`. */
import { exponentOf } from '../money/currencies.ts'
import type { CurrencyReading } from './currency.ts'
import type { Note } from './order.ts'
import type { TotalReading } from './totals.ts'

export interface TotalDoubts {
  certain: boolean
  /** The lines add up to the total. */
  proved: boolean
  /** Why the visible text may not be what is seen. */
  trick: string | null
  /** What page data says instead. */
  other: string | null
  /** Where in the page data. */
  otherWhere: string | null
  /** The page was too large to be read whole. */
  cut: boolean
}

export function totalNotes(total: TotalReading, reading: CurrencyReading, doubts: TotalDoubts): Note[] {
  const { amount } = total
  const { currency } = reading
  if (amount === null) return [note('total_unknown', 'total', 'warn', {})]
  if (currency === null) return [note('currency_unknown', 'currency', 'warn', {})]
  const notes: Note[] = []
  const shown = decimal(amount, currency)
  if (reading.confidence < 0.8) {
    notes.push(note('currency_inferred', 'currency', 'warn', { currency }))
  }
  if (total.others.length > 0) {
    const values = [amount, ...total.others].slice(0, 5).map((value) => decimal(value, currency))
    notes.push(
      note('other_totals', 'total', doubts.certain ? 'info' : 'warn', { amounts: values.join(' · ') }),
    )
  }
  if (total.mismatch !== null) {
    notes.push(note('sum_mismatch', 'total', 'warn', { expected: decimal(total.mismatch, currency) }))
  }
  if (doubts.other !== null) {
    notes.push(
      note('total_disagrees', 'total', doubts.proved ? 'info' : 'warn', {
        shown,
        other: doubts.other,
        where: doubts.otherWhere,
      }),
    )
  }
  if (doubts.trick !== null) notes.push(note('total_tricked', 'total', 'danger', {}))
  if (doubts.cut) notes.push(note('page_too_large', 'total', 'warn', {}))
  // Whatever made it unsure, the person is told at least that.
  const told = notes.some((one) => one.severity !== 'info')
  if (!doubts.certain && !told) notes.push(note('total_unsure', 'total', 'warn', {}))
  return notes
}

export function note(
  id: string,
  field: string,
  severity: Note['severity'],
  values: Record<string, string | null>,
): Note {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== null)
  return { id, field, severity, blocking: false, values: Object.fromEntries(given) }
}

/** "41.90 EUR": plain digits for a sentence; the window writes them in the person's own way where it can. */
export function decimal(amount: bigint, currency: string): string {
  const exponent = exponentOf(currency) ?? 2
  const digits = amount
    .toString()
    .replace('-', '')
    .padStart(exponent + 1, '0')
  const cut = digits.length - exponent
  return `${amount < 0n ? '-' : ''}${digits.slice(0, cut)}${exponent === 0 ? '' : `.${digits.slice(cut)}`} ${currency}`
}
