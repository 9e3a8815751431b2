/** What the ledger bench runs inside a real browser page: the ledger's own code against real IndexedDB. */
import { bucketKeysFor, readCaps } from '../../utils/caps/check.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import { type AttemptRow, type Ledger, type LogRow, openLedger } from '../../utils/ledger/db.ts'
import { firstBrokenRow, nextRow, readHead } from '../../utils/ledger/log.ts'
import { addAttempt, move } from '../../utils/ledger/moves.ts'
import { attemptPage } from '../../utils/ledger/pages.ts'
import { searchAttempts } from '../../utils/ledger/search.ts'
import { mendSums, spentBetween, sumUp } from '../../utils/ledger/sums.ts'
import { tokenRows } from '../../utils/ledger/tokens.ts'
import { money } from '../../utils/money/money.ts'
import { assess } from '../../utils/risk/rule.ts'
import { RULES } from '../../utils/risk/rules.ts'
import { riskInput } from '../unit/risk-input.ts'
import { attemptRow } from '../unit/rows.ts'

const ZONE = 'Europe/Berlin'
const HOUR = 3_600_000
/** Entries are spread over three years, so that a million of them are some nine hundred a day. */
const SPAN = 3 * 365 * 24 * HOUR
const SITES = 400
const STATES = ['settled', 'settled', 'settled', 'settled', 'failed', 'rejected', 'unknown'] as const
/** About as frequent as words are: the first in every third entry, the last in one of thousands. */
const WORDS = Array.from({ length: 3_000 }, (_, index) => `word${index.toString(36)}`)

/** p50, p95 and largest of a list of milliseconds. */
export interface Figures {
  p50: number
  p95: number
  max: number
  n: number
}

function figures(samples: number[]): Figures {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0, n: sorted.length }
}

/** Deterministic numbers in [0, 1): the same entries in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function entry(index: number, total: number, end: number): AttemptRow {
  const random = randomFrom(index + 1)
  const pick = <T>(list: readonly T[], skew = 1): T => {
    const found = list[Math.floor(list.length * random() ** skew)]
    if (found === undefined) throw new RangeError('an empty list')
    return found
  }
  const site = `shop${Math.floor(SITES * random() ** 3)}.example`
  const origin = `https://${site}`
  const createdAt = end - SPAN + Math.floor((SPAN * index) / total)
  const amount = money(BigInt(Math.floor(random() * 20_000)), 'EUR')
  const name = `${pick(WORDS, 8)} ${pick(WORDS, 4)}`
  const plain = attemptRow({ createdAt, updatedAt: createdAt, state: pick(STATES) })
  return {
    ...plain,
    id: `entry-${index.toString().padStart(8, '0')}`,
    site: { key: site, origin, host: site, secure: true },
    order: {
      ...plain.order,
      site: { key: site, origin },
      merchant: site,
      items: [{ name, quantity: 1, amount }],
      total: amount,
    },
  }
}

/** Fills the ledger up to `total` entries or until `until` (ms of this clock); how many there are then. */
async function fill(name: string, total: number, end: number, until: number): Promise<number> {
  const db = openLedger(name)
  let index = await db.attempts.count()
  while (index < total && performance.now() < until) {
    const upTo = Math.min(total, index + 4_000)
    const rows: AttemptRow[] = []
    for (let i = index; i < upTo; i++) rows.push(entry(i, total, end))
    await db.transaction('rw', db.attempts, db.reservations, db.tokens, db.log, async () => {
      let head = await readHead(db)
      const log: LogRow[] = rows.map((row) => {
        const next = nextRow(head, row.createdAt, {
          event: 'attempt.held',
          attemptId: row.id,
          data: { site: row.site.key, total: row.order.total?.amount.toString() ?? null },
        })
        head = next
        return next
      })
      await Promise.all([
        db.attempts.bulkAdd(rows),
        db.reservations.bulkAdd(rows.map(reservationOf)),
        db.tokens.bulkAdd(rows.flatMap(tokenRows)),
        db.log.bulkAdd(log),
      ])
    })
    index = upTo
  }
  if (index >= total) await sumAll(db)
  db.close()
  return index
}

