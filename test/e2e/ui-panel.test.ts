/**
 * The side panel, opened for real: it asks the same question as the window and takes the answer. And the window's first
 * frame, before there is any question.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import arabic from '../../public/words/ar.json' with { type: 'json' }
import { type Cdp, connectCdp } from '../harness/cdp.ts'
import { waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'

const SOON = { timeout: 15_000 }

/** Playwright has no handle to a side panel; the debugger has. */
interface Panel {
  evaluate(expression: string): Promise<unknown>
  send(method: string, params: object): Promise<unknown>
}

async function panelOf(cdp: Cdp, url: string): Promise<Panel> {
  const find = async () => {
    const { targetInfos } = await cdp.send('Target.getTargets')
    const infos = targetInfos as { targetId: string; url: string }[]
    return infos.find((target) => target.url === url)?.targetId
  }
  await expect.poll(find, SOON).toBeDefined()
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: await find(), flatten: true })
  const send = (method: string, params: object) => cdp.send(method, params, String(sessionId))
  // A headless browser gives no window the focus; a person's gives it to the panel that they press in.
  await send('Emulation.setFocusEmulationEnabled', { enabled: true })
  return {
    send,
    async evaluate(expression) {
      const { result } = (await send('Runtime.evaluate', { expression, awaitPromise: true })) as {
        result: { value: unknown }
      }
      return result.value
    },
  }
}

describe('the side panel', () => {
  let world: World
  let cdp: Cdp
  beforeAll(async () => {
    world = await openWorld({ backend: false, cdpPort: 'free' })
    cdp = await connectCdp(world.guarded.cdpEndpoint ?? '')
  })
  afterAll(async () => {
    cdp?.close()
    await world?.close()
  })

  test('opens at a press in the toolbar popup, shows what waits, and approves it with the PIN', async () => {
    const page = await world.atCheckout('fetch-json')
    const popup = await world.guarded.context.newPage()
    await popup.goto(world.guarded.urlOf('popup'))
    await popup.getByRole('button', { name: 'Open beside the page' }).click()
    const panel = await panelOf(cdp, `${world.guarded.urlOf('consent')}?panel`)
    const shows = (id: string) =>
      panel.evaluate(`document.querySelector('[data-testid="${id}"]')?.textContent ?? null`)
    await expect.poll(() => shows('consent-empty'), SOON).toMatch(/Nothing/)

    await page.bringToFront()
    await press(page, 'fetch-json')
    await waitForConsent(world.guarded)
    await expect.poll(() => shows('consent-total'), SOON).toBe('€41.90')
    await panel.evaluate(
      `for (const box of document.querySelectorAll('[data-testid=acknowledge]')) box.click()`,
    )
    await expect
      .poll(() => panel.evaluate(`document.querySelector('[data-testid=approve]').ariaDisabled`), SOON)
      .toBe('false')
    await panel.evaluate(`document.querySelector('[data-testid=pin]').focus()`)
    await panel.send('Input.insertText', { text: PIN })
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 }
    await panel.send('Input.dispatchKeyEvent', { type: 'keyDown', ...enter })
    await panel.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter })
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'settled'))
    expect(await world.shop.orders()).toHaveLength(1)

    // It stays, unlike the window, and is empty once the end was seen.
    await expect
      .poll(
        () => panel.evaluate(`document.querySelector('[data-testid=consent-result]')?.dataset.state ?? null`),
        SOON,
      )
      .toBe('settled')
    await panel.evaluate(`document.querySelector('[data-testid=done]').click()`)
    await expect.poll(() => shows('consent-empty'), SOON).toMatch(/Nothing/)
  })

  test('the window says what is held, for whom and in the person’s language before its own script is there', async () => {
    const { context, urlOf } = world.guarded
    const spoken = await context.newPage()
    await spoken.goto(urlOf('dashboard'))
    await spoken.evaluate(() => localStorage.setItem('language', 'ar'))
    await spoken.reload()
    await expect.poll(() => spoken.locator('html').getAttribute('dir'), SOON).toBe('rtl')

    const page = await context.newPage()
    await page.route('**/chunks/*', (route) => route.abort())
    const hostile = '<img src=x onerror=alert(1)>\u202egro.elpmaxe'
    await page.goto(`${urlOf('consent')}#reading=${encodeURIComponent(hostile)}`)
    const frame = page.locator('main')
    expect(await frame.locator('.payee').textContent()).toBe(hostile)
    expect(await frame.locator('h1').textContent()).toBe(arabic.empty_reading_heading)
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
    expect(await page.locator('button, input, a, img').count()).toBe(0)
    await spoken.evaluate(() => localStorage.removeItem('language'))
    for (const one of [page, spoken]) await one.close()
  })
})
