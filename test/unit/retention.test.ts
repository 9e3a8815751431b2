import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { describe, expect, it, vi } from 'vitest'
import { currentWindow } from '../../utils/caps/bucket.ts'
import { readCap } from '../../utils/caps/check.ts'
import { writeCap } from '../../utils/ledger/caps.ts'
import { openLedger } from '../../utils/ledger/db.ts'
import { appendLog, firstBrokenRow } from '../../utils/ledger/log.ts'
import { eraseEverything, forgetBefore, forgetChosen } from '../../utils/ledger/retention.ts'
import { searchAttempts } from '../../utils/ledger/search.ts'
import { compareWitness, keepStorage, readWitness, storageState } from '../../utils/ledger/storage.ts'
import { spentBetween, unbalanced } from '../../utils/ledger/sums.ts'
import { money } from '../../utils/money/money.ts'
import { buy } from './buy.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 23, 12)
const calendar = { zone: 'UTC' }
let count = 0
const fresh = () => openLedger(`retention-${count++}`)

describe('forgetting', () => {
  it('deletes old purchases and their words, and every link and sum still holds', async () => {
    const db = fresh()
    for (const at of [NOW - 800 * DAY, NOW - 500 * DAY, NOW - 40 * DAY, NOW]) {
      await buy(db, { at, amount: 1_000n, end: 'settled' })
    }
    await writeCap(
      db,
      { id: 'c', scope: { kind: 'all' }, window: 'day', limit: money(1n, 'EUR'), createdAt: 0, updatedAt: 0 },
      NOW - 600 * DAY,
    )
    await db.transaction('rw', db.log, () =>
      appendLog(db, NOW - 500 * DAY, {
        event: 'attempt.refused',
        attemptId: null,
        data: { site: 'secret.example' },
      }),
    )
    const before = await db.log.toArray()
    const forgotten = await forgetBefore(db, { before: NOW - 30 * DAY, at: NOW, calendar })
    expect(forgotten.attempts).toBe(3)

    expect(await db.attempts.count()).toBe(1)
    for (const table of [db.consents, db.mandates]) expect(await table.count()).toBe(1)
    expect((await searchAttempts(db, 'lamp')).rows).toHaveLength(1)
    const rows = await db.log.toArray()
    expect(firstBrokenRow(rows)).toBeNull()
    expect(rows.slice(0, before.length).map((row) => row.hash)).toEqual(before.map((row) => row.hash))
    expect(JSON.stringify(rows)).not.toContain('secret.example')
    expect(rows.some((row) => row.event === 'cap.set')).toBe(true)
    // Last year's bookings are gone as rows, this year's are kept, and `total` still knows all four.
    expect(await db.reservations.count()).toBe(2)
    const all = await db.buckets.get('all')
    expect(currentWindow(all, 'total', NOW, calendar)).toMatchObject({
      orders: 4,
      money: { EUR: { settled: 4_000n } },
    })
    expect(await unbalanced(db)).toEqual([])
    // A second time there is nothing left to do, and nothing is written.
    expect(await forgetBefore(db, { before: NOW - 30 * DAY, at: NOW, calendar })).toEqual({
      attempts: 0,
      logRows: 0,
    })
    expect(await unbalanced(db)).toEqual([])
  })

  it('deletes what was chosen, and nothing that is not over or that the backend has not heard', async () => {
    const db = fresh()
    const at = NOW - DAY
    const gone = await buy(db, { at, amount: 1_000n, end: 'settled' })
    const kept = await buy(db, { at, amount: 1_000n, end: 'settled' })
    const open = await buy(db, { at, amount: 1n, end: 'unknown' })
    const owed = await buy(db, { at, amount: 1n, end: 'settled', pendingOutcome: 'settled' })
    const chosen = [gone.id, open.id, owed.id, 'attempt-that-never-was']
    expect(await forgetChosen(db, chosen, NOW)).toMatchObject({ attempts: 1 })
    const left = (await db.attempts.toArray()).map((row) => row.id)
    expect(left.sort()).toEqual([kept.id, open.id, owed.id].sort())
    expect(firstBrokenRow(await db.log.toArray())).toBeNull()
    // What caps count stays: deleting a purchase from sight does not give its money back.
    expect(await unbalanced(db)).toEqual([])
    expect(currentWindow(await db.buckets.get('all'), 'total', NOW, calendar)).toMatchObject({ orders: 4 })
  })

  it('keeps what is not over and what the backend has not heard', async () => {
    const db = fresh()
    const open = await buy(db, { at: NOW - 800 * DAY, amount: 1n, end: 'unknown' })
    const owed = await buy(db, { at: NOW - 800 * DAY, amount: 1n, end: 'settled', pendingOutcome: 'settled' })
    await forgetBefore(db, { before: NOW, at: NOW, calendar })
    expect((await db.attempts.toArray()).map((row) => row.id).sort()).toEqual([open.id, owed.id].sort())
    expect((await db.reservations.toArray()).some((row) => row.attemptId === open.id)).toBe(true)
  })

  it('keeps the bookings that a sliding cap of tomorrow will count, also across a new year', async () => {
    const db = fresh()
    const january = Date.UTC(2027, 0, 5, 12)
    await buy(db, { at: january - 40 * DAY, amount: 1n, end: 'settled' })
    await buy(db, { at: january - 16 * DAY, amount: 2_000n, end: 'settled' })
    await buy(db, { at: january, amount: 300n, end: 'settled' })
    await forgetBefore(db, { before: january, at: january, calendar })
    const cap = {
      id: 'c',
      scope: { kind: 'all' as const },
      window: 'sliding' as const,
      hours: 744,
      limit: money(9_000n, 'EUR'),
      createdAt: 0,
      updatedAt: 0,
    }
    await writeCap(db, cap, january)
    const reading = readCap(cap, await db.buckets.get('all'), {
      total: money(0n, 'EUR'),
      at: january,
      ...calendar,
    })
    expect(reading.used).toEqual(money(2_300n, 'EUR'))
    expect(await db.reservations.count()).toBe(2)
    expect(await unbalanced(db)).toEqual([])
  })

  it('comes to an end where more must stay than fits into a batch', async () => {
    const db = fresh()
    const first = await buy(db, { at: NOW - 800 * DAY, amount: 1n, end: 'settled', pendingOutcome: 'voided' })
    const [mandate] = await db.mandates.toArray()
    if (!mandate) throw new Error('a mandate expected')
    const copies = Array.from({ length: 250 }, (_, i) => ({
      id: `copy-${i}`,
      createdAt: first.createdAt + i,
    }))
    await db.attempts.bulkAdd(copies.map((copy) => ({ ...first, ...copy })))
    await db.mandates.bulkAdd(copies.map(({ id }) => ({ ...mandate, id, attemptId: id })))
    expect(await forgetBefore(db, { before: NOW, at: NOW, calendar })).toEqual({ attempts: 0, logRows: 0 })
  })

  it('a changed content behind a redacted neighbour is still found', async () => {
    const db = fresh()
    await buy(db, { at: NOW - 800 * DAY, amount: 1n, end: 'settled' })
    await buy(db, { at: NOW, amount: 1n, end: 'settled' })
    await forgetBefore(db, { before: NOW - DAY, at: NOW, calendar })
    const rows = await db.log.toArray()
    const index = rows.findIndex((row) => row.event === 'attempt.approved')
    const row = rows[index]
    if (!row) throw new Error('an approval expected')
    expect(firstBrokenRow(rows.with(index, { ...row, data: { ...row.data, amount: '2' } }))?.seq).toBe(
      row.seq,
    )
  })

  it('erases everything, but not while a payment is on its way', async () => {
    const db = fresh()
    await buy(db, { at: NOW, amount: 1n, end: 'released' })
    expect(await eraseEverything(db)).toBe(false)
    expect(await db.attempts.count()).toBe(1)
    const other = fresh()
    await buy(other, { at: NOW, amount: 1n, end: 'settled' })
    const witness = await readWitness(other)
    expect(await eraseEverything(other)).toBe(true)
    for (const table of other.tables) expect(await table.count()).toBe(0)
    expect(await compareWitness(other, witness)).toBe('lost')
  })
})

