/** A ledger that others have open at the same time: another worker, a newer release, whoever deletes it. */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import Dexie from 'dexie'
import { beforeEach, describe, expect, it } from 'vitest'
import { type AttemptRow, type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { move } from '../../utils/ledger/moves.ts'
import { unbalanced } from '../../utils/ledger/sums.ts'
import { money } from '../../utils/money/money.ts'
import { approve, ask, buy } from './buy.ts'

const AT = Date.UTC(2026, 10, 23, 12)
let name: string
let db: Ledger
let count = 0

beforeEach(() => {
  name = `shared-${count++}`
  db = openLedger(name)
})

const rows = async (ledger: Ledger) => Promise.all(ledger.tables.map((table) => table.toArray()))
const question = (ledger = db, change: Partial<AttemptRow> = {}) =>
  ask(ledger, { at: AT, amount: 4_999n, change })

describe('two workers alive at once', () => {
  it('give one payment one consent', async () => {
    const other = openLedger(name)
    const row = await question()
    const results = await Promise.allSettled([approve(db, row), approve(other, row)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await db.consents.count()).toBe(1)
    expect(await db.reservations.count()).toBe(1)
  })

  it('do not both take the last of a cap, and keep one chain and one set of books', async () => {
    await db.caps.add({
      id: 'c',
      scope: { kind: 'all' },
      window: 'day',
      limit: money(20_000n, 'EUR'),
      createdAt: 0,
      updatedAt: 0,
    })
    const workers = [db, openLedger(name)]
    const buying = Array.from({ length: 12 }, (_, n) =>
      buy(workers[n % 2] ?? db, { at: AT + n, amount: 4_999n, end: n % 3 === 0 ? 'failed' : 'settled' }),
    )
    const results = await Promise.allSettled(buying)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'cap_exceeded' })
    }
    const spent = (await db.buckets.get('all'))?.windows.day.money.EUR
    expect((spent?.settled ?? 0n) + (spent?.reserved ?? 0n)).toBeLessThanOrEqual(20_000n)
    expect(spent?.settled).toBeGreaterThan(0n)
    expect(firstBrokenRow(await db.log.orderBy(':id').toArray())).toBeNull()
    expect(await unbalanced(db)).toEqual([])
  })
})

describe('a ledger that is deleted while it is open', () => {
  it('approves nothing that it no longer knows', async () => {
    const row = await question()
    await Dexie.delete(name)
    await expect(approve(db, row)).rejects.toThrow('no attempt')
    expect((await rows(db)).flat()).toEqual([])
  })

  it('has a step wholly before, or not at all', async () => {
    const row = await question()
    const approving = approve(db, row)
    await Dexie.delete(name)
    // The deletion waited for the step, or the step found nothing.
    await expect(
      approving.then(
        ({ state }) => state,
        () => 'nothing',
      ),
    ).resolves.toMatch(/^(approved|nothing)$/)
    expect((await rows(db)).flat()).toEqual([])
  })
})

describe('a ledger of a newer release', () => {
  /** As an update makes it: another schema, while the old worker is still there. */
  async function newer(): Promise<Dexie> {
    const next = new Dexie(name)
    next.version(4).stores({ attempts: 'id, state', log: 'seq', buckets: 'key' })
    return next.open()
  }

  it('is left to it by a worker that still runs', async () => {
    const row = await question()
    const next = await newer()
    await expect(
      move(db, { attemptId: row.id, from: 'asked', to: 'rejected', reason: null, at: AT }),
    ).rejects.toThrow()
    await expect(approve(db, row)).rejects.toThrow()
    expect(await next.table('attempts').get(row.id)).toEqual(row)
    expect(await next.table('log').count()).toBe(2)
    expect(next.backendDB().version).toBe(40)
  })

  it('is not opened by an older one', async () => {
    await db.open()
    db.close()
    const next = await newer()
    next.close()
    await expect(openLedger(name).open()).rejects.toThrow('newer release')
  })
})
