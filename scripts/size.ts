/**
 * `npm run size`: how large the built packages are, against limits. What runs in every frame of every page counts
 * gzipped; the rest is read from disk. Exit code 1 above a limit. A limit is raised with a reason, in its own commit.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

interface Limit {
  what: string
  /** Bytes. */
  most: number
  files: (name: string) => boolean
  gzip: boolean
}

const LIMITS: Limit[] = [
  { what: 'relay.js, in every frame', most: 4_000, files: (name) => name === 'relay.js', gzip: true },
  { what: 'hook.js, in every frame', most: 5_000, files: (name) => name === 'hook.js', gzip: true },
  {
    what: 'reader.js, where a payment is held',
    // Words of fifty languages, and the names of their currencies.
    most: 53_000,
    files: (name) => name === 'reader.js',
    gzip: true,
  },
  {
    what: 'background.js, not minified',
    most: 1_700_000,
    files: (name) => name === 'background.js',
    gzip: false,
  },
  { what: 'pages', most: 1_000_000, files: (name) => /^(?:chunks|assets)\/|\.html$/.test(name), gzip: false },
  { what: 'the whole package', most: 3_700_000, files: () => true, gzip: false },
]

const out = resolve(process.env.CG_OUT ?? join(import.meta.dirname, '..', '.output'))
let over = 0
for (const build of ['chrome-mv3', 'firefox-mv2']) {
  const folder = join(out, build)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )
  for (const { what, most, files, gzip } of LIMITS) {
    const size = names
      .filter(files)
      .map((name) => readFileSync(join(folder, name)))
      .reduce((total, content) => total + (gzip ? gzipSync(content, { level: 9 }) : content).length, 0)
    if (size > most) over++
    const bytes = `${String(size).padStart(9)} of ${String(most).padStart(9)} bytes${gzip ? ' gzipped' : ''}`
    console.log(`${size > most ? 'OVER' : 'ok  '} ${build.padEnd(12)} ${bytes.padEnd(40)} ${what}`)
  }
}
process.exitCode = over === 0 ? 0 : 1