describe('a witness outside the ledger', () => {
  it('tells growth from loss, roll-back and rewriting', async () => {
    const db = fresh()
    await buy(db, { at: NOW, amount: 1n, end: 'settled' })
    const witness = await readWitness(db)
    expect(await compareWitness(db, null)).toBe('new')
    expect(await compareWitness(db, witness)).toBe('same')
    await buy(db, { at: NOW, amount: 1n, end: 'settled' })
    expect(await compareWitness(db, witness)).toBe('same')
    const row = await db.log.get(witness.seq)
    if (!row) throw new Error('the row of the witness expected')
    await db.log.put({ ...row, hash: 'f'.repeat(64) })
    expect(await compareWitness(db, witness)).toBe('rewritten')
    await db.log.where(':id').aboveOrEqual(witness.seq).delete()
    expect(await compareWitness(db, witness)).toBe('rolled-back')
  })
})

describe('room on the disk', () => {
  const manager = (change: {
    usage?: number
    quota?: number
    persisted?: boolean
    persist?: () => Promise<boolean>
  }) => ({
    estimate: async () => ({ usage: change.usage ?? 1, quota: change.quota ?? 1e12 }),
    persisted: async () => change.persisted ?? false,
    persist: change.persist ?? (async () => true),
  })

  it('says when there is little left', async () => {
    expect(await storageState(manager({}))).toMatchObject({ low: false, persisted: false })
    expect(await storageState(manager({ usage: 99_000_000, quota: 100_000_000 }))).toMatchObject({
      low: true,
    })
  })

  it('asks to be kept, and a refusal is an answer', async () => {
    expect(await keepStorage(manager({}))).toBe(true)
    const { persist: _, ...inWorker } = manager({})
    expect(await keepStorage(inWorker)).toBe(false)
    expect(
      await keepStorage(
        manager({
          persist: async () => {
            throw new TypeError('no')
          },
        }),
      ),
    ).toBe(false)
  })

  it('asks to be kept, and no answer at all is one too: signing and erasing do not wait for it', async () => {
    vi.useFakeTimers()
    try {
      const asking = keepStorage(manager({ persist: () => new Promise<boolean>(() => {}) }))
      await vi.runAllTimersAsync()
      expect(await asking).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('sums over a range', () => {
  it('are what the purchases add up to, by site, over stretches that end within one millisecond', async () => {
    const db = fresh()
    await db.reservations.bulkAdd(
      Array.from({ length: 6_001 }, (_, i) => ({
        attemptId: `a${i}`,
        site: i % 2 === 0 ? 'a.example' : 'b.example',
        currency: 'EUR',
        amount: 1n,
        buckets: [],
        state: i % 3 === 0 ? ('released' as const) : ('settled' as const),
        at: Math.floor(i / 2_500),
      })),
    )
    const counted = (from: number, to: number, site?: number) =>
      Array.from({ length: 6_001 }, (_, i) => i).filter((i) => {
        const at = Math.floor(i / 2_500)
        return i % 3 !== 0 && at >= from && at < to && (site === undefined || i % 2 === site)
      }).length
    expect((await spentBetween(db, { from: 0, to: 3 })).get('EUR')).toBe(BigInt(counted(0, 3)))
    expect((await spentBetween(db, { from: 1, to: 3, site: 'a.example' })).get('EUR')).toBe(
      BigInt(counted(1, 3, 0)),
    )
  })
})
