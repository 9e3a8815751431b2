/**
 * Every tenth of the project's own labelled pages, and all of the last blind set, in real Chromium: what `npm run eval` aims
 * at holds on them. The rest is for the command, which takes minutes.
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { missedAims, type Scored, scorePage } from '../../scripts/eval-score.ts'
import { bundleProbe, inspectOpen, launch, withPage } from '../../scripts/inspect-engine.ts'
import { ownPages } from '../pages/own-pages.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

it('pay controls and totals are found as often as is aimed at, and no wrong total is certain', async () => {
  const probe = await bundleProbe()
  const pages = ownPages().filter(({ id }, at) => at % 10 === 0 || id.startsWith('b8-'))
  const scored: Scored[] = []
  for (const label of pages) {
    scored.push(
      await withPage(browser, label.file, { scripts: false }, async (page) =>
        scorePage(label, await inspectOpen(page, probe, label.file), page),
      ),
    )
  }
  expect(scored.length).toBeGreaterThanOrEqual(100)
  expect(new Set(scored.map(({ language }) => language)).size).toBeGreaterThanOrEqual(25)
  expect(missedAims(scored)).toEqual([])
}, 900_000)
