/**
 * `npm run freshness`: which direct dependencies have a newer version, from the registry. Exit code 1 where one is a major
 * version behind; smaller steps are listed only.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

interface Outdated {
  current?: string
  latest: string
}

/** Held back on purpose: the runtime is the long-term version that users have, and its types follow it. */
const PINNED = ['node', '@types/node']

const { stdout } = spawnSync('npm', ['outdated', '--json'], {
  cwd: join(import.meta.dirname, '..'),
  encoding: 'utf8',
})
const outdated = Object.entries(JSON.parse(stdout === '' ? '{}' : stdout) as Record<string, Outdated>)
const behind = outdated.filter(
  ([name, { current, latest }]) => !PINNED.includes(name) && major(latest) > major(current ?? latest),
)
for (const [name, { current, latest }] of outdated) console.log(`${name} ${current} → ${latest}`)
console.log(`${outdated.length} can be updated, ${behind.length} of them a major version behind`)
process.exitCode = behind.length === 0 ? 0 : 1

function major(version: string): number {
  return Number(version.split('.')[0])
}
