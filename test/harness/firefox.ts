/**
 * Firefox with the built extension, over WebDriver BiDi. Its driver cannot open or script the background, and opens the
 * extension's own pages only by raw commands, so one tab of ours (`own`) speaks to the background for the tests.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import type { AttemptRow } from '../../utils/ledger/db.ts'

const ID = 'consent-guard@consent-guard.example'
const UUID = '11111111-2222-4333-8444-555555555555'

/** Path of Firefox, or null: then its tests are skipped, and say so. */
export function firefoxPath(): string | null {
  const path = process.env.FIREFOX ?? '/usr/bin/firefox-esr'
  return existsSync(path) ? path : null
}

export function builtForFirefox(): string {
  return resolve(process.env.CG_OUT ?? join(import.meta.dirname, '../../.output'), 'firefox-mv2')
}

export interface FirefoxOptions {
  extensionDir?: string
  /** Switches the guard on with this PIN. */
  pin?: string
  prefs?: Record<string, unknown>
}

/** A row as JSON carries it: money in decimal strings. */
export type Seen = Pick<
  AttemptRow,
  'id' | 'state' | 'channel' | 'digest' | 'reason' | 'what' | 'createdAt' | 'seen'
>

export interface GuardedFirefox {
  browser: Browser
  pid: number
  urlOf(page: string): string
  /** The value of an expression in the extension's own page, through JSON. */
  inOwn<T>(expression: string): Promise<T>
  /** A command to the background, as our own pages send it. */
  say(message: object): Promise<{ ok: boolean; code?: string }>
  /** Rows of a table of the ledger; bigints as decimal strings. */
  rows<T>(table: string): Promise<T[]>
  attempts(): Promise<Seen[]>
  /** The newest attempt that `wanted` accepts, as soon as there is one. */
  attempt(wanted: (row: Seen) => boolean, timeout?: number): Promise<Seen>
  approve(attempt: Seen): Promise<{ ok: boolean; code?: string }>
  reject(attempt: Seen): Promise<{ ok: boolean; code?: string }>
  /** A tab of the driver's on one of the extension's pages. */
  openOwn(page: string): Promise<Page>
  /** The consent window, as soon as it asks. */
  consent(timeout?: number): Promise<Page>
  /** The consent window, whatever it shows; null where none is open. */
  consentWindow(): Promise<Page | null>
  close(): Promise<void>
}

interface Connection {
  send(method: string, params: object): Promise<{ result: Record<string, unknown> }>
}

export async function launchFirefox(options: FirefoxOptions = {}): Promise<GuardedFirefox> {
  const executablePath = firefoxPath()
  if (executablePath === null) throw new Error('No Firefox was found; set FIREFOX to its path.')
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [ID]: UUID }),
      'dom.disable_open_during_load': false,
      ...options.prefs,
    },
  })
  await browser.installExtension(options.extensionDir ?? builtForFirefox())
  const pin = options.pin ?? ''
  const base = `moz-extension://${UUID}`

  async function bidi(method: string, params: object): Promise<Record<string, unknown>> {
    const connection: unknown = Reflect.get(browser, 'connection')
    return (await (connection as Connection).send(method, params)).result
  }

  async function evaluate(context: string, expression: string): Promise<string> {
    const { result, exceptionDetails } = await bidi('script.evaluate', {
      expression,
      target: { context },
      awaitPromise: true,
    })
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails).slice(0, 400))
    return String((result as { value?: unknown }).value ?? '')
  }

  async function openContext(page: string): Promise<string> {
    const { context } = await bidi('browsingContext.create', { type: 'tab' })
    const id = String(context)
    // The driver's own wait never ends for these pages.
    await bidi('browsingContext.navigate', { context: id, url: `${base}/${page}`, wait: 'none' })
    await until(async () => (await evaluate(id, 'location.href + document.readyState')).endsWith('complete'))
    return id
  }

  const own = await openContext('dashboard.html')
  async function inOwn<T>(expression: string): Promise<T> {
    const text = await evaluate(
      own,
      `Promise.resolve(${expression}).then((v) => JSON.stringify(v, ${PLAIN}))`,
    )
    return JSON.parse(text === '' ? 'null' : text) as T
  }
  const say = (message: object) =>
    inOwn<{ ok: boolean; code?: string }>(`browser.runtime.sendMessage(${JSON.stringify(message)})`)
  if (options.pin !== undefined) await say({ command: 'activate', factor: { kind: 'pin', pin } })

  const rows = <T>(table: string) =>
    inOwn<T[]>(`new Promise((done, failed) => { const opening = indexedDB.open('consent-guard');
      opening.onerror = () => failed(opening.error)
      opening.onsuccess = () => {
        const all = opening.result.transaction(${JSON.stringify(table)}).objectStore(${JSON.stringify(table)}).getAll()
        all.onsuccess = () => { opening.result.close(); done(all.result) } } })`)

  async function attempts(): Promise<Seen[]> {
    return (await rows<Seen>('attempts')).sort((one, other) => one.createdAt - other.createdAt)
  }

  async function pages(): Promise<Page[]> {
    return browser.pages()
  }

  /** The driver shows windows that the extension opened as about:blank; the page itself knows better. */
  async function find(start: string): Promise<Page | null> {
    for (const page of await pages()) {
      const url = await page.evaluate(() => location.href).catch(() => '')
      if (url.startsWith(start)) return page
    }
    return null
  }

  return {
    browser,
    pid: browser.process()?.pid ?? 0,
    urlOf: (page) => `${base}/${page}`,
    inOwn,
    say,
    rows,
    attempts,
    async attempt(wanted, timeout = 15_000) {
      let all: Seen[] = []
      return until(
        async () => {
          all = await attempts()
          return all.findLast(wanted)
        },
        timeout,
        () => JSON.stringify(all),
      )
    },
    approve: ({ id, digest }) =>
      say({ command: 'approve', attemptId: id, digest, proof: { kind: 'pin', pin } }),
    reject: ({ id }) => say({ command: 'reject', attemptId: id }),
    async openOwn(page) {
      await openContext(page)
      return until(() => find(`${base}/${page}`))
    },
    consent: (timeout = 15_000) =>
      until(async () => {
        const page = await find(`${base}/consent.html`)
        const asks = await page?.$('[data-testid=approve]').catch(() => null)
        return page && asks ? page : null
      }, timeout),
    consentWindow: () => find(`${base}/consent.html`),
    close: () => browser.close(),
  }
}

const PLAIN = "(_, one) => (typeof one === 'bigint' ? String(one) : one)"

/** Asks again until the answer is something: these pages have no events for a driver. */
export async function until<T>(
  ask: () => Promise<T | null | undefined | false>,
  timeout = 15_000,
  seen: () => string = () => '',
): Promise<T> {
  const end = Date.now() + timeout
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`It did not come to that in ${timeout} ms. ${seen()}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
