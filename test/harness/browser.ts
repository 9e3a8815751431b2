/** Chromium with the built extension in it, as every browser test and the demonstration run it. */
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BrowserContext, chromium, type Page, type Worker } from 'playwright-core'
import { chromiumPath, PLAIN_ARGS } from './chromium.ts'
import { extensionIdOf } from './manifest.ts'

export interface LaunchOptions {
  /** Folder of the built extension (`.output/chrome-mv3`). */
  extensionDir: string
  headless?: boolean
  /** Kept between launches; absent: a fresh temporary profile. */
  userDataDir?: string
  /** Port for agents that attach from outside; 'free' picks one. Absent: none. */
  cdpPort?: number | 'free'
  extraArgs?: string[]
}

export type ExtensionPage = 'welcome' | 'consent' | 'popup' | 'dashboard'

export interface GuardedBrowser {
  context: BrowserContext
  extensionId: string
  extensionDir: string
  userDataDir: string
  /** Process id of the browser; also the id of its process group. */
  pid: number
  /** `http://127.0.0.1:PORT`, or null without a port. */
  cdpEndpoint: string | null
  /** The first tab, on a still page of the extension: a quiet place to read the ledger from. */
  office: Page
  urlOf(page: ExtensionPage): string
  /** The running worker of the extension, started if it sleeps. */
  serviceWorker(): Promise<Worker>
  /** SIGKILL to the whole browser, at once: what a power cut leaves of it. */
  kill(): Promise<void>
  close(): Promise<void>
  /** The same profile again, after `kill` or `close`. */
  relaunch(extra?: Partial<LaunchOptions>): Promise<GuardedBrowser>
}

/** Where `npm run build` leaves the Chromium build; `CG_OUT` as in wxt.config.ts. */
export function builtExtension(): string {
  return resolve(process.env.CG_OUT ?? '.output', 'chrome-mv3')
}

export async function launchGuarded(options: LaunchOptions): Promise<GuardedBrowser> {
  const { extensionDir } = options
  const extensionId = extensionIdOf(extensionDir)
  const userDataDir = options.userDataDir ?? (await mkdtemp(join(tmpdir(), 'consent-guard-profile-')))
  const cdpPort = options.cdpPort === 'free' ? await freePort() : options.cdpPort
  const context = await chromium.launchPersistentContext(userDataDir, {
    executablePath: chromiumPath(),
    headless: options.headless ?? true,
    viewport: null,
    args: [
      ...PLAIN_ARGS,
      `--disable-extensions-except=${extensionDir}`,
      `--load-extension=${extensionDir}`,
      ...(cdpPort === undefined ? [] : [`--remote-debugging-port=${cdpPort}`]),
      ...(options.extraArgs ?? []),
    ],
  })
  const base = `chrome-extension://${extensionId}`
  await workerOf(context, base)
  const office = context.pages()[0] ?? (await context.newPage())
  await office.goto(`${base}/manifest.json`)
  await workerIsActive(context, office)
  const pid = await browserPid(context, office)

  return {
    context,
    extensionId,
    extensionDir,
    userDataDir,
    pid,
    cdpEndpoint: cdpPort === undefined ? null : `http://127.0.0.1:${cdpPort}`,
    office,
    urlOf: (page) => `${base}/${page}.html`,
    serviceWorker: () => workerOf(context, base),
    async kill() {
      const gone = new Promise<void>((done) => context.once('close', () => done()))
      killGroup(pid)
      await gone
    },
    close: () => context.close(),
    relaunch: (extra) => launchGuarded({ ...options, ...extra, userDataDir }),
  }
}

async function workerOf(context: BrowserContext, base: string): Promise<Worker> {
  const isOurs = (worker: Worker) => worker.url().startsWith(base)
  const running = context.serviceWorkers().find(isOurs)
  return running ?? context.waitForEvent('serviceworker', { predicate: isOurs, timeout: 30_000 })
}

/** A worker that is still being installed must not be killed or driven yet. */
async function workerIsActive(context: BrowserContext, office: Page): Promise<void> {
  const session = await context.newCDPSession(office)
  const active = new Promise<void>((done) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      if (versions.some((version) => version.status === 'activated')) done()
    })
  })
  await session.send('ServiceWorker.enable')
  await active
  await session.detach()
}

/** Asked of the browser itself, so that it works wherever Chromium does. */
async function browserPid(context: BrowserContext, page: Page): Promise<number> {
  const browser = context.browser()
  const session = browser ? await browser.newBrowserCDPSession() : await context.newCDPSession(page)
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const found = processInfo.find((process) => process.type === 'browser')
  if (!found) throw new Error('Chromium does not say which process it is.')
  return found.id
}

/** Playwright starts Chromium as the leader of a process group of its own. */
function killGroup(pid: number): void {
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null
          ? done(address.port)
          : reject(new Error('there is no free port')),
      )
    })
  })
}
