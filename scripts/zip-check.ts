/**
 * `npm run zip:check`: are the packages reproducible? Zips both builds, unpacks the sources that reviewers get into an
 * empty folder, builds there again, and compares SHA-256. Exit code 1 where a hash differs.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzip } from './unzip.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'consent-guard-zip-'))
try {
  const first = join(folder, 'first')
  zip(root, first)
  const sources = readdirSync(first).find((name) => name.endsWith('-sources.zip'))
  if (sources === undefined) throw new Error('There is no zip of the sources.')
  const copy = join(folder, 'copy')
  for (const [name, content] of unzip(readFileSync(join(first, sources)))) {
    mkdirSync(dirname(join(copy, name)), { recursive: true })
    writeFileSync(join(copy, name), content)
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const second = join(folder, 'second')
  zip(copy, second)
  const names = readdirSync(first).filter((name) => name.endsWith('.zip'))
  const same = names.map((name) => {
    const [one, other] = [hash(join(first, name)), hash(join(second, name))]
    console.log(`${one === other ? 'same     ' : 'DIFFERENT'} ${one} ${name}`)
    return one === other
  })
  process.exitCode = names.length === 3 && same.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function zip(cwd: string, out: string): void {
  for (const browser of ['chrome', 'firefox']) {
    const { status, stderr } = spawnSync('wxt', ['zip', '-b', browser], {
      cwd,
      encoding: 'utf8',
      env: {
        ...process.env,
        CG_OUT: out,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
      },
    })
    if (status !== 0) throw new Error(`wxt zip -b ${browser} failed in ${cwd}: ${stderr}`)
  }
}

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
