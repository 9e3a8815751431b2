/** axe-core in the page as it is now: every broken rule of WCAG 2.2 A and AA that it knows, whichever driver asks. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect } from 'vitest'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']
const RUN = `axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(TAGS)} } }).then(JSON.stringify)`

export async function violations(page: { evaluate(script: string): Promise<unknown> }): Promise<string[]> {
  await page.evaluate(`${AXE};0`)
  const results: AxeResults = JSON.parse(String(await page.evaluate(RUN)))
  expect(results.passes.length, 'axe ran').toBeGreaterThan(5)
  return results.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`),
  )
}
