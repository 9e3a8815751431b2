/**
 * What the guard costs a page, in paired runs of one session: page load against an extension that only injects two
 * empty scripts, wrapper cost per call against a browser without the guard, classification in this process. Prints one
 * JSON object; figures of a loaded machine are upper bounds, the ratios are what counts.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BrowserContext, chromium } from 'playwright-core'
import { chromiumPath, PLAIN_ARGS } from '../test/harness/chromium.ts'
import { classifyRequest } from '../utils/detect/request.ts'
import { report } from './figures.ts'

const LOADS = 40
const TURNS = 8
const folder = mkdtempSync(join(tmpdir(), 'consent-guard-bench-'))
const built = resolve(process.env.CG_OUT ?? '.output', 'chrome-mv3')

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end(
    `<!doctype html><title>Shop</title>${'<p>A mug, 12.00 EUR <button>Add to basket</button></p>'.repeat(200)}`,
  )
})
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

const floor = await open(emptyExtension())
const guarded = await open(built)
const loads = { floor: [] as number[], guarded: [] as number[] }
for (let i = 0; i < LOADS; i++) {
  loads.floor.push(await loadTime(floor))
  loads.guarded.push(await loadTime(guarded))
}
const calls = { GET: await wrapperTime('GET'), POST: await wrapperTime('POST') }
await floor.close()
await guarded.close()
server.close()
rmSync(folder, { recursive: true, force: true })

const size = ['relay.js', 'hook.js'].map(
  (file) => gzipSync(readFileSync(join(built, file)), { level: 9 }).length,
)
report([
  {
    what: 'page load',
    value: median(loads.guarded),
    unit: 'ms',
    peer: { what: 'an extension with two empty scripts', value: median(loads.floor) },
    ratioAtMost: 1.5,
  },
  { what: 'wrapper on an ordinary GET', value: calls.GET, unit: 'µs', atMost: 1 },
  { what: 'wrapper on an ordinary POST', value: calls.POST, unit: 'µs', atMost: 5 },
  { what: 'classifying a request', value: classification(), unit: 'µs', atMost: 20 },
  {
    what: 'scripts in every frame, gzipped',
    value: size.reduce((sum, bytes) => sum + bytes, 0) / 1024,
    unit: 'KiB',
    atMost: 8,
  },
])

async function open(extension: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(mkdtempSync(join(folder, 'profile-')), {
    executablePath: chromiumPath(),
    headless: true,
    args: [...PLAIN_ARGS, `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
  })
}

function emptyExtension(): string {
  const path = join(folder, 'empty')
  mkdirSync(path)
  const script = (world: string, file: string) => ({
    matches: ['<all_urls>'],
    js: [file],
    world,
    run_at: 'document_start',
    all_frames: true,
    match_origin_as_fallback: true,
  })
  writeFileSync(join(path, 'one.js'), '')
  writeFileSync(join(path, 'two.js'), '')
  const content_scripts = [script('ISOLATED', 'one.js'), script('MAIN', 'two.js')]
  writeFileSync(
    join(path, 'manifest.json'),
    JSON.stringify({ manifest_version: 3, name: 'empty', version: '1', content_scripts }),
  )
  return path
}

/** Milliseconds from the start of the navigation to the end of its load event. */
async function loadTime(context: BrowserContext): Promise<number> {
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(url)
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation')
    return entry?.duration ?? Number.NaN
  })
}

/**
 * What the wrapper adds to an ordinary call, in microseconds: `XMLHttpRequest.open`, which asks the same questions about an
 * address as the other wrappers and sends nothing. Both browsers take turns; of the rounds of each, after a warm-up, the
 * quickest counts: what is above it is other work of the machine.
 */
async function wrapperTime(method: string): Promise<number> {
  const best = { floor: Number.POSITIVE_INFINITY, guarded: Number.POSITIVE_INFINITY }
  for (let turn = 0; turn < TURNS; turn++) {
    best.floor = Math.min(best.floor, await callTime(floor, method))
    best.guarded = Math.min(best.guarded, await callTime(guarded, method))
  }
  return round(best.guarded - best.floor)
}

async function callTime(context: BrowserContext, method: string): Promise<number> {
  const page = context.pages()[0] ?? (await context.newPage())
  return page.evaluate((verb) => {
    const rounds: number[] = []
    for (let round = 0; round < 4; round++) {
      const start = performance.now()
      for (let i = 0; i < 5_000; i++) new XMLHttpRequest().open(verb, `/api/products/${i}?page=2&sort=name`)
      rounds.push(((performance.now() - start) * 1_000) / 5_000)
    }
    return Math.min(...rounds.slice(1))
  }, method)
}

/** Microseconds for the longest way through the classifier: a POST that matches nothing until its body has been read. */
function classification(): number {
  const facts = {
    method: 'POST',
    url: 'https://shop.example/checkout/carts/shipping/information/estimate-payment-order',
    bodyHint: JSON.stringify({
      items: Array.from({ length: 20 }, (_, i) => ({ sku: `mug-${i}`, quantity: 1 })),
    }),
  }
  for (let i = 0; i < 20_000; i++) classifyRequest(facts)
  const start = performance.now()
  for (let i = 0; i < 50_000; i++) classifyRequest(facts)
  return round(((performance.now() - start) * 1_000) / 50_000)
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
