/**
 * `npm run eval [-- --only WORD] [--set own|saved] [--json]`: scores detection and reading over
 * labelled pages. The project's own pages are in test/pages; saved pages of real shops are read where they are present, and said to be skipped where not.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ownPages } from '../test/pages/own-pages.ts'
import { missedAims, report, type Scored, scorePage } from './eval-score.ts'
import { bundleProbe, inspectOpen, launch, withPage } from './inspect-engine.ts'
import { type Labelled, labelledPages } from './labelled-pages.ts'

const SAVED = new URL('../../shared/data/checkout-pages/', import.meta.url).pathname
const FOLDERS = [process.env.CG_PAGES, SAVED]

function savedPages(): Labelled[] | null {
  const folder = FOLDERS.find((path) => path !== undefined && existsSync(`${path}/index.jsonl`))
  return folder === undefined ? null : labelledPages(folder, 'saved')
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    set: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const saved = savedPages()
const pages = [...ownPages(), ...(saved ?? [])].filter(
  (page) => page.id.includes(values.only) && page.set.startsWith(values.set),
)
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
// Of a whole set only: one page says nothing about a share. On standard error, so that the lines of `--json` stay lines.
const missed =
  values.only === ''
    ? ['own', 'saved'].flatMap((set) =>
        missedAims(scored.filter((row) => row.set === set)).map((aim) => `${set}: ${aim}`),
      )
    : []
for (const aim of missed) console.error(`missed: ${aim}`)
if (missed.length > 0) process.exitCode = 1
