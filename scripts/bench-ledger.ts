/**
 * `npm run bench:ledger`: the ledger in real Chromium, each figure with its target and the bare IndexedDB figure of the
 * same run. Options: `--entries 1000000` (default 100000), `--profile DIR` keeps and goes on filling a profile,
 * `--seconds 240` stops filling after that time (run again to go on), `--json FILE` writes the figures.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import type { Bench } from '../test/bench/ledger-page.ts'
import { chromiumPath, PLAIN_ARGS } from '../test/harness/chromium.ts'
import { report } from './figures.ts'

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '100000' },
    profile: { type: 'string' },
    seconds: { type: 'string', default: '100000' },
    json: { type: 'string' },
  },
})
const ENTRIES = Number(values.entries)
const SMALL = 1_000
/** All entries lie before this moment, and the measured purchases come after it. */
const END = Date.UTC(2026, 10, 23, 12)

const root = resolve(import.meta.dirname, '..')

async function pageScript(): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: join(root, 'test/bench/ledger-page.ts'), formats: ['iife'], name: 'ledgerBench' },
    },
  })
  const [bundle] = Array.isArray(result) ? result : [result]
  const chunk = bundle && 'output' in bundle ? bundle.output.find((part) => part.type === 'chunk') : undefined
  if (chunk?.type !== 'chunk') throw new Error('the bench page was not built')
  return chunk.code
}

const script = await pageScript()
const server = createServer((request, response) => {
  const isScript = request.url === '/bench.js'
  // Only an isolated page has a clock of 5 µs; others get 100 µs.
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-embedder-policy', 'require-corp')
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
  response.end(isScript ? script : '<!doctype html><title>ledger</title><script src="/bench.js"></script>')
})
// A profile that is kept has its data under one origin, port included.
await new Promise<void>((done) => server.listen(values.profile === undefined ? 0 : 47_613, '127.0.0.1', done))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const profile = values.profile ?? (await mkdtemp(join(tmpdir(), 'consent-guard-bench-')))
const context = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath(),
  headless: true,
  args: PLAIN_ARGS,
})
try {
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(origin)

  function run<Name extends keyof Bench>(
    name: Name,
    ...args: Parameters<Bench[Name]>
  ): Promise<Awaited<ReturnType<Bench[Name]>>> {
    return page.evaluate(
      async ([method, list]) => {
        const { bench } = globalThis as typeof globalThis & {
          bench: Record<string, (...a: unknown[]) => unknown>
        }
        try {
          return (await bench[method]?.(...list)) as never
        } catch (error) {
          // Named errors of the database lose their message on the way out of the page.
          throw new Error(`${method}: ${String(error)}`)
        }
      },
      [name, args] as const,
    )
  }

  const started = Date.now()
  const filled = await run('fill', 'large', ENTRIES, END, Number(values.seconds) * 1000)
  console.log(`${filled} of ${ENTRIES} entries after ${((Date.now() - started) / 1000).toFixed(0)} s`)
  if (filled >= ENTRIES) {
    await run('fill', 'small', SMALL, END, 600_000)
    const small = await run('appends', 'small', 11, END)
    const large = await run('appends', 'large', 11, END)
    const [capSmall, capLarge] = await run('capChecks', ['small', 'large'], 420, END)
    if (!capSmall || !capLarge) throw new Error('cap checks of two ledgers expected')
    const newest = await run('newest', 'large', 30)
    const search = await run('search', 'large', 7)
    const sums = await run('sums', 'large', 30, END)
    const recounted = await run('recount', 'large', END)
    const chain = await run('verifyChain', 'large', 200_000)
    const risk = await run('riskPass', 2_000)
    const storage = await run('storage')
    report([
      {
        what: `approval with sums at ${SMALL} entries`,
        value: small.approved.p50,
        unit: 'ms',
        peer: { what: 'one bare strict put', value: small.bare.p50 },
        ratioAtMost: 1.5,
      },
      {
        what: `approval with sums at ${ENTRIES} entries`,
        value: large.approved.p50,
        unit: 'ms',
        peer: { what: 'one bare strict put', value: large.bare.p50 },
        ratioAtMost: 1.5,
      },
      {
        what: 'approval with sums',
        value: large.approved.p50,
        unit: 'ms',
        peer: { what: 'its five reads and seven rows by hand', value: large.bareSteps.p50 },
      },
      {
        what: 'three rows by hand without an index, nothing read',
        value: large.bareThree.p50,
        unit: 'ms',
        peer: { what: 'one bare strict put', value: large.bare.p50 },
      },
      {
        what: 'those seven rows by hand, nothing read',
        value: large.bareRows.p50,
        unit: 'ms',
        peer: { what: 'one bare strict put', value: large.bare.p50 },
      },
      {
        what: `cap check at ${ENTRIES} entries`,
        value: capLarge.p50,
        unit: 'ms',
        peer: { what: `at ${SMALL}`, value: capSmall.p50 },
        ratioAtMost: 1.3,
        atMost: 1,
      },
      { what: 'newest 50 of all, p95', value: newest.all.p95, unit: 'ms', atMost: 20 },
      { what: 'newest 50 of a site and state, p95', value: newest.filtered.p95, unit: 'ms', atMost: 20 },
      { what: '50 of two states in mid-history, p95', value: newest.deep.p95, unit: 'ms', atMost: 20 },
      ...Object.entries(search).map(([text, figure]) => ({
        what: `search "${text}" (${figure.hits} found) among ${ENTRIES}, p95`,
        value: figure.p95,
        unit: 'ms',
        atMost: 300,
      })),
      { what: 'sum of a site over 30 days', value: sums.month.p50, unit: 'ms' },
      { what: `sums of caps made again from ${ENTRIES} bookings`, value: recounted, unit: 'ms' },
      { what: `log rows verified (of ${chain.rows})`, value: chain.perSecond, unit: '/s', atLeast: 20_000 },
      { what: 'risk pass, p95', value: risk.p95, unit: 'ms', atMost: 2 },
    ])
    if (!chain.holds) throw new Error('the chain of the filled ledger does not hold')
    if (values.json) {
      const all = {
        entries: ENTRIES,
        small,
        large,
        capSmall,
        capLarge,
        newest,
        search,
        sums,
        recounted,
        chain,
        risk,
        storage,
      }
      await writeFile(values.json, `${JSON.stringify(all, null, 2)}\n`)
    }
  }
} finally {
  await context.close()
  server.close()
  if (values.profile === undefined) await rm(profile, { recursive: true, force: true })
}
