import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import Dexie from 'dexie'
import { describe, expect, it } from 'vitest'
import { readCaps } from '../../utils/caps/check.ts'
import { openLedger } from '../../utils/ledger/db.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { fromVersion1 } from '../../utils/ledger/migrate.ts'
import { move } from '../../utils/ledger/moves.ts'
import { unbalanced } from '../../utils/ledger/sums.ts'
import { money } from '../../utils/money/money.ts'
import { AT, VERSION_1, version1Rows } from './old-ledgers.ts'

/** A ledger as version 1 wrote it. */
async function version1(name: string, change?: (log: Record<string, unknown>[]) => void): Promise<string[]> {
  const { ids, rows } = version1Rows(change)
  const db = new Dexie(name)
  db.version(1).stores(VERSION_1)
  for (const [store, list] of Object.entries(rows)) await db.table(store).bulkPut(list)
  db.close()
  return ids
}

describe('a ledger of version 1 opens as version 2', () => {
  it('with the same money in every window and books that balance', async () => {
    await version1('migrate-sums')
    const db = openLedger('migrate-sums', fromVersion1)
    const buckets = new Map((await db.buckets.toArray()).map((bucket) => [bucket.key, bucket]))
    expect([...buckets.keys()].sort()).toEqual(['all', 'site:shop.example'])
    for (const window of ['day', 'week', 'month', 'year', 'total'] as const) {
      const cap = {
        id: '1',
        scope: { kind: 'all' as const },
        window,
        limit: money(9_000n, 'EUR'),
        createdAt: 0,
        updatedAt: 0,
      }
      const question = { site: 'shop.example', total: money(1n, 'EUR'), at: AT, zone: 'Europe/Berlin' }
      const [reading] = readCaps([cap], (key) => buckets.get(key), question)
      expect(reading?.used).toEqual(money(3_000n, 'EUR'))
    }
    expect(await unbalanced(db)).toEqual([])
  })

  it('with open reservations that can still be given back', async () => {
    const [, open = ''] = await version1('migrate-open')
    const db = openLedger('migrate-open', fromVersion1)
    await move(db, { attemptId: open, from: 'released', to: 'failed', reason: 'shop_failed', at: AT + 9 })
    const all = await db.buckets.get('all')
    expect(all?.windows.day).toMatchObject({ orders: 1, money: { EUR: { settled: 1_000n, reserved: 0n } } })
    expect(await unbalanced(db)).toEqual([])
  })

  it('with every log row chained anew, and the old head written down', async () => {
    await version1('migrate-log')
    const db = openLedger('migrate-log', fromVersion1)
    const rows = await db.log.orderBy(':id').toArray()
    expect(firstBrokenRow(rows)).toBeNull()
    expect(rows.map((row) => row.event)).toEqual([...Array(5).fill('attempt.held'), 'ledger.migrated'])
    expect(rows.at(-1)?.data).toMatchObject({ from: 1, rows: 5, intact: true })
  })

  it('and a chain that was already broken is said to be so', async () => {
    await version1('migrate-broken', (log) => {
      log[2] = { ...log[2], data: { n: 77 } }
    })
    const db = openLedger('migrate-broken', fromVersion1)
    expect((await db.log.orderBy(':id').last())?.data).toMatchObject({ intact: false })
  })

  it('with its purchases findable by word', async () => {
    await version1('migrate-words')
    const db = openLedger('migrate-words', fromVersion1)
    expect(await db.tokens.where('[token+age+id]').between(['lamp'], ['lamp', []]).count()).toBe(3)
  })
})
