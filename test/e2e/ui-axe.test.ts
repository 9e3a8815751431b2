/** No surface, in no state, in light or dark, breaks a WCAG 2.2 A or AA rule that axe-core knows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './ui/axe.ts'
import { type Opened, open } from './ui/open.ts'
import { ACTIVE, activate, FRESH, type Surface } from './ui/surfaces.ts'

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
    expect(await violations(opened.page)).toEqual([])
  })

  test('the first run ends with the guard on', async () => {
    await activate(opened)
    expect(await violations(opened.page)).toEqual([])
  })

  test.each(ACTIVE)('$name', async (surface) => {
    await visit(opened, surface, surface.width)
    expect(await violations(opened.page)).toEqual([])
  })

  // The toolbar popup is sized by the browser to its content and grows with the zoom; the others must fit a window. The
  // layout is the same in the dark.
  test.skipIf(scheme === 'dark').each(ACTIVE.filter(({ path }) => path !== 'popup.html'))(
    '$name at 200 % zoom neither breaks a rule nor scrolls sideways',
    async (surface) => {
      await visit(opened, surface, Math.max(210, Math.round(surface.width / 2)))
      expect(await violations(opened.page)).toEqual([])
      const overflow = await opened.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBeLessThanOrEqual(0)
    },
  )
})