function reservationOf(row: AttemptRow) {
  return {
    attemptId: row.id,
    site: row.site.key,
    currency: 'EUR',
    amount: row.order.total?.amount ?? 0n,
    buckets: ['all', `site:${row.site.key}`],
    state: row.state === 'settled' ? ('settled' as const) : ('released' as const),
    at: row.createdAt,
  }
}

/** The buckets that the fill's purchases would have left. */
async function sumAll(db: Ledger): Promise<void> {
  if ((await db.buckets.count()) > 0) return
  const keyed = new Map<string, ReturnType<typeof reservationOf>[]>()
  const total = await db.attempts.count()
  let from = ''
  for (let seen = 0; seen < total; ) {
    const rows = await db.reservations.where(':id').above(from).limit(20_000).toArray()
    for (const row of rows) {
      if (row.state === 'released') continue
      for (const key of row.buckets) {
        const list = keyed.get(key)
        if (list) list.push({ ...row, state: 'settled' })
        else keyed.set(key, [{ ...row, state: 'settled' }])
      }
    }
    seen += rows.length
    from = rows.at(-1)?.attemptId ?? from
    if (rows.length === 0) break
  }
  const buckets = [...keyed].map(([key, rows]) => sumUp(key, rows, { zone: ZONE }))
  await db.buckets.bulkPut(buckets)
  const windows = ['day', 'week', 'month', 'year', 'total'] as const
  await db.caps.bulkPut(
    windows.map((window) => ({
      id: window,
      scope: { kind: 'all' as const },
      window,
      limit: money(10n ** 12n, 'EUR'),
      createdAt: 0,
      updatedAt: 0,
    })),
  )
}

/** One put into a store without indexes and nothing around it: the floor that a browser allows. */
async function barePuts(count: number, value: object): Promise<number[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('bare', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { keyPath: 'id' })
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const row = { ...value, id: crypto.randomUUID() }
    const start = performance.now()
    await new Promise<void>((resolve, reject) => {
      const tx = database.transaction('rows', 'readwrite', { durability: 'strict' })
      tx.objectStore('rows').put(row)
      tx.oncomplete = () => resolve()
      tx.onerror = () => reject(tx.error)
    })
    times.push(performance.now() - start)
  }
  database.close()
  return times
}

/** The stores and indexes that an approval touches. */
const STORES: Record<string, string[][]> = {
  attempts: [
    ['state'],
    ['createdAt'],
    ['site.key', 'createdAt'],
    ['state', 'createdAt'],
    ['site.key', 'state', 'createdAt'],
  ],
  consents: [['attemptId'], ['at']],
  mandates: [['attemptId'], ['pendingOutcome']],
  reservations: [['at'], ['site', 'at']],
  buckets: [],
  caps: [],
  log: [['attemptId'], ['data.id']],
  // Not the ledger's: for what `three` writes.
  whole: [],
}

/**
 * The requests of an approval made by hand, nothing checked or worked out. `reads`: five reads, then seven rows into the
 * same stores with the same indexes; no code can do the same step in less. `rows`: the seven rows alone. `three`: three
 * rows into stores without an index, the least that could hold an approval at all.
 */
async function bareApprovals(count: number, kind: 'reads' | 'rows' | 'three'): Promise<number[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('bare-steps', 1)
    opening.onupgradeneeded = () => {
      for (const [name, indexes] of Object.entries(STORES)) {
        const store = opening.result.createObjectStore(name, { keyPath: 'id' })
        for (const path of indexes) {
          const [only] = path
          store.createIndex(path.join('+'), path.length === 1 && only !== undefined ? only : path)
        }
      }
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const plain = attemptRow()
    const { id } = plain
    await new Promise<void>((resolve, reject) => {
      const tx = database.transaction('attempts', 'readwrite')
      tx.objectStore('attempts').put(plain)
      tx.oncomplete = () => resolve()
      tx.onerror = () => reject(tx.error)
    })
    const text = 'x'.repeat(300)
    const start = performance.now()
    await new Promise<void>((resolve, reject) => {
      const tx = database.transaction(Object.keys(STORES), 'readwrite', { durability: 'strict' })
      const put = (name: string, row: object) => tx.objectStore(name).put(row)
      const three = () => {
        put('whole', { ...plain, state: 'approved', text: 'x'.repeat(700) })
        put('whole', { id: 'sums', text: text + text })
        put('whole', { id: `log-${id}`, text })
      }
      const write = () => {
        put('attempts', { ...plain, state: 'approved' })
        put('consents', { id, attemptId: id, at: start })
        put('mandates', { id, attemptId: id, pendingOutcome: null, text: 'x'.repeat(700) })
        put('reservations', { id, site: 'shop.example', at: start })
        put('buckets', { id: 'all', text })
        put('buckets', { id: 'site', text })
        put('log', { id, attemptId: id, text })
      }
      if (kind === 'reads') {
        const asked: IDBRequest[] = [
          tx.objectStore('attempts').get(id),
          tx.objectStore('caps').getAll(),
          tx.objectStore('log').openCursor(null, 'prev'),
          tx.objectStore('buckets').get('all'),
        ]
        const last = tx.objectStore('buckets').get('site')
        last.onsuccess = () => (asked.every(({ readyState }) => readyState === 'done') ? write() : tx.abort())
      } else if (kind === 'rows') write()
      else three()
      tx.oncomplete = () => resolve()
      tx.onerror = () => reject(tx.error)
      tx.onabort = () => reject(tx.error)
    })
    times.push(performance.now() - start)
  }
  database.close()
  return times
}

