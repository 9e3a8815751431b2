/**
 * `npm run bench:firefox`: what the guard costs a page in Firefox, beside uBlock Origin (Debian package
 * webext-ublock-origin-firefox) and beside no extension, in paired runs of one session. The page has what pages have:
 * scripts, pictures, styles, calls. Prints one JSON object; the ratios count, the milliseconds are this machine's.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import puppeteer, { type Browser } from 'puppeteer-core'
import { builtForFirefox, firefoxPath } from '../test/harness/firefox.ts'

const LOADS = 40
const WARM_UP = 5
const UBLOCK = '/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/uBlock0@raymondhill.net'

const executablePath = firefoxPath()
if (executablePath === null) throw new Error('No Firefox was found; set FIREFOX to its path.')
if (!existsSync(UBLOCK)) {
  console.log('skipped: uBlock Origin is not there (Debian: apt-get install webext-ublock-origin-firefox)')
  process.exit(0)
}

const server = createServer((request, response) => {
  const path = request.url ?? '/'
  if (path === '/') response.setHeader('content-type', 'text/html').end(page())
  else if (path.endsWith('.js')) response.setHeader('content-type', 'text/javascript').end('globalThis.n = 1')
  else if (path.endsWith('.css')) response.setHeader('content-type', 'text/css').end('p { margin: 1px }')
  else if (path.endsWith('.svg'))
    response.setHeader('content-type', 'image/svg+xml').end('<svg xmlns="http://www.w3.org/2000/svg"/>')
  else response.setHeader('content-type', 'application/json').end('{}')
})
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

const browsers: Record<'none' | 'guard' | 'ublock', Browser> = {
  none: await open(null),
  guard: await open(builtForFirefox()),
  ublock: await open(realpathSync(UBLOCK)),
}
const names = ['none', 'guard', 'ublock'] as const
const loads = { none: [] as number[], guard: [] as number[], ublock: [] as number[] }
for (let i = 0; i < WARM_UP + LOADS; i++) {
  for (const name of names) {
    const ms = await loadTime(browsers[name])
    if (i >= WARM_UP) loads[name].push(ms)
  }
}
const version = await browsers.none.version()
for (const name of names) await browsers[name].close()
server.close()

const medians = { none: median(loads.none), guard: median(loads.guard), ublock: median(loads.ublock) }
const ublock = JSON.parse(readFileSync(join(UBLOCK, 'manifest.json'), 'utf8')) as { version: string }
console.log(
  JSON.stringify(
    {
      browser: version,
      ublockVersion: ublock.version,
      pairs: LOADS,
      pageLoadMs: medians,
      guardToUblock: round(medians.guard / medians.ublock),
      // How often the guard was the quicker of a pair; half is a draw.
      guardQuicker: round(
        loads.guard.filter((ms, index) => ms < (loads.ublock[index] ?? 0)).length / loads.guard.length,
      ),
    },
    null,
    2,
  ),
)

async function open(extension: string | null): Promise<Browser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: executablePath ?? '',
    headless: true,
  })
  if (extension !== null) await browser.installExtension(extension)
  return browser
}

/** Milliseconds from the start of the navigation to the end of the last call that the page makes while it loads. */
async function loadTime(browser: Browser): Promise<number> {
  const tab = await browser.newPage()
  await tab.goto(url)
  const ms = await tab.evaluate(async () => {
    await Reflect.get(window, 'calls')
    const entries = performance.getEntries().filter((entry) => /navigation|resource/.test(entry.entryType))
    return Math.max(...entries.map((entry) => entry.startTime + entry.duration))
  })
  await tab.close()
  return ms
}

function page(): string {
  const list = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join('')
  return `<!doctype html><title>Shop</title>
    ${list(5, (i) => `<link rel="stylesheet" href="/${i}.css">`)}${list(10, (i) => `<script src="/${i}.js"></script>`)}
    ${list(30, (i) => `<img src="/${i}.svg" alt="">`)}
    ${'<p>A mug, 12.00 EUR <button>Add to basket</button></p>'.repeat(200)}
    <script>window.calls = Promise.all(Array.from({ length: 20 }, (_, i) =>
      fetch('/api/products/' + i, i % 2 ? { method: 'POST', body: '{"q":"mug"}' } : {})))</script>`
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
