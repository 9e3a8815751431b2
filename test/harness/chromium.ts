/** Where Chromium is, and the arguments that keep a test browser quiet. */
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export class ChromiumMissing extends Error {
  override name = 'ChromiumMissing'
  constructor() {
    super(
      'No Chromium was found. Install it (Debian: apt-get install chromium; elsewhere: ' +
        'npx playwright-core install chromium) or set CHROMIUM to its path. ' +
        'Branded Chrome does not work: it ignores --load-extension.',
    )
  }
}

/** `CHROMIUM`, the system's Chromium, or the one that Playwright has downloaded; else ChromiumMissing. */
export function chromiumPath(): string {
  const wanted = process.env.CHROMIUM
  if (wanted !== undefined && wanted !== '') {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM is set to ${wanted}, where there is no file.`)
    return wanted
  }
  const found = [...PLACES, chromium.executablePath()].find((path) => path !== '' && existsSync(path))
  if (found === undefined) throw new ChromiumMissing()
  return found
}

/** No first-run pages, no traffic of the browser's own; as root Chromium has no sandbox. */
export const PLAIN_ARGS: string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
