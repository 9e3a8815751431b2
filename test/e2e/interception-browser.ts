/** Chromium with the built extension, switched on with a PIN, and what a test asks of both. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { chromiumPath, PLAIN_ARGS } from '../harness/chromium.ts'

export const PIN = 'correct horse 7'

export interface AttemptSeen {
  id: string
  state: string
  channel: string
  what: string
  reason: string | null
  digest: string
  total: { amount: bigint; currency: string } | null
}

export interface GuardedBrowser {
  context: BrowserContext
  /** One of the extension's own pages, to speak to the background from. */
  own: Page
  attempts(): Promise<AttemptSeen[]>
  /** The only attempt in this state, as soon as there is one. */
  attemptIn(state: string): Promise<AttemptSeen>
  approve(attempt: AttemptSeen): Promise<unknown>
  reject(attempt: AttemptSeen): Promise<unknown>
  /** Takes it back, which no spam brake counts. */
  cancel(attempt: AttemptSeen): Promise<unknown>
  close(): Promise<void>
}

export function builtExtension(): string {
  const folder = resolve(process.env.CG_OUT ?? '.output', 'chrome-mv3')
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new Error(`No built extension in ${folder}. Run: npm run build`)
  }
  return folder
}

export async function openGuarded(args: string[] = []): Promise<GuardedBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'consent-guard-'))
  const extension = builtExtension()
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: true,
    viewport: { width: 1200, height: 800 },
    args: [
      ...PLAIN_ARGS,
      ...args,
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
    ],
  })
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
  const origin = `chrome-extension://${new URL(worker.url()).host}`
  const own = await context.newPage()
  await own.goto(`${origin}/dashboard.html`)
  const say = (message: object) =>
    own.evaluate((sent) => globalThis.chrome.runtime.sendMessage(sent), message as never)
  await say({ command: 'activate', factor: { kind: 'pin', pin: PIN } })

  async function attempts(): Promise<AttemptSeen[]> {
    return own.evaluate(
      () =>
        new Promise<AttemptSeen[]>((done, failed) => {
          const opening = indexedDB.open('consent-guard')
          opening.onerror = () => failed(opening.error)
          opening.onsuccess = () => {
            const all = opening.result.transaction('attempts').objectStore('attempts').getAll()
            all.onerror = () => failed(all.error)
            all.onsuccess = () => {
              opening.result.close()
              done(
                all.result
                  .sort((one, other) => one.createdAt - other.createdAt)
                  .map((row) => ({
                    id: row.id,
                    state: row.state,
                    channel: row.channel,
                    what: row.what,
                    reason: row.reason,
                    digest: row.digest,
                    total: row.order.total,
                  })),
              )
            }
          }
        }),
    )
  }

  async function attemptIn(state: string): Promise<AttemptSeen> {
    const until = Date.now() + 15_000
    for (;;) {
      const all = await attempts()
      const found = all.filter((attempt) => attempt.state === state)
      if (found.length === 1 && found[0] !== undefined) return found[0]
      if (Date.now() > until) throw new Error(`wanted one attempt in ${state}: ${show(all)}`)
      await own.waitForTimeout(50)
    }
  }

  return {
    context,
    own,
    attempts,
    attemptIn,
    approve: ({ id, digest }) =>
      say({ command: 'approve', attemptId: id, digest, proof: { kind: 'pin', pin: PIN } }),
    reject: ({ id }) => say({ command: 'reject', attemptId: id }),
    cancel: ({ id }) => say({ command: 'cancel', attemptId: id }),
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

function show(attempts: AttemptSeen[]): string {
  return JSON.stringify(
    attempts.map(({ state, channel, what, reason }) => ({ state, channel, what, reason })),
  )
}
