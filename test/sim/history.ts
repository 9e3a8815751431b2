/**
 * One simulated history: pages, a person, agents, a faulty backend, workers and browsers that die, over the real
 * background on a real (in-memory) IndexedDB. At the end everything calms down, and the invariants are checked.
 */
import { IDBFactory } from 'fake-indexeddb'
import { isFinal } from '../../utils/attempt/states.ts'
import type { Identity } from '../../utils/identity/identity.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { unbalanced } from '../../utils/ledger/sums.ts'
import type { BackgroundMessage, HoldMessage } from '../../utils/messages/relay.ts'
import { money } from '../../utils/money/money.ts'
import { type Fault, simBackend } from './backend.ts'
import { type Random, randomOf } from './random.ts'
import { settle, startWorker, type Worker } from './worker.ts'

export interface Fixture {
  identity: Identity
  pin: string
  backendKeys: CryptoKeyPair
  forger: CryptoKeyPair
}

export interface Outcome {
  seed: number
  /** What must never be; empty when all is well. */
  wrongs: string[]
  workers: number
  browsers: number
  attempts: number
  charges: number
}

const STEPS = 26
const START = Date.UTC(2026, 9, 24, 20)
const LIMIT = 12_000n
const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = ['Europe/Berlin', 'Pacific/Apia', 'America/Los_Angeles']

interface Hold {
  id: string
  attemptId: string | null
  status: 'held' | 'released' | 'refused'
  charges: number
}

interface Page {
  tabId: number
  alive: boolean
  total: number
  port: ReturnType<typeof portOf> | null
  holds: Hold[]
}

function portOf(tabId: number, deliver: (message: BackgroundMessage) => void) {
  let open = true
  return {
    name: 'relay',
    sender: { id: 'sim', tab: { id: tabId, url: pageUrl(tabId) }, frameId: 0, url: pageUrl(tabId) },
    postMessage(message: BackgroundMessage) {
      if (!open) throw new Error('port closed')
      deliver(message)
    },
    disconnect() {
      open = false
    },
    onMessage: { addListener() {} },
    onDisconnect: { addListener() {} },
    close() {
      open = false
    },
  }
}

const pageUrl = (tabId: number) => `https://shop${tabId % 3}.example/checkout`

