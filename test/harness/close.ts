import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'

const PATIENCE_MS = 3_000
const MOST_TRIES = 5

/**
 * Closes a tab. Chromium forgets to close one that is just committing a navigation, and then the driver waits for ever:
 * it sends a plain `close` only once. Asked again, it closes; of the driver's two ways only the one that runs
 * `beforeunload` is sent each time.
 */
export async function closePage(page: Page): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const given = new AbortController()
    const closed = new Promise<true>((resolve) => page.once('close', () => resolve(true)))
    if (page.isClosed()) return
    await page.close({ runBeforeUnload: true }).catch(() => {})
    const patience = wait(PATIENCE_MS, false, { signal: given.signal }).catch(() => false)
    if (await Promise.race([closed, patience])) return given.abort()
  }
  throw new Error(`${page.url()} does not close`)
}
