/** A payment that was held and let go is, on the wire, the one that would have gone without the guard. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, PLAIN_ARGS } from '../../harness/chromium.ts'
import { type GuardedBrowser, openGuarded } from '../interception-browser.ts'
import { type Arrived, type RecordingServer, startRecording, WAYS } from './recording.ts'

let guard: GuardedBrowser
let plain: Browser
let server: RecordingServer
beforeAll(async () => {
  guard = await openGuarded()
  plain = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: PLAIN_ARGS })
  server = await startRecording()
})
afterAll(async () => {
  await guard.close()
  await plain.close()
  await server.close()
})

test.each(Object.entries(WAYS))('%s', async (_name, code) => {
  const bare = await plain.newPage()
  const expected = await send(bare, code)
  await bare.close()

  const page = await guard.context.newPage()
  const sent = send(page, code)
  const asked = await guard.attemptIn('asked')
  expect(server.arrived()).toEqual([])
  expect(await guard.approve(asked)).toMatchObject({ ok: true })
  expect(await sent).toEqual(expected)
  await page.close()
})

async function send(page: Page, code: string): Promise<Arrived> {
  await page.goto(server.shop)
  server.reset()
  // Not waited for: the driver may wait for a navigation that is held; what arrives is what counts.
  void page.evaluate(`(() => { ${code} })()`).catch(() => {})
  await expect.poll(() => server.arrived().length, { timeout: 20_000 }).toBe(1)
  const [only] = server.arrived()
  if (only === undefined) throw new Error('nothing arrived')
  return only
}
