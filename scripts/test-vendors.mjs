/**
 * `npm run test:vendors`: installs the agents that people run (pinned, from the npm registry) into a cache folder, once,
 * and runs the tests that use them: their browsers, their validators, how they load our packages. Without it those tests
 * say "skipped". It takes 1.2 GB.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { debianInstall, ensurePackages, isRootOnDebian, root, say, stop, toolEnv } from './setup.mjs'

const VENDORS = [
  '@anthropic-ai/claude-code@2.1.332',
  '@browserbasehq/stagehand@4.4.0',
  'agent-browser@0.41.2',
  'openclaw@2026.9.6',
]
const TESTS = ['shop-agents', 'extension-agent', 'packages', 'browser-configs'].map(
  (name) => `test/agents/${name}.test.ts`,
)

ensurePackages()
const bins = process.env.CG_VENDORS ?? install(join(homedir(), '.cache', 'consent-guard', 'vendors'))
ensureDisplay()
const done = spawnSync('node', ['scripts/test.mjs', '--project', 'e2e', ...TESTS], {
  cwd: root,
  stdio: 'inherit',
  env: toolEnv({ CG_VENDORS: bins }),
})
process.exit(done.status ?? 1)

/** Folder of the programs. Of the packages' own scripts only the one is run without which Claude Code does not start. */
function install(folder) {
  const wanted = `${folder}-${createHash('sha256').update(VENDORS.join()).digest('hex').slice(0, 12)}`
  const found = join(wanted, 'node_modules', '.bin')
  if (existsSync(join(wanted, '.done'))) return found
  say('installing the agents (once)')
  mkdirSync(wanted, { recursive: true })
  writeFileSync(join(wanted, 'package.json'), '{ "private": true }')
  const npm = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', ...VENDORS]
  const options = { cwd: wanted, stdio: ['ignore', 2, 2], env: toolEnv() }
  const claude = 'node_modules/@anthropic-ai/claude-code/install.cjs'
  for (const [command, args] of [
    ['npm', npm],
    ['node', [claude]],
  ]) {
    if (spawnSync(command, args, options).status !== 0) stop('the agents could not be installed')
  }
  writeFileSync(join(wanted, '.done'), '')
  return found
}

/** agent-browser starts a browser with extensions only where there is a display, or Xvfb to make one. */
function ensureDisplay() {
  if (process.env.DISPLAY !== undefined) return
  const has = (process.env.PATH ?? '').split(delimiter).some((place) => existsSync(join(place, 'Xvfb')))
  if (!has && isRootOnDebian()) debianInstall('xvfb')
}
