/**
 * `npm run soak -- --minutes 60 [--seed N]`: an agent that buys at the demo shop for as long as it is told, while a person
 * approves or rejects, the browser is killed and the backend restarted. After every round the shop's own order store is
 * compared with the ledger. Prints one JSON object; exit code 1 on any order without consent, double or loss.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type RunningBackend, startBackend } from '../backend/backend.ts'
import { builtExtension, type GuardedBrowser, launchGuarded } from '../test/harness/browser.ts'
import { jumpToCheckout, payControl } from '../test/harness/checkout.ts'
import { readLedger, waitForLedger } from '../test/harness/ledger.ts'
import { activateWithPin, type Person, waitForConsent } from '../test/harness/person.ts'
import type { MechanismName } from '../test/shop/mechanisms.ts'
import { startShop } from '../test/shop/shop.ts'
import { randomOf } from '../test/sim/random.ts'
import type { AttemptState } from '../utils/attempt/states.ts'
import { firstBrokenRow } from '../utils/ledger/log.ts'

const PIN = '84-horse'
const MECHANISMS: MechanismName[] = [
  'fetch-json',
  'xhr-nonce',
  'get-xhr',
  'full-page',
  'server-action',
  'remix',
]
const ENDED: readonly AttemptState[] = ['settled', 'failed', 'cancelled', 'rejected', 'expired', 'unknown']
const ACTS = [
  'buy',
  'buy',
  'buy',
  'buy',
  'buy',
  'reject',
  'reject',
  'crash',
  'crash-approved',
  'restart',
] as const
type Act = (typeof ACTS)[number]
/** The backend takes sixty payments in ten minutes and refuses what is no person's pace; meanwhile nothing is approved. */
const PACE = { approvals: 50, within: 10 * 60_000 }
const UNPAID = ['reject', 'reject', 'reject', 'crash'] as const
/** Every second browser lives on, or memory would only ever be measured while it warms up. */
const LONG_LIFE = 30
const WARM_UP = 10

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
})
let until = Date.now() + Number(values.minutes) * 60_000
/** The same rounds for the same seed. */
const random = randomOf(Number(values.seed))

const folder = await mkdtemp(join(tmpdir(), 'consent-guard-soak-'))
const dataFolder = join(folder, 'backend')
let backend: RunningBackend = await startBackend({ port: 0, dataFolder, logLevel: 'silent' })
const { port } = new URL(backend.url)
const shop = await startShop()
let guarded: GuardedBrowser = await launchGuarded({ extensionDir: builtExtension() })
const person: Person = await activateWithPin(guarded, PIN)
await person.pair(backend.url, await backend.issueActivationCode())

const approvals: number[] = []
const tally = {
  rounds: 0,
  attempts: 0,
  orders: 0,
  unconsented: 0,
  doubles: 0,
  losses: 0,
  unknown: 0,
  stuck: 0,
  /** Approved, nothing crashed, and yet not bought. */
  unbought: 0,
  brokenLogs: 0,
}
const acts = new Map<Act, number>()
const ends = new Map<string, number>()
/** Megabytes after each round: all processes of this browser life, and this process with the backend in it. */
let life: number[] = []
const lives = [life]
const ours: number[] = []

// Told to stop: the round is finished and the figures are printed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    until = 0
  })
}

try {
  while (Date.now() < until) {
    const act = await round()
    tally.rounds++
    console.error(
      `round ${tally.rounds}: ${act}, ${tally.orders} orders, ${JSON.stringify(Object.fromEntries(ends))}`,
    )
    life.push(await browserMegabytes())
    ours.push(process.memoryUsage().rss / 1e6)
  }
  if (firstBrokenRow(await readLedger(guarded, 'log')) !== null) tally.brokenLogs++
} finally {
  report()
  await guarded.close().catch(() => {})
  await shop.close()
  await backend.close()
  await rm(folder, { recursive: true, force: true })
}

