/**
 * `node test/sim/run.ts [--histories 2000] [--seed 1] [--seconds 600] [--jobs 2]`: many histories, or one seed again.
 * Prints the seed of any that went wrong; exit code 1 then. More than a few hundred run in processes of their own, `jobs`
 * at a time: what killed workers were waiting for is never freed.
 */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeFixture } from './fixture.ts'
import { simulate } from './history.ts'
import { loadBackground } from './worker.ts'

// Promises of a worker that was killed in the middle end like this; nobody is left to hear of it.
process.on('unhandledRejection', (error) => {
  if (/Abort/.test(String(error))) return
  console.log('unhandled:', error)
  process.exitCode = 1
})

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '600' },
    jobs: { type: 'string', default: '2' },
  },
})
const BATCH = 400
const sum = { histories: 0, attempts: 0, charges: 0, workers: 0, browsers: 0, wrong: 0 }
const until = Date.now() + Number(values.seconds) * 1000
const [seed, histories] = [Number(values.seed), Number(values.histories)]
if (histories > BATCH) await runBatches()
else await runHistories()
console.log(
  `${sum.histories} histories, ${sum.attempts} attempts, ${sum.charges} payments let go, ` +
    `${sum.workers} workers, ${sum.browsers} browsers; ${sum.wrong} went wrong`,
)
process.exit(sum.wrong === 0 ? 0 : 1)

async function runHistories(): Promise<void> {
  await loadBackground(resolve(import.meta.dirname, '../..'))
  const fixture = await makeFixture()
  for (let i = 0; i < histories && Date.now() < until; i++) {
    const outcome = await simulate(seed + i, fixture)
    sum.histories += 1
    sum.workers += outcome.workers
    sum.browsers += outcome.browsers
    sum.attempts += outcome.attempts
    sum.charges += outcome.charges
    if (outcome.wrongs.length > 0) {
      sum.wrong += 1
      console.log(`seed ${outcome.seed}:\n  ${outcome.wrongs.join('\n  ')}`)
    }
  }
}

async function runBatches(): Promise<void> {
  const starts = Array.from({ length: Math.ceil(histories / BATCH) }, (_, n) => n * BATCH)
  const job = async () => {
    for (let done = starts.shift(); done !== undefined && Date.now() < until; done = starts.shift())
      await runBatch(done)
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, job))
}

/** A process that does not come to its last line counts as a history that went wrong. */
async function runBatch(done: number): Promise<void> {
  const args = {
    histories: Math.min(BATCH, histories - done),
    seed: seed + done,
    seconds: (until - Date.now()) / 1000,
  }
  const list = Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)])
  const run = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...list], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  run.stdout.on('data', (part: Buffer) => {
    text += part.toString()
  })
  await new Promise((ended) => run.on('close', ended))
  const lines = text.trimEnd().split('\n')
  const numbers = (lines.pop() ?? '').match(/\d+/g)?.map(Number) ?? []
  if (lines.length > 0) console.log(lines.join('\n'))
  const whole = numbers.length === Object.keys(sum).length
  if (!whole) console.log(`from seed ${args.seed}: ended by ${run.signalCode}`)
  const found = whole ? numbers : [0, 0, 0, 0, 0, 1]
  for (const [index, name] of (Object.keys(sum) as (keyof typeof sum)[]).entries()) {
    sum[name] += found[index] ?? 0
  }
}
