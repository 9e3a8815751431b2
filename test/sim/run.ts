/**
 * `node test/sim/run.ts [--histories 2000] [--seed 1] [--seconds 600]`: many histories, or one seed again. Prints the
 * seed of any that went wrong; exit code 1 then.
 */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
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
  },
})
await loadBackground(resolve(import.meta.dirname, '../..'))
const fixture = await makeFixture()
const sum = { histories: 0, wrong: 0, workers: 0, browsers: 0, attempts: 0, charges: 0 }
const until = Date.now() + Number(values.seconds) * 1000
for (let i = 0; i < Number(values.histories) && Date.now() < until; i++) {
  const outcome = await simulate(Number(values.seed) + i, fixture)
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
console.log(
  `${sum.histories} histories, ${sum.attempts} attempts, ${sum.charges} payments let go, ` +
    `${sum.workers} workers, ${sum.browsers} browsers; ${sum.wrong} went wrong`,
)
process.exit(sum.wrong === 0 ? 0 : 1)