async function round(): Promise<Act> {
  const act = nextAct()
  acts.set(act, (acts.get(act) ?? 0) + 1)
  const before = (await shop.orders()).length
  const known = new Set((await readLedger(guarded, 'attempts')).map(({ id }) => id))
  const page = await guarded.context.newPage()
  const mechanism = random.pick(MECHANISMS)
  await jumpToCheckout(page, shop.url, mechanism)
  await payControl(page, mechanism).click()
  const consent = await waitForConsent(guarded, 30_000)
  if ((await shop.orders()).length > before) tally.unconsented++
  if (act === 'restart') {
    await backend.close()
    backend = await startBackend({ port: Number(port), dataFolder, logLevel: 'silent' })
  }
  let approved = false
  if (act === 'reject') await person.reject(consent)
  else if (act === 'crash') await crash()
  else {
    approved = true
    approvals.push(Date.now())
    const deciding = person.approve(consent).catch(() => null)
    if (act === 'crash-approved') {
      // Anywhere between the press and the shop's answer.
      await new Promise((resolve) => setTimeout(resolve, 1_000 + random.next() * 1_500))
      await crash()
    }
    await deciding
  }
  await compare(known, before, approved)
  if ((act === 'buy' || act === 'restart') && (await shop.orders()).length === before) tally.unbought++
  for (const open of guarded.context.pages()) if (open !== guarded.office) await open.close().catch(() => {})
  return act
}

function nextAct(): Act {
  const lately = approvals.filter((at) => at > Date.now() - PACE.within).length
  const act = random.pick(lately < PACE.approvals ? ACTS : UNPAID)
  const spared = act.startsWith('crash') && lives.length % 2 === 0 && life.length < LONG_LIFE
  return spared ? 'reject' : act
}

/** The books after a round: what the ledger says of its attempts must be what the shop has. */
async function compare(known: ReadonlySet<string>, before: number, approved: boolean): Promise<void> {
  const rows = await waitForLedger(
    guarded,
    'attempts',
    (all) => all.filter(({ id }) => !known.has(id)).every(({ state }) => ENDED.includes(state)),
    90_000,
  ).catch(() => {
    tally.stuck++
    return readLedger(guarded, 'attempts')
  })
  const fresh = rows.filter(({ id }) => !known.has(id))
  const orders = (await shop.orders()).length - before
  const settled = fresh.filter(({ state }) => state === 'settled').length
  const unknown = fresh.filter(({ state }) => state === 'unknown').length
  for (const { state } of fresh) ends.set(state, (ends.get(state) ?? 0) + 1)
  tally.attempts += fresh.length
  tally.orders += orders
  tally.unknown += unknown
  if (orders > 1) tally.doubles++
  if (orders > 0 && !approved) tally.unconsented++
  // Settled without an order, or an order of which the ledger neither knows nor says that it does not know.
  if (settled > orders || orders > settled + unknown) tally.losses++
}

async function crash(): Promise<void> {
  await guarded.kill()
  guarded = await guarded.relaunch()
  life = []
  lives.push(life)
}

async function browserMegabytes(): Promise<number> {
  let kilobytes = 0
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      const group = Number(stat.slice(stat.lastIndexOf(')')).split(' ')[3])
      if (group !== guarded.pid) continue
      kilobytes += Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    } catch {
      // It ended meanwhile.
    }
  }
  return kilobytes / 1000
}

function report(): void {
  const long = lives.filter((one) => one.length >= 2 * WARM_UP)
  const slopes = long.map((one) => ({ rounds: one.length, slope: slopeOf(one) }))
  const counted = slopes.reduce((total, { rounds }) => total + rounds, 0)
  const browserSlope = slopes.reduce((total, { rounds, slope }) => total + slope * (rounds / counted), 0)
  console.log(
    JSON.stringify(
      {
        minutes: Number(values.minutes),
        ...tally,
        acts: Object.fromEntries(acts),
        ends: Object.fromEntries(ends),
        browserMegabytes: { lives: lives.length, perRound: long.length === 0 ? null : round2(browserSlope) },
        ownMegabytes: { last: round2(ours.at(-1) ?? 0), perRound: round2(slopeOf(ours)) },
      },
      null,
      2,
    ),
  )
  process.exitCode =
    tally.unconsented + tally.doubles + tally.losses + tally.stuck + tally.unbought + tally.brokenLogs === 0
      ? 0
      : 1
}

/** Least squares: units per step, after the warm-up. */
function slopeOf(values: readonly number[]): number {
  const used = values.slice(WARM_UP)
  const middle = (used.length - 1) / 2
  const mean = used.reduce((total, value) => total + value, 0) / used.length
  const over = used.reduce((total, value, index) => total + (index - middle) * (value - mean), 0)
  const under = used.reduce((total, _value, index) => total + (index - middle) ** 2, 0)
  return under === 0 ? 0 : over / under
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
