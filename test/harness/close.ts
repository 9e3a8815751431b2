import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'

const PATIENCE_MS = 3_000
const MOST_TRIES = 5

/**
 * Closes a tab. Chromium forgets to close one that is just committing a navigation, and then the driver waits for ever;
 * asked again afterwards it closes.
 */
export async function closePage(page: Page): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const given = new AbortController()
    const closed = page.close().then(
      () => true,
      () => page.isClosed(),
    )
    const patience = wait(PATIENCE_MS, false, { signal: given.signal }).catch(() => false)
    if (await Promise.race([closed, patience])) return given.abort()
  }
  throw new Error(`${page.url()} does not close`)
}