/** A purchase up to the question, ready to be approved. */
async function askedEntry(db: Ledger, at: number): Promise<{ row: AttemptRow; held: number }> {
  const plain = attemptRow({ createdAt: at, expiresAt: at + HOUR })
  const start = performance.now()
  await addAttempt(db, plain)
  const held = performance.now() - start
  return { row: await move(db, { attemptId: plain.id, from: 'held', to: 'asked', reason: null, at }), held }
}

async function approve(db: Ledger, row: AttemptRow, at: number): Promise<number> {
  const { id, digest } = row
  const start = performance.now()
  await approveAndReserve(db, {
    attemptId: id,
    from: 'asked',
    to: 'approved',
    reason: null,
    at,
    zone: ZONE,
    seen: row,
    data: { digest, factor: 'pin', amount: '4999', currency: 'EUR' },
    consent: { id, attemptId: id, digest, decision: 'approved', factor: 'pin', at },
    mandate: {
      id,
      attemptId: id,
      jws: 'x'.repeat(700),
      assertion: null,
      paymentId: null,
      pendingOutcome: null,
    },
  })
  return performance.now() - start
}

/** Bare puts and approvals by turns, so that what the machine does meanwhile hits both. */
async function appends(name: string, rounds: number, end: number) {
  const db = openLedger(name)
  const bare: number[] = []
  const bareThree: number[] = []
  const bareRows: number[] = []
  const bareSteps: number[] = []
  const held: number[] = []
  const approved: number[] = []
  for (let round = 0; round < rounds; round++) {
    const asked: AttemptRow[] = []
    for (let i = 0; i < 10; i++) {
      const one = await askedEntry(db, end + round)
      asked.push(one.row)
      if (round > 0) held.push(one.held)
    }
    const floor = await barePuts(10, attemptRow())
    const threeFloor = await bareApprovals(10, 'three')
    const rowsFloor = await bareApprovals(10, 'rows')
    const stepsFloor = await bareApprovals(10, 'reads')
    const times: number[] = []
    for (const row of asked) times.push(await approve(db, row, end + round))
    // The first round opens stores and compiles code.
    if (round > 0) {
      bare.push(...floor)
      bareThree.push(...threeFloor)
      bareRows.push(...rowsFloor)
      bareSteps.push(...stepsFloor)
      approved.push(...times)
    }
  }
  db.close()
  return {
    bare: figures(bare),
    bareThree: figures(bareThree),
    bareRows: figures(bareRows),
    bareSteps: figures(bareSteps),
    held: figures(held),
    approved: figures(approved),
  }
}

/**
 * The cap check of an approval: caps and sums read, every cap beside the order. The ledgers by turns, so that what the
 * machine does meanwhile hits all of them.
 */
