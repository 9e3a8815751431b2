/**
 * `npm run bench:backend`: how much of what the database can do do authorisations get?
 *
 * Everything in one run, on one machine, with durable commits: a bare three-row insert transaction over the same number
 * of connections is the yardstick; then full authorisations over HTTP (device signature, mandate signature, digest,
 * risk, caps lookup, one durable commit), then latency at a fixed rate, start-up, memory, and four times too much load.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../backend/db/database.ts'
import { runningConnection } from '../backend/postgres/server.ts'
import { startProcess } from '../test/backend/child.ts'
import { removeFolder } from '../test/backend/running.ts'
import { report } from './figures.ts'

const CONNECTIONS = 16
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8)
/** Yardstick and authorisations take turns, and medians are compared: what else the machine does falls on both. */
const ROUNDS = 5
/** Each is an account of its own: the risk rules let none pay more than 60 times in ten minutes, and nobody pays as often. */
const DEVICES = 512
/** Both sides are measured warm: a server's first second is its compiler's. */
const WARM = 2_000
const WARM_MS = 1_000
const YARDSTICK_S = SECONDS / 4
const LOADER = fileURLToPath(new URL('./bench-backend-load.ts', import.meta.url))

export interface LoadResult {
  answered: number
  authorised: number
  shed: number
  wrong: number
  perSecond: number
  p50: number
  p99: number
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function median(values: number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

/**
 * Three rows in one durable transaction, as often as 16 connections can: BEGIN, three prepared inserts and COMMIT, each sent
 * when the answer to the one before is there, by the driver and the pool that the backend itself uses.
 */
async function bareInserts(folder: string): Promise<{ perSecond: number; p50: number; p99: number }> {
  const db = openDatabase({
    connection: await runningConnection(folder),
    max: CONNECTIONS,
    onError: () => {},
  })
  await db.query(
    'CREATE TABLE IF NOT EXISTS bench (a text, b text, n bigint, at timestamptz, PRIMARY KEY (a, b))',
  )
  const times: number[] = []
  const begins = performance.now() + WARM_MS
  const ends = begins + YARDSTICK_S * 1000
  let n = 0
  async function worker(): Promise<void> {
    while (performance.now() < ends) {
      const id = String(n++)
      const started = performance.now()
      await db.transaction(async (tx) => {
        for (const part of ['x', 'y', 'z']) {
          await tx.query('INSERT INTO bench VALUES ($1, $2, $3, now())', [id, part, 4999n], 'bench')
        }
      })
      if (started >= begins) times.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  await db.query('DROP TABLE bench')
  await db.end()
  times.sort((a, b) => a - b)
  return { perSecond: times.length / YARDSTICK_S, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}

/** The load comes from a process of its own: mandates are signed before the clock starts. */
function load(url: string, codes: string[], options: Record<string, string>): Promise<LoadResult> {
  const child: ChildProcess = spawn(process.execPath, [LOADER, url, codes.join(',')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options },
  })
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(text) as LoadResult) : reject(new Error(`load ${code}`)),
    )
  })
}

async function codesFor(folder: string, count: number): Promise<string[]> {
  const { issueActivationCode } = await import('../backend/devices/activation.ts')
  const db = openDatabase({ connection: await runningConnection(folder), max: 4, onError: () => {} })
  const codes = []
  for (let n = 0; n < count; n++)
    codes.push((await issueActivationCode(db, Date.now(), { label: 'bench' })).code)
  await db.end()
  return codes
}

async function residentMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kb = /VmRSS:\s+(\d+)/.exec(status)?.[1]
  return kb === undefined ? null : Math.round(Number(kb) / 1024)
}

const parent = await mkdtemp(join(tmpdir(), 'cg-bench-'))
const folder = join(parent, 'data')
try {
  const env = { LOG_LEVEL: 'error' }
  const firstStart = performance.now()
  const first = await startProcess(folder, env)
  const firstMs = performance.now() - firstStart
  await first.end('SIGTERM')
  const secondStart = performance.now()
  const backend = await startProcess(folder, env)
  const startMs = performance.now() - secondStart
  const idleMb = await residentMb(backend.child.pid ?? 0)

  const codes = await codesFor(folder, DEVICES * (ROUNDS + 2))
  const bare = [(await bareInserts(folder)).perSecond]
  const full: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const loaded = await load(backend.url, codes.splice(0, DEVICES), {
      MODE: 'closed',
      CONNECTIONS: String(CONNECTIONS),
      COUNT: String(SECONDS * 500),
      WARM: String(WARM),
    })
    full.push(loaded.perSecond)
    bare.push((await bareInserts(folder)).perSecond)
  }
  const authorised = median(full)
  const steady = await load(backend.url, codes.splice(0, DEVICES), {
    MODE: 'open',
    RATE: '400',
    COUNT: String(SECONDS * 400),
  })
  const flood = await load(backend.url, codes, {
    MODE: 'open',
    RATE: String(Math.round(authorised * 4)),
    COUNT: String(Math.min(12_000, Math.round(authorised * 4 * 3))),
  })
  const recovered = await fetch(`${backend.url}/readyz`)
  const busyMb = await residentMb(backend.child.pid ?? 0)
  await backend.end('SIGTERM')

  report([
    {
      what: `authorise, ${CONNECTIONS} connections`,
      value: authorised,
      unit: '/s',
      peer: { what: 'bare three-row insert transactions', value: median(bare) },
      ratioAtLeast: 0.35,
      atLeast: 5 * 198,
    },
    {
      what: `authorise at 400/s, p99 (${steady.shed + steady.wrong} of ${steady.authorised} not answered well)`,
      value: steady.wrong === 0 && steady.shed === 0 ? steady.p99 : Number.NaN,
      unit: 'ms',
      atMost: 50,
    },
    {
      what: `wrong answers at 4 × capacity (${flood.authorised} authorised, ${flood.shed} shed, then ready: ${recovered.status})`,
      value: recovered.status === 200 ? flood.wrong : Number.NaN,
      unit: '',
      atMost: 0,
    },
    { what: 'start to ready after the first run', value: startMs, unit: 'ms', atMost: 3_000 },
    { what: 'first start, database made', value: firstMs, unit: 'ms' },
    { what: 'idle memory without the database', value: idleMb ?? Number.NaN, unit: 'MB', atMost: 150 },
    { what: 'memory after the load', value: busyMb ?? Number.NaN, unit: 'MB' },
  ])
} finally {
  await removeFolder(parent)
}
