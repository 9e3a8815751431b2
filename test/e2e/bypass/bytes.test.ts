/** A payment that was held and let go is, on the wire, the one that would have gone without the guard. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, PLAIN_ARGS } from '../../harness/chromium.ts'
import { type GuardedBrowser, openGuarded } from '../interception-browser.ts'
import { type Arrived, type RecordingServer, startRecording, WAYS } from './recording.ts'

let guard: GuardedBrowser
let plain: Browser
let server: RecordingServer
let bare: Page
beforeAll(async () => {
  guard = await openGuarded()
  plain = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: PLAIN_ARGS })
  server = await startRecording()
  bare = await plain.newPage()
})
afterAll(async () => {
  await guard.close()
  await plain.close()
  await server.close()
})

test.each(Object.entries(WAYS))('%s', async (_name, code) => {
  const expected = await send(bare, code)
  // Stays open: Chromium can forget to close a tab that is just committing a navigation.
  const page = await guard.context.newPage()
  const sent = send(page, code)
  const asked = await guard.attemptIn('asked')
  expect(server.arrived()).toEqual([])
  expect(await guard.approve(asked)).toMatchObject({ ok: true })
  expect(await sent).toEqual(expected)
})

async function send(from: Page, code: string): Promise<Arrived> {
  await from.goto(server.shop)
  server.reset()
  // Not waited for: the driver may wait for a navigation that is held; what arrives is what counts.
  void from.evaluate(`(() => { ${code} })()`).catch(() => {})
  await expect.poll(() => server.arrived().length, { timeout: 20_000 }).toBe(1)
  const [only] = server.arrived()
  if (only === undefined) throw new Error('nothing arrived')
  return only
}
