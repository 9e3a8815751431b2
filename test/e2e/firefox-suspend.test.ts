/**
 * Firefox, when the background goes away while it holds a payment. Left alone Firefox sends what a suspended background
 * held, so the guard cancels it. What a killed extension process held at the network Firefox sends, and no code of ours is
 * left to prevent it (docs/interception.md); what the page hook holds stays.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  builtForFirefox,
  firefoxPath,
  type GuardedFirefox,
  launchFirefox,
  until,
} from '../harness/firefox.ts'
import { type CountingServer, startCounting } from './bypass/server.ts'

const PIN = 'correct horse 7'
let server: CountingServer
let guard: GuardedFirefox | null = null
let folder: string

describe.skipIf(firefoxPath() === null)('Firefox', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consent-guard-suspend-'))
    server = await startCounting()
  })
  afterEach(async () => {
    await guard?.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a suspended background cancels what it holds', async () => {
    // As an event page, which Firefox suspends after a second instead of thirty.
    const extensionDir = join(folder, 'event-page')
    cpSync(builtForFirefox(), extensionDir, { recursive: true })
    const file = join(extensionDir, 'manifest.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { background: { persistent: boolean } }
    manifest.background.persistent = false
    writeFileSync(file, JSON.stringify(manifest))
    guard = await launchFirefox({
      extensionDir,
      pin: PIN,
      prefs: { 'extensions.background.idle.timeout': 1_000 },
    })
    const page = await payFromWorker(guard)
    // The call ends by itself, and not at the server.
    await until(async () => page.evaluate(() => Reflect.get(window, 'answer')))
    expect(await page.evaluate(() => Reflect.get(window, 'answer'))).toBe('failed')
    expect(server.arrived()).toEqual([])
  })

  test('the real background is not suspended: it holds past the idle time and lets go after consent', async () => {
    guard = await launchFirefox({ pin: PIN, prefs: { 'extensions.background.idle.timeout': 500 } })
    const page = await payFromWorker(guard)
    const asked = await guard.attempt((row) => row.state === 'asked')
    // Three idle times, by the page's own clock.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 1_500)))
    expect(server.arrived()).toEqual([])
    expect(await guard.approve(asked)).toMatchObject({ ok: true })
    await until(async () => server.arrived().length > 0)
    expect(server.arrived()).toHaveLength(1)
  })

  test('a killed extension process lets nothing go that the page hook holds', async () => {
    guard = await launchFirefox({ pin: PIN })
    const page = await guard.browser.newPage()
    await page.goto(server.shop)
    await page.evaluate((url) => {
      void fetch(url, { method: 'POST', body: 'pay' })
        .then(
          () => 'sent',
          () => 'failed',
        )
        .then((answer) => Reflect.set(window, 'answer', answer))
    }, server.known)
    await guard.attempt((row) => row.state === 'asked')
    process.kill(extensionProcess(guard.pid), 'SIGKILL')
    // The page is told in words of its own that nobody will answer.
    await page.waitForFunction(() => document.body.innerText.includes('Consent Guard'))
    await page.evaluate(() => new Promise((done) => setTimeout(done, 1_500)))
    expect(await page.evaluate(() => Reflect.get(window, 'answer'))).toBeUndefined()
    expect(server.arrived()).toEqual([])
  })
})

/** Pays from a dedicated worker, where only the gate can hold it; the end is written into the page. */
async function payFromWorker(guarded: GuardedFirefox): Promise<Page> {
  const page = await guarded.browser.newPage()
  await page.goto(server.shop)
  await page.evaluate((url) => {
    const code = `fetch(${JSON.stringify(url)}, { method: 'POST', body: 'pay' }).then(() => postMessage('sent'), () => postMessage('failed'))`
    const worker = new Worker(URL.createObjectURL(new Blob([code])))
    worker.onmessage = ({ data }) => Reflect.set(window, 'answer', data)
  }, server.known)
  return page
}

/** The browser's child that runs extensions; Linux shows its name. */
function extensionProcess(browserPid: number): number {
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return stat.includes('(WebExtensions)') && ancestors(Number(pid)).includes(browserPid)
    } catch {
      return false
    }
  })
  if (found === undefined) throw new Error('Firefox runs no extension process.')
  return Number(found)
}

function ancestors(pid: number): number[] {
  const parent = Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0)
  return parent > 1 ? [parent, ...ancestors(parent)] : [parent]
}
