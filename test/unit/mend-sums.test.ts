/** Sums of caps that something changed from outside: found, told, and never to the good of who changed them. */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { writeCap } from '../../utils/ledger/caps.ts'
import { type BucketRow, type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { readHealth, troublesOf } from '../../utils/ledger/health.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { mendSums, unbalanced } from '../../utils/ledger/sums.ts'
import { money } from '../../utils/money/money.ts'
import { loadBackground, startWorker } from '../sim/worker.ts'
import { approve, ask, buy } from './buy.ts'

const AT = Date.UTC(2026, 10, 23, 12)
const UTC = { zone: 'UTC' }
let db: Ledger
let count = 0

beforeEach(async () => {
  db = openLedger(`mend-${count++}`)
  const cap = { scope: { kind: 'all' as const }, limit: money(10_000n, 'EUR'), createdAt: 0, updatedAt: 0 }
  await writeCap(db, { ...cap, id: 'day', window: 'day' }, AT)
  await writeCap(db, { ...cap, id: 'hours', window: 'sliding', hours: 6 }, AT)
  await buy(db, { at: AT, amount: 6_000n, end: 'settled' })
  await buy(db, { at: AT, amount: 3_000n, end: 'unknown' })
})

async function all(): Promise<BucketRow> {
  const row = await db.buckets.get('all')
  if (!row) throw new Error('sums of everything expected')
  return row
}

/** All that was spent in the window of a day. */
async function used(): Promise<bigint> {
  const spend = (await all()).windows.day.money.EUR
  return (spend?.settled ?? 0n) + (spend?.reserved ?? 0n)
}

async function setDay(settled: bigint): Promise<void> {
  const row = await all()
  const day = { ...row.windows.day, money: { EUR: { settled, reserved: 0n } } }
  await db.buckets.put({ ...row, slices: [], windows: { ...row.windows, day } })
}

describe('sums that', () => {
  it('match their bookings are left alone', async () => {
    const before = [await db.buckets.toArray(), await db.log.count()]
    expect(await mendSums(db, AT, UTC)).toEqual([])
    expect([await db.buckets.toArray(), await db.log.count()]).toEqual(before)
  })

  it('were set back are what was booked again, sliding hours too, and the log says so', async () => {
    await setDay(0n)
    expect(await mendSums(db, AT, UTC)).toEqual(['all'])
    expect(await used()).toBe(9_000n)
    expect((await all()).slices).toMatchObject([{ money: { EUR: { settled: 6_000n, reserved: 3_000n } } }])
    expect(await unbalanced(db)).toEqual([])
    const log = await db.log.orderBy(':id').toArray()
    expect(log.at(-1)).toMatchObject({ event: 'ledger.unbalanced', data: { scopes: 'all' } })
    expect(firstBrokenRow(log)).toBeNull()
    const more = await ask(db, { at: AT, amount: 1_001n })
    await expect(approve(db, more)).rejects.toMatchObject({ code: 'cap_exceeded' })
  })

  it('are higher than their bookings stay as high', async () => {
    await setDay(9_500n)
    expect(await mendSums(db, AT, UTC)).toEqual(['all'])
    expect(await used()).toBeGreaterThanOrEqual(9_500n)
    // And where bookings were taken out, so that a recount would make room.
    await db.reservations.clear()
    expect(await mendSums(db, AT, UTC)).toContain('all')
    expect(await used()).toBeGreaterThanOrEqual(9_500n)
  })

  it('are gone are made anew', async () => {
    await db.buckets.clear()
    expect(await mendSums(db, AT, UTC)).toEqual(['all', 'site:shop.example'])
    expect(await used()).toBe(9_000n)
    expect(await unbalanced(db)).toEqual([])
  })
})

it('are looked at once after a browser start, and the person is told', async () => {
  await loadBackground(resolve(import.meta.dirname, '../..'))
  const kept: Record<string, unknown> = {}
  const told: string[] = []
  const area = {
    get: async (key: string) => ({ [key]: kept[key] }),
    set: async (change: Record<string, unknown>) => void Object.assign(kept, change),
  }
  const start = () =>
    startWorker({
      simBrowser: {
        storage: { local: area, session: area },
        notifications: { create: async ({ message }: { message: string }) => void told.push(message) },
        runtime: { getURL: (path: string) => path },
      },
      fetch: () => Promise.reject(new TypeError('nothing is sent')),
      now: () => AT,
      later: () => {},
      uuid: () => crypto.randomUUID(),
      dies: () => false,
    }).background
  const first = start()
  await buy(first.db, { at: AT, amount: 6_000n, end: 'settled' })
  await first.keepLedger()
  expect(told).toEqual([])
  await first.db.buckets.clear()
  first.db.close()

  // Another worker of the same browser does not look again.
  await start().keepLedger()
  expect(told).toEqual([])
  delete kept['sums-checked']
  const next = start()
  await next.keepLedger()
  expect(troublesOf(await readHealth(next.db))).toEqual(['unbalanced'])
  expect(told).toEqual([expect.stringContaining('did not match the list of payments')])
  expect((await next.db.buckets.get('all'))?.windows.day.money.EUR?.settled).toBe(6_000n)
})