export async function simulate(seed: number, fixture: Fixture, steps = STEPS): Promise<Outcome> {
  const random = randomOf(seed)
  const wrongs: string[] = []
  /** `now` is what the computer thinks; `run` only ever goes on, as timers do. */
  const clock = { now: START, run: 0 }
  const alarms = new Map<string, { when: number; every: number | null }>()
  let session: Record<string, unknown> = {}
  const disk: Record<string, unknown> = {}
  const timers: { at: number; work: () => void }[] = []
  const pages: Page[] = []
  const inbox: (() => Promise<unknown> | undefined)[] = []
  const approved = new Set<string>()
  const held = new Set<string>()
  const counts = { workers: 0, browsers: 1, charges: 0 }
  const backend = simBackend(random, fixture.backendKeys, fixture.forger)
  // A clean disk for this history; the workers' Dexie takes it when it is started.
  globalThis.indexedDB = new IDBFactory()

  let calm = true
  /** The simulator itself reads the ledger; nobody dies of that. */
  let looking = false
  let worker: Worker | null = null
  let budget = Number.POSITIVE_INFINITY

  const simBrowser = {
    alarms: {
      create: (
        name: string,
        { when, delayInMinutes, periodInMinutes }: Record<string, number | undefined>,
      ) => {
        alarms.set(name, {
          when: when ?? clock.now + (delayInMinutes ?? 0) * 60_000,
          every: periodInMinutes === undefined ? null : periodInMinutes * 60_000,
        })
      },
      clear: async (name: string) => alarms.delete(name),
      get: async (name: string) => {
        const alarm = alarms.get(name)
        return alarm && { name, scheduledTime: alarm.when }
      },
    },
    storage: {
      session: {
        get: async (key: string) => ({ [key]: session[key] }),
        set: async (change: Record<string, unknown>) => void Object.assign(session, change),
      },
      local: {
        get: async (key: string) => ({ [key]: disk[key] }),
        set: async (change: Record<string, unknown>) => void Object.assign(disk, change),
      },
    },
    scripting: {
      executeScript: async ({ target }: { target: { tabId: number } }) => {
        const page = pages.find((one) => one.alive && one.tabId === target.tabId)
        if (!page) throw new Error('no such tab')
        return [{ result: [readingOf(page)] }]
      },
      getRegisteredContentScripts: async () => [],
      registerContentScripts: async () => {},
      unregisterContentScripts: async () => {},
    },
    windows: { create: async () => ({ id: 1 }), update: async () => ({}) },
    notifications: { create: async () => '', clear: async () => true },
    tabs: { query: async () => [], create: async () => ({}) },
    runtime: {
      id: 'sim',
      getURL: (path: string) => `chrome-extension://sim${path}`,
      getManifest: () => ({ version: '0' }),
      getPlatformInfo: async () => ({}),
    },
    action: { setBadgeText: async () => {}, setBadgeBackgroundColor: async () => {} },
  }

  /** Starts a worker if none is alive; relays notice the torn port and announce what they hold. */
  async function awake(): Promise<Worker> {
    if (worker?.alive()) return worker
    counts.workers += 1
    budget = calm || random.chance(0.45) ? Number.POSITIVE_INFINITY : 3 + random.below(160)
    const started = startWorker({
      simBrowser,
      fetch: backend.fetch,
      now: () => clock.now,
      later: (work, ms) => void timers.push({ at: clock.run + ms, work }),
      uuid: random.uuid,
      dies: () => {
        if (looking) return false
        budget -= 1
        return budget <= 0
      },
    })
    worker = started
    for (const page of pages) page.port?.close()
    void started.background.recover().catch(() => {})
    for (const page of pages.filter((one) => one.alive)) connect(page, started)
    await settle()
    // It may have died of its first steps.
    return started.alive() ? started : awake()
  }

  /** Nothing to do for half a minute: the browser ends the worker, and wakes a new one when something comes. */
  function sleep(): void {
    worker?.kill()
  }

  function connect(page: Page, to: Worker): void {
    const port = portOf(page.tabId, (message) => deliver(page, message))
    page.port = port
    to.background.addPort(page.tabId, port as never)
    for (const hold of page.holds.filter((one) => one.status !== 'refused')) announce(page, hold, to, true)
  }

  function announce(page: Page, hold: Hold, to: Worker, again: boolean): void {
    const { port } = page
    if (!port) return
    const message: HoldMessage = {
      type: 'hold',
      holdId: hold.id,
      channel: 'press',
      control: 'Pay now',
      request: null,
      signals: null,
      nonce: null,
      again: again
        ? { attemptId: hold.attemptId, status: hold.status === 'released' ? 'released' : 'held' }
        : null,
    }
    const frame = { tabId: page.tabId, frameId: 0, url: pageUrl(page.tabId), tabUrl: pageUrl(page.tabId) }
    void to.background.onHold({ message, port: port as never, frame }).catch(() => {})
  }

  /** The relay, as it must behave: lets a hold go once, and never after it was refused. */
  function deliver(page: Page, message: BackgroundMessage): void {
    if (!page.alive || message.type === 'status') return
    const hold = page.holds.find((one) => one.id === message.holdId)
    if (!hold) return
    if (message.type === 'held') {
      hold.attemptId = message.attemptId
      held.add(message.attemptId)
    } else if (message.type === 'refuse') {
      if (hold.status === 'held') hold.status = 'refused'
    } else if (hold.status === 'refused') {
      wrongs.push(`hold ${hold.id} was refused and then told to go`)
    } else if (hold.status === 'held') {
      hold.status = 'released'
      hold.attemptId = message.attemptId
      hold.charges += 1
      counts.charges += 1
      shopAnswers(page, message.attemptId)
      inbox.push(async () => (await awake()).background.onReleased(message.attemptId))
    }
  }

  /** What the shop makes of a payment, and how much of that the page can tell. */
  function shopAnswers(page: Page, attemptId: string): void {
    const kind = random.pick([
      'confirmed',
      'confirmed',
      'declined',
      'error',
      'silent',
      'twice',
      'navigated',
    ] as const)
    const frame = { tabId: page.tabId, frameId: 0, url: pageUrl(page.tabId), tabUrl: pageUrl(page.tabId) }
    const say = (
      evidence: Parameters<Worker['background']['onOutcome']>[0]['evidence'],
      id: string | null = attemptId,
    ) =>
      inbox.push(async () =>
        (await awake()).background.onOutcome({ type: 'outcome', attemptId: id, evidence }, frame),
      )
    if (kind === 'silent') return
    if (kind === 'error') say({ kind: 'response', status: 502, path: '/pay', call: null })
    else if (kind === 'declined') {
      say({ kind: 'response', status: 402, path: '/pay', call: null })
      say({ kind: 'page', reads: 'failed', text: 'declined' })
    } else {
      say({ kind: 'page', reads: 'confirmed', text: 'thank you' }, kind === 'navigated' ? null : attemptId)
      if (kind === 'twice') say({ kind: 'page', reads: 'failed', text: 'an advertisement' })
    }
  }

  async function advance(ms: number): Promise<void> {
    clock.now += ms
    clock.run += ms
    for (const timer of timers.splice(0).sort((a, b) => a.at - b.at)) {
      if (timer.at <= clock.run) timer.work()
      else timers.push(timer)
    }
    await settle()
    for (const [name, alarm] of [...alarms].sort(([, a], [, b]) => a.when - b.when)) {
      if (alarm.when > clock.now) continue
      if (alarm.every === null) alarms.delete(name)
      else alarm.when = clock.now + alarm.every
      const { background } = await awake()
      const id = name.slice(name.indexOf(':') + 1)
      const ring = name.startsWith('expire:')
        ? background.endAttempt({ attemptId: id, from: ['held', 'asked'], to: 'expired', reason: 'expired' })
        : name.startsWith('outcome:')
          ? background.onOutcomeTime(id)
          : name === 'orphans'
            ? background.endOrphans()
            : name === 'keep'
              ? background.keepLedger().then(() => background.askAgain())
              : name === 'reconcile'
                ? background.reconcile().then((done) => void (done && alarms.delete('reconcile')))
                : // The gate's: the start of the worker is all that it is for.
                  Promise.resolve()
      void ring.catch(() => {})
      await settle()
    }
  }

  async function drain(): Promise<void> {
    while (inbox.length > 0) {
      const work = inbox.shift()
      // The message of a page that died with its browser is never sent.
      void Promise.resolve(work?.()).catch(() => {})
      await settle()
    }
  }

  async function press(): Promise<void> {
    const started = await awake()
    let page = random.chance(0.4) ? pages.findLast((one) => one.alive) : undefined
    if (!page) {
      page = { tabId: pages.length + 1, alive: true, total: 1 + random.below(7_000), port: null, holds: [] }
      pages.push(page)
      connect(page, started)
    }
    const hold: Hold = { id: `hold-${random.uuid()}`, attemptId: null, status: 'held', charges: 0 }
    page.holds.push(hold)
    announce(page, hold, started, false)
  }

  async function decide(): Promise<void> {
    const { background } = await awake()
    looking = true
    const asked = await background.db.attempts.where('state').equals('asked').toArray()
    looking = false
    if (asked.length === 0) return
    const row = random.pick(asked)
    const { id: attemptId, digest } = row
    const choice = random.below(12)
    if (choice === 0)
      void background.reject({ attemptId, say: null, ignorePage: random.chance(0.2) }).catch(() => {})
    else if (choice === 1) void background.cancel(attemptId).catch(() => {})
    else if (choice === 2) void background.closeConsent().catch(() => {})
    else {
      const pin = choice === 3 ? '000000' : fixture.pin
      const named = choice === 4 ? 'of another order' : digest
      const times = choice === 5 ? 2 : 1
      // A second window approves at the same moment.
      for (let i = 0; i < times; i++) {
        void background
          .approve({ attemptId, digest: named, proof: { kind: 'pin', pin } })
          .then(() => approved.add(attemptId))
          .catch(() => {})
      }
    }
  }

  function closePage(page: Page): void {
    page.alive = false
    const { port } = page
    page.port?.close()
    if (!port || !worker?.alive()) return
    const { background } = worker
    background.removePort(page.tabId, port as never)
    const lost = background.dropPort(port as never)
    timers.push({
      at: clock.run + 3_000,
      work: () => void lost.map((id) => background.endIfGone(id).catch(() => {})),
    })
  }

  async function travel(zone: string): Promise<void> {
    const { background } = await awake()
    looking = true
    const settings = await background.db.settings.get('settings')
    await background.db.settings.put({ key: 'settings', value: { ...Object(settings?.value), zone } })
    looking = false
  }

  function killBrowser(): void {
    counts.browsers += 1
    worker?.kill()
    for (const page of pages) {
      page.alive = false
      page.port?.close()
    }
    session = {}
    timers.length = 0
    // What pages had still wanted to say dies with them.
    inbox.length = 0
    if (random.chance(0.5)) alarms.clear()
  }

  /** One thing that happens, chosen by the seed. */
  async function happen(): Promise<void> {
    const what = random.below(20)
    if (what < 6) await press()
    else if (what < 12) await decide()
    else if (what < 14)
      await advance(random.pick([500, 5_000, 40_000, 61_000, 700_000, 3_700_000, 26 * HOUR, 40 * DAY]))
    else if (what === 14) worker?.kill()
    else if (what === 15 && random.chance(0.4)) killBrowser()
    else if (what === 16) {
      const open = pages.filter((page) => page.alive)
      if (open.length > 0) closePage(random.pick(open))
    } else if (what === 17) for (const page of pages) page.total = 1 + random.below(7_000)
    else if (what === 18) {
      clock.now -= random.pick([0, 5_000, HOUR, 30 * HOUR, 366 * DAY])
      if (random.chance(0.3)) await travel(random.pick(ZONES))
    } else {
      const faults: readonly Fault[] = random.pick([
        ['none'],
        ['down'],
        ['none', 'lost'],
        ['error', 'none'],
        ['refused', 'none'],
        ['forged', 'none'],
      ])
      backend.mood.fault = () => random.pick(faults)
    }
    // Some things happen while the last one is still under way.
    if (random.chance(0.7)) await settle()
  }

  const first = await awake()
  await furnish(first, fixture, random)
  calm = false
  budget = 3 + random.below(160)
  for (let step = 0; step < steps; step++) {
    await happen()
    if (random.chance(0.6)) await drain()
  }

  // Everything calms down: the backend answers, pages go, time passes.
  calm = true
  budget = Number.POSITIVE_INFINITY
  backend.mood.fault = () => 'none'
  await settle()
  sleep()
  await awake()
  await drain()
  await advance(61_000)
  for (const page of pages.filter((one) => one.alive)) closePage(page)
  // Relays that are gone, expiry, the end of waiting for an outcome, the backend's turn.
  for (const ms of [4_000, 700_000, 61_000, 61_000]) {
    await advance(ms)
    await drain()
  }
  const last = await awake()
  await last.background.endOrphans()
  await settle()
  const left = await last.background.reconcile()
  await settle()

  wrongs.push(
    ...backend.wrongs,
    ...(await judge(last, { held, approved, pages, left, payments: backend.payments })),
  )
  const attempts = await last.background.db.attempts.count()
  last.kill()
  last.background.db.close()
  return { seed, wrongs, ...counts, attempts }
}

