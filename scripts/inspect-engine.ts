/**
 * Loads saved or live pages in a real browser and runs there what the extension runs, in an isolated world as it does.
 * Saved pages get their own address back, run no scripts unless asked to, and reach no network.
 */
import { readFileSync, statSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, dirname, extname, join, normalize } from 'node:path'
import { type Browser, type CDPSession, chromium, type Page, type Route } from 'playwright-core'
import { build } from 'vite'
import { chromiumPath, PLAIN_ARGS } from '../test/harness/chromium.ts'
import type { WireFacts } from '../utils/order/page-facts.ts'

/** One JSON line of `npm run inspect`. Amounts are strings of minor units. */
export interface Inspection {
  page: string
  checkout: boolean
  payControls: { selector: string; name: string; score: number; reasons: string[]; frame?: string }[]
  order: {
    merchant: string | null
    items: { name: string; quantity: number; amount: string | null }[]
    totals: { type: string; amount: string }[]
    total: { amount: string; currency: string; certain: boolean } | null
    recurrence: { every: number; unit: string; amount: string | null; trialDays: number } | null
  } | null
  sources: Record<string, { source: string; detail: string; confidence: number }>
  /** What the page does beside showing an order. */
  facts: WireFacts | null
  notes: { id: string; field: string; severity: string; values: Record<string, string> }[]
  ms: number
}

/** The extension's own reader and press judgement as one script. */
export async function bundleProbe(): Promise<string> {
  const entry = new URL('./inspect-probe.ts', import.meta.url).pathname
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    // Node strips the types: the project's tsconfig extends a file that a fresh checkout does not have yet.
    oxc: false,
    plugins: [{ name: 'types', enforce: 'pre', transform: withoutTypes }],
    build: {
      write: false,
      minify: false,
      rolldownOptions: { tsconfig: false },
      lib: { entry, formats: ['iife'], name: 'probe' },
    },
  })
  const output = Array.isArray(built) ? built[0]?.output : 'output' in built ? built.output : undefined
  const code = output?.find((file) => file.type === 'chunk')?.code
  if (code === undefined) throw new Error('the reader could not be bundled')
  return code
}

function withoutTypes(code: string, id: string): string | null {
  if (!id.endsWith('.ts')) return null
  // The output is for bug reports; that Node calls the function experimental is not part of it.
  const warn = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(code)
  } finally {
    process.emitWarning = warn
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: PLAIN_ARGS })
}

export interface PageOptions {
  /** Let a saved page run its scripts. */
  scripts: boolean
}

/** What the guard sees on one page; throws where the page cannot be opened. */
export function inspectPage(
  browser: Browser,
  probe: string,
  target: string,
  options: PageOptions,
): Promise<Inspection> {
  return withPage(browser, target, options, (page) => inspectOpen(page, probe, target))
}

/** Opens a saved or live page of its own, hands it over, and closes it. */
export async function withPage<T>(
  browser: Browser,
  target: string,
  options: PageOptions,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const live = /^https?:\/\//.test(target)
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: live || options.scripts,
    serviceWorkers: 'block',
    // A saved page's policy would forbid nothing that we do, but stops its own inline style sheets.
    bypassCSP: !live,
  })
  try {
    const page = await context.newPage()
    if (live) await openLive(page, target)
    else await openSaved(page, target)
    return await use(page)
  } finally {
    await context.close()
  }
}

/** The same for a page that is already open. */
export async function inspectOpen(page: Page, probe: string, target: string): Promise<Inspection> {
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const found = await inspectFrame(session, frameTree.frame.id, probe)
  await session.detach()
  for (const frame of page.frames()) {
    if (frame === page.mainFrame() || !/^(?:https?:|about:srcdoc)/.test(frame.url())) continue
    const inner = await frame
      .evaluate<Omit<Inspection, 'page'> | null>(`${probe};probe.inspect()`)
      .catch(() => null)
    if (inner === null) continue
    found.payControls.push(...inner.payControls.map((control) => ({ ...control, frame: frame.url() })))
    if (inner.payControls.length > 0) found.checkout = true
    if (!found.order?.total && inner.order?.total) {
      found.order = inner.order
      found.sources = inner.sources
      found.notes = inner.notes
    }
  }
  return { page: target, ...found }
}

async function inspectFrame(
  session: CDPSession,
  frameId: string,
  probe: string,
): Promise<Omit<Inspection, 'page'>> {
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId,
    worldName: 'inspect',
  })
  const answer = await session.send('Runtime.evaluate', {
    expression: `${probe};probe.inspect()`,
    contextId: executionContextId,
    returnByValue: true,
    awaitPromise: true,
  })
  if (answer.exceptionDetails !== undefined) {
    throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text)
  }
  return answer.result.value
}

async function openLive(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'load', timeout: 30_000 })
  // Checkouts that draw themselves go quiet when done; those that never do are read as they are.
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined)
}

async function openSaved(page: Page, file: string): Promise<void> {
  const html = readFileSync(file)
  const address = savedAddress(html.toString('utf8'), file)
  const folder = dirname(file)
  let served = false
  await page.route('**/*', (route: Route) => {
    const request = route.request()
    // A browser under load may ask for the same page twice.
    if (request.isNavigationRequest() && (!served || request.url() === address)) {
      served = true
      return route.fulfill({ body: html, contentType: `text/html${charsetOf(html)}` })
    }
    const local = localFile(folder, address, request.url())
    return local === null ? route.abort() : route.fulfill({ path: local })
  })
  await page.goto(address, { waitUntil: 'load', timeout: 30_000 })
}

/** Named by the page itself, else UTF-8, which is what browsers save in. */
function charsetOf(html: Buffer): string {
  return /<meta[^>]+charset/i.test(html.subarray(0, 4_096).toString('latin1')) ? '' : '; charset=utf-8'
}

/** The address that a saved page had: what the browser wrote on saving, its canonical link, or one that says nothing. */
export function savedAddress(html: string, file: string): string {
  const head = html.slice(0, 200_000)
  const found =
    /<!-- saved from url=\(\d+\)(https?:\/\/\S+)/i.exec(head)?.[1] ??
    /<link[^>]+rel=["']?canonical["']?[^>]+href=["'](https?:\/\/[^"']+)/i.exec(head)?.[1] ??
    /<meta[^>]+property=["']og:url["'][^>]+content=["'](https?:\/\/[^"']+)/i.exec(head)?.[1]
  if (found !== undefined && URL.canParse(found)) return found.replaceAll('&amp;', '&')
  return `https://saved.invalid/${encodeURIComponent(basename(file, extname(file)))}`
}

/** A file beside the saved page that a relative address means; never one outside its folder. */
function localFile(folder: string, address: string, url: string): string | null {
  const base = new URL('.', address).href
  if (!url.startsWith(base)) return null
  let path: string
  try {
    path = normalize(decodeURIComponent(url.slice(base.length).replace(/[?#].*$/, '')))
  } catch {
    return null
  }
  if (path.startsWith('..') || path.startsWith('/')) return null
  const local = join(folder, path)
  return statSync(local, { throwIfNoEntry: false })?.isFile() === true ? local : null
}
