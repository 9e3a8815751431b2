/**
 * `npm run eval [-- --only WORD] [--json]`: scores detection and reading over labelled pages. The project's own pages
 * are in test/pages; saved pages of real shops are read where they are present, and said to be skipped where not.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ownPages } from '../test/pages/own-pages.ts'
import { fromDecimal } from '../utils/money/money.ts'
import { report, type Scored, scorePage } from './eval-score.ts'
import { bundleProbe, inspectOpen, launch, withPage } from './inspect-engine.ts'

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

const SAVED = new URL('../../shared/data/checkout-pages/', import.meta.url).pathname
const FOLDERS = [process.env.CG_PAGES, SAVED]

function savedPages(): Labelled[] | null {
  const folder = FOLDERS.find((path) => path !== undefined && existsSync(`${path}/index.jsonl`))
  if (folder === undefined) return null
  const lines = readFileSync(`${folder}/index.jsonl`, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const row = JSON.parse(line)
    const total = row.total === null ? null : fromDecimal(String(row.total.amount), row.total.currency)
    return {
      id: row.id,
      set: 'saved',
      file: `${folder}/${row.file}`,
      language: row.language,
      platform: row.tier ?? 'saved',
      control: row.has_pay_control,
      total: total === null ? null : { amount: total.amount.toString(), currency: total.currency },
      items: null,
      recurrence: undefined,
    }
  })
}

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
})
const saved = savedPages()
const pages = [...ownPages(), ...(saved ?? [])].filter((page) => page.id.includes(values.only))
const probe = await bundleProbe()
const browser = await launch()
const scored: Scored[] = []
try {
  for (const page of pages) {
    scored.push(
      await withPage(browser, page.file, { scripts: false }, async (open) =>
        scorePage(page, await inspectOpen(open, probe, page.file), open),
      ),
    )
  }
} finally {
  await browser.close()
}
console.log(values.json ? scored.map((row) => JSON.stringify(row)).join('\n') : report(scored))
if (saved === null)
  console.log('\nSaved pages of real shops: skipped (not present; CG_PAGES names their folder)')
