/** Chromium with the built extension in it, and the ledger filled from outside: for looking at surfaces. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { chromiumPath, PLAIN_ARGS } from '../../harness/chromium.ts'

export interface OpenOptions {
  scheme?: 'light' | 'dark'
  /** Browser language, BCP 47. */
  language?: string
}

export interface Opened {
  context: BrowserContext
  page: Page
  /** Shows a page of the extension in the one tab, at this size, once it has drawn. */
  show(path: string, width: number, height: number): Promise<void>
  put(store: string, rows: readonly unknown[]): Promise<void>
  clear(stores: readonly string[]): Promise<void>
  rows<T>(store: string): Promise<T[]>
  /** Tells liveQuery that rows of a table were written, as Dexie does it from another window or worker. */
  announce(store: string): Promise<void>
  close(): Promise<void>
}

/** The built extension; `wxt build` makes it. */
export function extensionFolder(): string {
  const folder = resolve(process.env.CG_OUT ?? '.output', 'chrome-mv3')
  if (!existsSync(join(folder, 'manifest.json'))) throw new Error(`Not built: ${folder}. Run wxt build.`)
  return folder
}

export async function open({ scheme = 'light', language = 'en-US' }: OpenOptions = {}): Promise<Opened> {
  const folder = extensionFolder()
  const profile = mkdtempSync(join(tmpdir(), 'consent-guard-ui-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: true,
    viewport: null,
    colorScheme: scheme,
    locale: language,
    args: [
      ...PLAIN_ARGS,
      `--lang=${language}`,
      `--disable-extensions-except=${folder}`,
      `--load-extension=${folder}`,
    ],
    env: { ...process.env, LANGUAGE: language.replace('-', '_') },
  })
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
  // Node's URL says "null" for the origin of an extension.
  const origin = worker.url().split('/').slice(0, 3).join('/')
  const page = await context.newPage()

  async function transact(stores: readonly string[], rows: readonly unknown[]) {
    await page.evaluate(
      async ({ stores, rows }) => {
        const db = await new Promise<IDBDatabase>((done, fail) => {
          const request = indexedDB.open('consent-guard')
          request.onsuccess = () => done(request.result)
          request.onerror = () => fail(request.error)
        })
        const transaction = db.transaction([...stores], 'readwrite')
        for (const store of stores) {
          if (rows.length === 0) transaction.objectStore(store).clear()
          for (const row of rows) transaction.objectStore(store).put(row)
        }
        await new Promise((done, fail) => {
          transaction.oncomplete = done
          transaction.onerror = fail
        })
        db.close()
      },
      { stores, rows },
    )
  }

  return {
    context,
    page,
    async show(path, width, height) {
      await page.setViewportSize({ width, height })
      // Another address first: a changed fragment alone would not load the page anew.
      await page.goto('about:blank')
      await page.goto(`${origin}/${path}`)
      await page.locator('#root > *').first().waitFor()
    },
    put: (store, rows) => transact([store], rows),
    clear: (stores) => transact(stores, []),
    rows: (store) =>
      page.evaluate(async (name) => {
        const db = await new Promise<IDBDatabase>((done, fail) => {
          const request = indexedDB.open('consent-guard')
          request.onsuccess = () => done(request.result)
          request.onerror = () => fail(request.error)
        })
        const request = db.transaction(name).objectStore(name).getAll()
        await new Promise((done) => {
          request.onsuccess = done
        })
        db.close()
        return request.result
      }, store),
    announce: (store) =>
      page.evaluate((table) => {
        const everything = { d: 1, from: -Infinity, to: [[]] }
        const parts = ['', 'state'].map((index) => [`idb://consent-guard/${table}/${index}`, everything])
        const channel = new BroadcastChannel('x-storagemutated-1')
        channel.postMessage(Object.fromEntries(parts))
        channel.close()
      }, store),
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
