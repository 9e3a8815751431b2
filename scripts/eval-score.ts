/** Scores of `npm run eval`: what was found against what the labels say. */
import type { Page } from 'playwright-core'
import type { Inspection } from './inspect-engine.ts'
import type { Labelled } from './labelled-pages.ts'

export interface Scored {
  id: string
  set: string
  language: string
  platform: string
  /** Listed controls that pay, and that do not. */
  right: number
  wrong: number
  /** The page has a paying control, and it was listed. */
  expected: boolean
  found: boolean
  total: 'exact' | 'wrong' | 'missed' | 'invented' | 'none'
  certain: boolean
  items: 'exact' | 'wrong' | 'unlabelled'
  recurrence: 'right' | 'wrong' | 'unlabelled'
  ms: number
  detail: string
}

export async function scorePage(label: Labelled, found: Inspection, page: Page): Promise<Scored> {
  const selectors = found.payControls
    .filter((control) => control.frame === undefined)
    .map(({ selector }) => selector)
  const right = label.control === null ? 0 : await countSame(page, label.control, selectors)
  const total = found.order?.total ?? null
  const verdict = totalVerdict(label, total)
  return {
    id: label.id,
    set: label.set,
    language: label.language,
    platform: label.platform,
    right,
    wrong: found.payControls.length - right,
    expected: label.control !== null,
    found: right > 0,
    total: verdict,
    certain: total?.certain ?? false,
    items: itemsVerdict(label, found),
    recurrence: recurrenceVerdict(label, found),
    ms: found.ms,
    detail: JSON.stringify({
      want: label.total,
      got: total,
      controls: found.payControls.map(
        (control) => `${control.name.slice(0, 40)} ${control.reasons.join(' ')}`,
      ),
      items: found.order?.items,
      recurrence: found.order?.recurrence,
      notes: found.notes.map((note) => note.id),
    }),
  }
}

/** How many of the selectors find the labelled element, or an element around or inside it that alone is pressed. */
function countSame(page: Page, wanted: string, selectors: string[]): Promise<number> {
  return page.evaluate(
    ([want, got]) => {
      const find = (selector: string): Element | null => {
        let root: Document | ShadowRoot | null = document
        let element: Element | null = null
        for (const part of selector.split(' >>> ')) {
          element = root?.querySelector(part) ?? null
          root = element?.shadowRoot ?? null
        }
        return element
      }
      const targets = want.includes(' >>> ') ? [find(want)] : [...document.querySelectorAll(want)]
      return got.filter((selector) => {
        const element = find(selector)
        return targets.some((target) => target !== null && (target === element || target.contains(element)))
      }).length
    },
    [wanted, selectors] as const,
  )
}

function totalVerdict(label: Labelled, got: { amount: string; currency: string } | null): Scored['total'] {
  if (label.total === null) return got === null ? 'none' : 'invented'
  if (got === null) return 'missed'
  return got.amount === label.total.amount && got.currency === label.total.currency ? 'exact' : 'wrong'
}

function itemsVerdict(label: Labelled, found: Inspection): Scored['items'] {
  if (label.items === null) return 'unlabelled'
  const got = found.order?.items ?? []
  const same =
    got.length === label.items.length &&
    label.items.every((item, at) => {
      const other = got[at]
      return (
        other?.name.includes(item.name) && other.quantity === item.quantity && other.amount === item.amount
      )
    })
  return same ? 'exact' : 'wrong'
}

function recurrenceVerdict(label: Labelled, found: Inspection): Scored['recurrence'] {
  if (label.recurrence === undefined) return 'unlabelled'
  const got = found.order?.recurrence ?? null
  if (label.recurrence === null) return got === null ? 'right' : 'wrong'
  return got?.unit === label.recurrence.unit && got.every === label.recurrence.every ? 'right' : 'wrong'
}

export function report(scored: readonly Scored[]): string {
  const lines: string[] = []
  for (const set of ['own', 'saved']) {
    const rows = scored.filter((row) => row.set === set)
    if (rows.length === 0) continue
    lines.push(`${set} pages: ${rows.length}`, summary(rows), '')
    for (const by of ['language', 'platform'] as const) {
      lines.push(`  by ${by}`)
      for (const name of [...new Set(rows.map((row) => row[by]))].sort()) {
        lines.push(`    ${name.padEnd(18)} ${short(rows.filter((row) => row[by] === name))}`)
      }
    }
    const misses = rows.filter(isMiss)
    lines.push('', `  misses: ${misses.length}`)
    for (const row of misses) lines.push(`    ${row.id}: ${reasonsOf(row).join(', ')}  ${row.detail}`)
    lines.push('')
  }
  return lines.join('\n')
}