async function furnish(
  { background: { db } }: Worker,
  { identity, backendKeys }: Fixture,
  random: Random,
): Promise<void> {
  const receiptKey = await crypto.subtle.exportKey('jwk', backendKeys.publicKey)
  const backend = random.chance(0.7)
    ? { url: 'http://127.0.0.1:1', deviceId: 'device', accountId: 'account', receiptKey }
    : null
  await db.settings.bulkPut([
    { key: 'identity', value: identity },
    { key: 'settings', value: { on: true, holdSeconds: 600, zone: 'Europe/Berlin', backend } },
  ])
  for (const [id, window] of [
    ['total', 'total'],
    ['day', 'day'],
  ] as const) {
    await db.caps.put({
      id,
      scope: { kind: 'all' },
      window,
      limit: money(LIMIT, 'EUR'),
      createdAt: 0,
      updatedAt: 0,
    })
  }
}

interface Facts {
  held: ReadonlySet<string>
  approved: ReadonlySet<string>
  pages: readonly Page[]
  left: boolean
  payments: ReadonlyMap<string, { attemptId: string; state: string }>
}

/** What must hold at the end of every history. */
async function judge(
  { background: { db } }: Worker,
  { held, approved, pages, left, payments }: Facts,
): Promise<string[]> {
  const wrongs: string[] = []
  const rows = new Map((await db.attempts.toArray()).map((row) => [row.id, row]))
  for (const row of rows.values()) {
    if (!isFinal(row.state) && row.state !== 'unknown') wrongs.push(`${row.id} never ended: ${row.state}`)
  }
  for (const id of held) if (!rows.has(id)) wrongs.push(`attempt ${id} was told to its page and is lost`)
  const log = await db.log.orderBy(':id').toArray()
  if (firstBrokenRow(log) !== null) wrongs.push('the log does not hold')
  if (log.some(({ event }) => event === 'ledger.unbalanced')) wrongs.push('sums had to be mended')
  const consents = await db.consents.toArray()
  for (const id of approved) {
    if (!consents.some((one) => one.attemptId === id && one.decision === 'approved')) {
      wrongs.push(`the approval of ${id} was acknowledged and is lost`)
    }
  }
  const charges = new Map<string, number>()
  for (const hold of pages.flatMap((page) => page.holds)) {
    if (hold.charges === 0) continue
    if (hold.attemptId === null) wrongs.push(`hold ${hold.id} went without an attempt`)
    else charges.set(hold.attemptId, (charges.get(hold.attemptId) ?? 0) + hold.charges)
  }
  for (const [id, count] of charges) {
    if (count > 1) wrongs.push(`attempt ${id} was let go ${count} times`)
    const row = rows.get(id)
    if (!row || !['settled', 'failed', 'unknown'].includes(row.state))
      wrongs.push(`${id} was paid and is ${row?.state}`)
    if (!log.some((entry) => entry.attemptId === id && entry.event === 'attempt.released')) {
      wrongs.push(`${id} went before that was written down`)
    }
    if (!consents.some((one) => one.attemptId === id && one.decision === 'approved'))
      wrongs.push(`${id} went without consent`)
  }
  const all = await db.buckets.get('all')
  for (const kind of ['day', 'total'] as const) {
    const spend = all?.windows[kind].money.EUR
    if ((spend?.settled ?? 0n) + (spend?.reserved ?? 0n) > LIMIT)
      wrongs.push(`more than the cap of a ${kind} is spent`)
  }
  const off = await unbalanced(db)
  if (off.length > 0) wrongs.push(`sums of ${off.join()} are not what was booked`)
  for (const { state, attemptId } of await db.reservations.toArray()) {
    const row = rows.get(attemptId)
    const expected = row?.state === 'settled' ? 'settled' : row?.state === 'unknown' ? 'reserved' : 'released'
    if (state !== expected) wrongs.push(`${attemptId} is ${row?.state} and its reservation ${state}`)
  }
  if (!left) wrongs.push('the backend was never told everything')
  for (const { attemptId, state } of payments.values()) {
    const row = rows.get(attemptId)
    if (!charges.has(attemptId) && row?.state === 'failed' && state === 'authorised') {
      wrongs.push(`${attemptId} never went and stays authorised at the backend`)
    }
  }
  return wrongs
}

function readingOf(page: Page) {
  const total = { amount: String(page.total), currency: 'EUR' }
  const origin = new URL(pageUrl(page.tabId)).origin
  return {
    order: {
      site: { key: new URL(origin).hostname, origin },
      merchant: 'Shop',
      processor: null,
      merchantOrder: null,
      currency: 'EUR',
      items: [{ name: 'Lamp', quantity: 1, amount: total.amount }],
      totals: [],
      total,
      certain: true,
      shipTo: null,
      paymentMethod: null,
      recurrence: null,
    },
    sources: [],
    notes: [],
  }
}