async function capChecks(names: string[], rounds: number, end: number): Promise<Figures[]> {
  const ledgers = names.map((name) => ({ db: openLedger(name), times: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { db, times } of ledgers) {
      const spender = { site: `shop${round % SITES}.example` }
      const start = performance.now()
      await db.transaction('r', db.caps, db.buckets, async () => {
        const [caps, found] = await Promise.all([
          db.caps.toArray(),
          db.buckets.bulkGet(bucketKeysFor(spender)),
        ])
        const buckets = new Map(found.flatMap((bucket) => (bucket ? [[bucket.key, bucket] as const] : [])))
        const question = { ...spender, total: money(4_999n, 'EUR'), at: end, zone: ZONE }
        const readings = readCaps(caps, (key) => buckets.get(key), question)
        if (readings.length !== 5) throw new Error('five caps expected')
      })
      if (round >= 20) times.push(performance.now() - start)
    }
  }
  return ledgers.map(({ db, times }) => {
    db.close()
    return figures(times)
  })
}

async function timed(
  rounds: number,
  work: (round: number) => Promise<number>,
): Promise<Figures & { hits: number }> {
  const times: number[] = []
  let hits = 0
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    hits = await work(round)
    times.push(performance.now() - start)
  }
  return { ...figures(times), hits }
}

async function newest(name: string, rounds: number) {
  const db = openLedger(name)
  // Opening is measured where people wait for it: the history's first page, `npm run bench:ui`.
  await db.open()
  const all = await timed(rounds, async () => (await attemptPage(db)).rows.length)
  const filtered = await timed(rounds, async (round) => {
    const site = `shop${round % 50}.example`
    return (await attemptPage(db, { site, states: ['settled'] })).rows.length
  })
  const deep = await timed(rounds, async () => {
    const after = { createdAt: Date.UTC(2025, 4, 1), id: '' }
    return (await attemptPage(db, { states: ['settled', 'failed'] }, { after })).rows.length
  })
  db.close()
  return { all, filtered, deep }
}

async function search(name: string, rounds: number) {
  const db = openLedger(name)
  const words = [
    'word0 ',
    'word0 word1 ',
    'word2 word9',
    'word',
    'word1zz ',
    'word0 word2bc ',
    'shop7 word0 ',
  ]
  const found: Record<string, Figures & { hits: number; complete: boolean }> = {}
  for (const text of words) {
    let complete = true
    const result = await timed(rounds, async () => {
      const answer = await searchAttempts(db, text, { budget: 10_000 })
      complete &&= answer.complete
      return answer.rows.length
    })
    found[text] = { ...result, complete }
  }
  db.close()
  return found
}

async function sums(name: string, rounds: number, end: number) {
  const db = openLedger(name)
  const month = await timed(rounds, async (round) => {
    const site = `shop${round % 50}.example`
    return (await spentBetween(db, { site, from: end - 30 * 24 * HOUR, to: end })).size
  })
  db.close()
  return { month }
}

/** What a browser start does: every booking once more into the sums of caps, which must be what they are. */
async function recount(name: string, end: number): Promise<number> {
  const db = openLedger(name)
  await db.open()
  const start = performance.now()
  const off = await mendSums(db, end, { zone: ZONE })
  const time = performance.now() - start
  db.close()
  if (off.length > 0) throw new Error(`sums that do not match: ${off.join(' ')}`)
  return time
}

/** Rows of the chain checked a second, content and links, from disk. */
async function verifyChain(
  name: string,
  limit: number,
): Promise<{ rows: number; perSecond: number; holds: boolean }> {
  const db = openLedger(name)
  let head = { seq: 0, hash: '0'.repeat(64) }
  let rows = 0
  let holds = true
  const start = performance.now()
  while (rows < limit) {
    const batch = await db.log.where(':id').above(head.seq).limit(5_000).toArray()
    const last = batch.at(-1)
    if (last === undefined) break
    holds &&= firstBrokenRow(batch, head) === null
    rows += batch.length
    head = { seq: last.seq, hash: last.hash }
  }
  const perSecond = (rows * 1000) / (performance.now() - start)
  db.close()
  return { rows, perSecond, holds }
}

function riskPass(rounds: number): Figures {
  const input = riskInput()
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    assess(RULES, input)
    if (round > 20) times.push(performance.now() - start)
  }
  return figures(times)
}

async function storage(): Promise<number> {
  return (await navigator.storage.estimate()).usage ?? 0
}

export const bench = {
  fill,
  appends,
  capChecks,
  newest,
  search,
  sums,
  recount,
  verifyChain,
  riskPass,
  storage,
}
export type Bench = typeof bench

Object.assign(globalThis, { bench })
