/** Firefox: a payment that was held and let go is, on the wire, the one that would have gone without the guard. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firefoxPath, type GuardedFirefox, launchFirefox, until } from '../../harness/firefox.ts'
import { type Arrived, type RecordingServer, startRecording, WAYS, WORKER_WAYS } from './recording.ts'

let guard: GuardedFirefox
let plain: Browser
let server: RecordingServer

describe.skipIf(firefoxPath() === null)('Firefox', () => {
  beforeAll(async () => {
    server = await startRecording()
    guard = await launchFirefox({ pin: 'correct horse 7' })
    plain = await puppeteer.launch({
      browser: 'firefox',
      executablePath: firefoxPath() ?? '',
      headless: true,
    })
  }, 60_000)
  afterAll(async () => {
    await guard?.close()
    await plain?.close()
    await server?.close()
  })

  test.each(Object.entries({ ...WAYS, ...WORKER_WAYS }))('%s', async (_name, code) => {
    const bare = await plain.newPage()
    const expected = await send(bare, code)
    await bare.close()

    const known = new Set((await guard.attempts()).map(({ id }) => id))
    const page = await guard.browser.newPage()
    const sent = send(page, code)
    const asked = await guard.attempt((row) => !known.has(row.id) && row.state === 'asked')
    expect(server.arrived()).toEqual([])
    expect(await guard.approve(asked)).toMatchObject({ ok: true })
    expect(await sent).toEqual(expected)
    await page.close()
  })
})

async function send(page: Page, code: string): Promise<Arrived> {
  await page.goto(server.shop)
  server.reset()
  void page.evaluate(`void setTimeout(() => { ${code} })`).catch(() => {})
  await until(async () => server.arrived().length > 0)
  const [only] = server.arrived()
  if (only === undefined || server.arrived().length > 1) throw new Error('it arrived more than once')
  return only
}
