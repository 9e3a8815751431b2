/** What runs in every frame, and what must be there before a person sees a question, stays small: gzipped, as built. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pageWeight } from '../../scripts/page-weight.ts'

const LIMIT = 8_000

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'consent-guard-size-'))
  // Not the test runner's own environment: with it the bundler would build for tests.
  const { PATH, HOME } = process.env
  execFileSync('node_modules/.bin/wxt', ['build'], { env: { PATH, HOME, CG_OUT: folder }, stdio: 'pipe' })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the scripts of every frame are at most 8 kB together', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'chrome-mv3/manifest.json'), 'utf8'))
  const files: string[] = manifest.content_scripts.flatMap(({ js }: { js: string[] }) => js)
  expect(files).toEqual(['relay.js', 'hook.js'])
  const sizes = files.map(
    (file) => gzipSync(readFileSync(join(folder, 'chrome-mv3', file)), { level: 9 }).length,
  )
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(LIMIT)
})

it('the consent window, with everything that it needs to draw, is at most 60 kB', () => {
  const weight = pageWeight(join(folder, 'chrome-mv3'), 'consent.html')
  // Far below, the page would not have been followed to its scripts.
  expect(weight).toBeGreaterThan(20_000)
  expect(weight).toBeLessThanOrEqual(60_000)
})