function isMiss(row: Scored): boolean {
  return reasonsOf(row).length > 0
}

function reasonsOf(row: Scored): string[] {
  const reasons: string[] = []
  if (row.expected && !row.found) reasons.push('control missed')
  if (row.wrong > 0) reasons.push(`${row.wrong} wrong control(s)`)
  if (row.total === 'missed' || row.total === 'wrong') reasons.push(`total ${row.total}`)
  if (row.total === 'invented' && (row.certain || row.set === 'own')) reasons.push('total invented')
  if ((row.total === 'wrong' || row.total === 'invented') && row.certain) reasons.push('WRONG AND CERTAIN')
  if (row.items === 'wrong') reasons.push('items')
  if (row.recurrence === 'wrong') reasons.push('recurrence')
  return reasons
}

/** Which aims these pages miss, in words; wrong totals shown as certain are missed by one. */
export function missedAims(rows: readonly Scored[]): string[] {
  const { listed, right, withControl, withTotal, exact, bad } = counted(rows)
  const found = withControl.filter((row) => row.found).length
  const below = (name: string, part: number, whole: number, aim: number): string[] =>
    part < whole * aim ? [`${name} ${ratio(part, whole)}, aim ${aim}`] : []
  return [
    ...below('pay control precision', right, listed, 0.98),
    ...below('pay control recall', found, withControl.length, 0.97),
    ...below('totals', exact.length, withTotal.length, 0.97),
    ...bad.map((row) => `wrong and certain: ${row.id}`),
  ]
}

function counted(rows: readonly Scored[]) {
  const withTotal = rows.filter((row) => ['exact', 'wrong', 'missed'].includes(row.total))
  return {
    listed: rows.reduce((sum, row) => sum + row.right + row.wrong, 0),
    right: rows.reduce((sum, row) => sum + row.right, 0),
    withControl: rows.filter((row) => row.expected),
    withTotal,
    exact: withTotal.filter((row) => row.total === 'exact'),
    bad: rows.filter((row) => (row.total === 'wrong' || row.total === 'invented') && row.certain),
  }
}

function summary(rows: readonly Scored[]): string {
  const { listed, right, withControl, withTotal, exact, bad } = counted(rows)
  const withItems = rows.filter((row) => row.items !== 'unlabelled')
  const withRecurrence = rows.filter((row) => row.recurrence !== 'unlabelled')
  const times = rows.map((row) => row.ms).sort((a, b) => a - b)
  return [
    `  pay control  precision ${ratio(right, listed)}  recall ${ratio(withControl.filter((row) => row.found).length, withControl.length)}`,
    `  total        exact ${ratio(exact.length, withTotal.length)}  of these certain ${ratio(exact.filter((row) => row.certain).length, exact.length)}  wrong shown as certain ${bad.length}`,
    `  items        exact ${ratio(withItems.filter((row) => row.items === 'exact').length, withItems.length)}  recurrence right ${ratio(withRecurrence.filter((row) => row.recurrence === 'right').length, withRecurrence.length)}`,
    `  reading ms   median ${times[Math.floor(times.length / 2)] ?? 0}  highest ${times.at(-1) ?? 0} (first run on each page, compilation included)`,
  ].join('\n')
}

function short(rows: readonly Scored[]): string {
  const listed = rows.reduce((sum, row) => sum + row.right + row.wrong, 0)
  const right = rows.reduce((sum, row) => sum + row.right, 0)
  const withControl = rows.filter((row) => row.expected)
  const withTotal = rows.filter((row) => ['exact', 'wrong', 'missed'].includes(row.total))
  return `pages ${String(rows.length).padStart(3)}  precision ${ratio(right, listed)}  recall ${ratio(withControl.filter((row) => row.found).length, withControl.length)}  total ${ratio(withTotal.filter((row) => row.total === 'exact').length, withTotal.length)}`
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '    –    ' : `${(part / whole).toFixed(3)} (${part}/${whole})`
}
