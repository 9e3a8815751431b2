/**
 * `npm run copy:hooks`, also at `prepack`: each agent package is installed alone, from its own folder, so what several of
 * them need is in each. It is written in the Claude Code package only; a test holds the copies to it.
 */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGES = join(import.meta.dirname, '../agent/packages')
const RULES = ['consent.mjs', 'payment-tools.mjs']

/** From the Claude Code package to where it is needed too. */
export const COPIES: readonly [source: string, copy: string][] = [
  ...RULES.map((name) => pair(name, 'openclaw/plugin')),
  ...[...RULES, 'refuse-unconsented.mjs'].map((name) => pair(name, 'hermes/plugin')),
]

function pair(name: string, folder: string): [string, string] {
  return [join(PACKAGES, 'claude-code/hooks', name), join(PACKAGES, folder, name)]
}

if (import.meta.main) for (const [source, copy] of COPIES) copyFileSync(source, copy)
