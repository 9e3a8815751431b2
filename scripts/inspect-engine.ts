/**
 * Loads saved or live pages in a real browser and runs the real reader on them, in an isolated world as the extension
 * does. Saved pages get their own address back (canonical link), run no scripts and reach no network.
 */
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, normalize } from 'node:path'
import { type Browser, type CDPSession, chromium, type Page, type Route } from 'playwright-core'
import { rolldown } from 'rolldown'

export interface PageOptions {
  scripts: boolean
}

/** The reader and what `inspect` asks of it, as one script for an isolated world. */
export async function bundleProbe(): Promise<string> {
  const bundle = await rolldown({
    input: new URL('./inspect-probe.ts', import.meta.url).pathname,
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'probe', minify: false })
  await bundle.close()
  return output[0].code
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CG_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

/** What the probe says about one page; throws where the page cannot be opened. */
export async function inspectPage(
  browser: Browser,
  probe: string,
  target: string,
  options: PageOptions,
): Promise<unknown> {
  const live = /^https?:\/\//.test(target)
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: live || options.scripts,
    serviceWorkers: 'block',
  })
  try {
    const page = await context.newPage()
    if (live) await page.goto(target, { waitUntil: 'load', timeout: 30_000 })
    else await openSaved(page, target)
    const session = await context.newCDPSession(page)
    return await evaluateIsolated(session, `${probe};probe.inspect()`)
  } finally {
    await context.close()
  }
}

async function openSaved(page: Page, file: string): Promise<void> {
  const html = readFileSync(file)
  const address = savedAddress(html.toString('utf8'), file)
  const folder = dirname(file)
  await page.route('**/*', (route: Route) => {
    const url = route.request().url()
    if (route.request().isNavigationRequest() && route.request().frame() === page.mainFrame()) {
      return route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' })
    }
    const local = localFile(folder, address, url)
    return local === null ? route.abort() : route.fulfill({ path: local })
  })
  await page.goto(address, { waitUntil: 'load', timeout: 30_000 })
}

/** The address that a saved page had: what the browser wrote on saving, its canonical link, or one that says nothing. */
export function savedAddress(html: string, file: string): string {
  const head = html.slice(0, 200_000)
  const found =
    /<!-- saved from url=\(\d+\)(https?:\/\/\S+)/i.exec(head)?.[1] ??
    /<link[^>]+rel=["']?canonical["']?[^>]+href=["'](https?:\/\/[^"']+)/i.exec(head)?.[1] ??
    /<meta[^>]+property=["']og:url["'][^>]+content=["'](https?:\/\/[^"']+)/i.exec(head)?.[1]
  if (found !== undefined && URL.canParse(found)) return found
  return `https://saved.invalid/${encodeURIComponent(basename(file, extname(file)))}`
}

/** A file beside the saved page that a relative address means; never one outside its folder. */
function localFile(folder: string, address: string, url: string): string | null {
  const base = new URL('.', address).href
  if (!url.startsWith(base)) return null
  const path = normalize(decodeURIComponent(url.slice(base.length).replace(/[?#].*$/, '')))
  if (path.startsWith('..') || path.startsWith('/')) return null
  const local = join(folder, path)
  return statSync(local, { throwIfNoEntry: false })?.isFile() === true ? local : null
}

async function evaluateIsolated(session: CDPSession, expression: string): Promise<unknown> {
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'inspect',
  })
  const answer = await session.send('Runtime.evaluate', {
    expression,
    contextId: executionContextId,
    returnByValue: true,
    awaitPromise: true,
  })
  if (answer.exceptionDetails !== undefined) {
    throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text)
  }
  return answer.result.value
}
