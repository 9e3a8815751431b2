/** No surface, in no state, in light or dark, breaks a WCAG 2.2 A or AA rule that axe-core knows. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Opened, open } from './ui/open.ts'
import { ACTIVE, activate, FRESH, type Surface } from './ui/surfaces.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

async function violations(opened: Opened): Promise<string[]> {
  await opened.page.evaluate(AXE)
  const results: AxeResults = await opened.page.evaluate(
    `axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(TAGS)} } })`,
  )
  expect(results.passes.length, 'axe ran').toBeGreaterThan(5)
  return results.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`),
  )
}

async function visit(opened: Opened, surface: Surface, width: number) {
  await opened.show(surface.path, width, surface.height)
  if (surface.seed) {
    await surface.seed(opened)
    await opened.show(surface.path, width, surface.height)
  }
  await surface.act?.(opened)
}

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open({ scheme })
  })
  afterAll(() => opened.close())

  test.each(FRESH)('$name', async (surface) => {
    await visit(opened, surface, surface.width)
    expect(await violations(opened)).toEqual([])
  })

  test('the first run ends with the guard on', async () => {
    await activate(opened)
    expect(await violations(opened)).toEqual([])
  })

  test.each(ACTIVE)('$name', async (surface) => {
    await visit(opened, surface, surface.width)
    expect(await violations(opened)).toEqual([])
  })

  // The toolbar popup is sized by the browser to its content and grows with the zoom; the others must fit a window.
  test.each(ACTIVE.filter(({ path }) => path !== 'popup.html'))(
    '$name at 200 % zoom neither breaks a rule nor scrolls sideways',
    async (surface) => {
      await visit(opened, surface, Math.max(210, Math.round(surface.width / 2)))
      expect(await violations(opened)).toEqual([])
      const overflow = await opened.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBeLessThanOrEqual(0)
    },
  )
})
