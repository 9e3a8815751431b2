/**
 * `npm run copy:hooks`, also at `prepack`: each agent package is installed alone, from its own folder, so what two of
 * them need is in both. It is written in the Claude Code package only; a test holds the copies to it.
 */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGES = join(import.meta.dirname, '../agent/packages')
export const SHARED = ['consent.mjs', 'payment-tools.mjs'] as const

export const sourceOf = (name: string) => join(PACKAGES, 'claude-code/hooks', name)
export const copyOf = (name: string) => join(PACKAGES, 'openclaw/plugin', name)

if (import.meta.main) for (const name of SHARED) copyFileSync(sourceOf(name), copyOf(name))
