/**
 * `npm test`: all set-up, then every check and test. Arguments go to Vitest, e.g. `npm test -- --project unit`.
 * Ends with the line "N passed, N failed, N skipped".
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium, ensureFirefox, ensurePackages, root, run, toolEnv } from './setup.mjs'

const node = ensurePackages()
const chromium = ensureChromium(node)
const firefox = ensureFirefox()
run('wxt', ['prepare'])
run('biome', ['check', '.'])
run('tsc', ['--noEmit'])
run('wxt', ['build'])
run('wxt', ['build', '-b', 'firefox'])
const folder = mkdtempSync(join(tmpdir(), 'consent-guard-test-'))
const report = join(folder, 'report.json')
const vitest = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: toolEnv({ CHROMIUM: chromium, ...(firefox ? { FIREFOX: firefox } : {}) }),
  },
)
const totals = read(report)
rmSync(folder, { recursive: true, force: true })
let packed = true
if (process.env.CI && process.argv.length === 2) {
  // A minute and the registry: what a stranger gets from the npm package. Counts as one more test.
  const check = spawnSync('node', ['scripts/pack-check.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: toolEnv({}),
  })
  packed = check.status === 0
  totals[packed ? 'passed' : 'failed']++
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(vitest.status === 0 && packed && totals.passed > 0 ? 0 : 1)

function read(path) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(path, 'utf8'),
    )
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
