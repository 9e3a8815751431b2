/**
 * Seeded simulation: many short lives of one account under crashes, lost answers, two processes and a jumping clock.
 * `SIM_SEED` and `SIM_HISTORIES` choose others; a failure prints the seed of its history.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { step } from '../../backend/background.ts'
import type { Context } from '../../backend/context.ts'
import { type Database, openDatabase } from '../../backend/db/database.ts'
import { migrate } from '../../backend/db/migrate.ts'
import { openLogKeys } from '../../backend/log/checkpoint.ts'
import { newHub } from '../../backend/log/hub.ts'
import { sequence } from '../../backend/log/sequence.ts'
import { type EmbeddedPostgres, startPostgres } from '../../backend/postgres/server.ts'
import { processorsOf } from '../../backend/processors/processor.ts'
import { openReceipts } from '../../backend/receipts/receipts.ts'
import { removeFolder } from './running.ts'
import { audit } from './simulation/audit.ts'
import { crashing, type Faults } from './simulation/crashing-database.ts'
import { type FaultyProcessor, faultyProcessor } from './simulation/faulty-processor.ts'
import { playHistory, type World } from './simulation/history.ts'
import { seeded } from './simulation/random.ts'

const SEED = Number(process.env.SIM_SEED ?? 4870)
/** All of them in CI; a tenth on a person's machine, where tests should not take minutes. */
const HISTORIES = Number(process.env.SIM_HISTORIES ?? (process.env.CI ? 10_000 : 1_000))
const WORKERS = 4
const CRASH = 0.02

let folder: string
let server: EmbeddedPostgres

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cg-sim-'))
  server = await startPostgres(join(folder, 'data'), () => {})
})
afterAll(async () => {
  await server.stop()
  await removeFolder(folder)
})

/** Each worker has a database of its own: a clock of its own means nothing to the others' orders. */
async function workerDatabase(name: string): Promise<Database> {
  const admin = openDatabase({ connection: server.connection, max: 1, onError: () => {} })
  await admin.query(`CREATE DATABASE ${name}`)
  // Crashes here are of our process; the server's own are tested with SIGKILL (process.test.ts).
  await admin.query(`ALTER DATABASE ${name} SET synchronous_commit = off`)
  await admin.end()
  const db = openDatabase({ connection: { ...server.connection, database: name }, max: 8, onError: () => {} })
  await migrate(db)
  return db
}

async function contextOn(db: Database, clock: { now: number }, processor: FaultyProcessor): Promise<Context> {
  const now = () => clock.now
  return {
    db,
    receipts: await openReceipts(db, () => 'http://127.0.0.1', now, null),
    processors: processorsOf([processor]),
    hub: newHub(),
    logKeys: await openLogKeys(db, () => clock.now, null),
    wake: () => {},
    now,
    origins: () => ['http://127.0.0.1'],
    coolingOffMs: 60_000,
    together: 64,
  }
}

/** After the faults: time passes, and everything must come to its end. */
async function settle(context: Context, clock: { now: number }): Promise<void> {
  let quiet = 0
  for (let rounds = 0; quiet < 3; rounds++) {
    if (rounds > 500) throw new Error('it never comes to rest')
    const busy = await step(context)
    if (busy) quiet = 0
    else {
      quiet++
      clock.now += 20 * 60_000
    }
  }
  while ((await sequence(context)).length > 0);
}

async function work(worker: number): Promise<{ played: number; settled: number; failures: string[] }> {
  const db = await workerDatabase(`sim_${worker}`)
  const clock = { now: Date.UTC(2026, 0, 1) }
  const failures: string[] = []
  let played = 0
  let settled = 0
  try {
    const base = await contextOn(db, clock, faultyProcessor(seeded(0)))
    for (let n = worker; n < HISTORIES && failures.length === 0; n += WORKERS) {
      const seed = SEED * 1_000_003 + n
      const random = seeded(seed)
      const faults: Faults = { crash: CRASH }
      const processor = faultyProcessor(random)
      const processors = processorsOf([processor])
      const process = (): Context => ({ ...base, processors, db: crashing(db, random, faults) })
      const calm: Context = { ...base, processors }
      const world: World = { processes: [process(), process()], calm, random, clock }
      try {
        const history = await playHistory(world)
        processor.calm = true
        await settle(calm, clock)
        const wrong = await audit(db, history, processor.books)
        if (wrong.length > 0) failures.push(`seed ${seed}: ${wrong.join('; ')}`)
        settled += [...processor.books.values()].filter(
          (one) => one.operation === 'capture' && !one.declined,
        ).length
      } catch (error) {
        failures.push(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`)
      }
      played++
    }
  } finally {
    await db.end()
  }
  return { played, settled, failures }
}

it(`keeps every promise over ${HISTORIES} histories (seed ${SEED})`, { timeout: 1_800_000 }, async () => {
  const results = await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
  const failures = results.flatMap((result) => result.failures)
  expect(failures).toEqual([])
  expect(results.reduce((sum, result) => sum + result.played, 0)).toBe(HISTORIES)
  // Histories in which nothing is ever paid would prove nothing.
  expect(results.reduce((sum, result) => sum + result.settled, 0)).toBeGreaterThan(HISTORIES / 4)
})
