/** Money that a shop gave back: it makes room only in windows that still hold the purchase. */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SummedWindow } from '../../utils/caps/bucket.ts'
import { readCap } from '../../utils/caps/check.ts'
import { type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { recordRefund } from '../../utils/ledger/refunds.ts'
import { unbalanced } from '../../utils/ledger/sums.ts'
import { money } from '../../utils/money/money.ts'
import { type Bought, buy } from './buy.ts'

const at = (iso: string) => Date.parse(iso)
/** Monday, the last day of November. */
const BOUGHT = at('2026-11-30T12:00:00Z')
const UTC = { zone: 'UTC' }
const eur = (amount: bigint) => money(amount, 'EUR')

let db: Ledger
let count = 0
beforeEach(() => {
  db = openLedger(`refunds-${count++}`)
})

async function used(window: SummedWindow, moment: number): Promise<bigint> {
  const bucket = await db.buckets.get('all')
  const common = { scope: { kind: 'all' as const }, createdAt: 0, updatedAt: 0 }
  const cap = { ...common, id: 'c', window, limit: eur(10_000n) }
  return readCap(cap, bucket, { total: eur(0n), at: moment, ...UTC }).used.amount
}

const bought = (moment: number, end: Bought['end'] = 'settled') =>
  buy(db, { at: moment, amount: 4_999n, end })
const refund = (attemptId: string, amount: bigint, moment: number, currency = 'EUR') =>
  recordRefund(db, { attemptId, amount: money(amount, currency), at: moment, calendar: UTC })

describe('a refund', () => {
  it('within the window of the purchase gives its amount back', async () => {
    const { id } = await bought(BOUGHT)
    expect(await refund(id, 1_999n, BOUGHT + 1)).toEqual({ left: 3_000n })
    expect(await used('day', BOUGHT + 2)).toBe(3_000n)
    expect(await used('total', BOUGHT + 2)).toBe(3_000n)
    expect(await unbalanced(db)).toEqual([])
  })

  it('after the window is over leaves the new one alone: nothing below zero, no room that was never used', async () => {
    const { id } = await bought(BOUGHT)
    const tuesday = at('2026-12-01T09:00:00Z')
    await bought(tuesday)
    await refund(id, 4_999n, tuesday + 1)
    expect(await used('day', tuesday + 2)).toBe(4_999n)
    expect(await used('month', tuesday + 2)).toBe(4_999n)
    // The week and the year began before the purchase and still hold it.
    expect(await used('week', tuesday + 2)).toBe(4_999n)
    expect(await used('total', tuesday + 2)).toBe(4_999n)
    expect(await unbalanced(db)).toEqual([])
  })

  it('does not give the order back: buying and returning would reset a number of orders', async () => {
    const { id } = await bought(BOUGHT)
    await refund(id, 4_999n, BOUGHT + 1)
    expect((await db.buckets.get('all'))?.windows.day).toMatchObject({ orders: 1 })
  })

  it('of more than was paid, of nothing, of another currency or another payment changes nothing', async () => {
    const { id } = await bought(BOUGHT)
    await refund(id, 4_000n, BOUGHT + 1)
    const before = [await db.reservations.toArray(), await db.buckets.toArray(), await db.log.count()]
    await expect(refund(id, 1_000n, BOUGHT + 2)).rejects.toMatchObject({ code: 'malformed' })
    await expect(refund(id, 0n, BOUGHT + 2)).rejects.toMatchObject({ code: 'malformed' })
    await expect(refund(id, -1n, BOUGHT + 2)).rejects.toMatchObject({ code: 'malformed' })
    await expect(refund(id, 1n, BOUGHT + 2, 'USD')).rejects.toMatchObject({ code: 'malformed' })
    await expect(refund('nobody', 1n, BOUGHT + 2)).rejects.toMatchObject({ code: 'malformed' })
    const open = await bought(BOUGHT, 'unknown')
    await expect(refund(open.id, 1n, BOUGHT + 2)).rejects.toMatchObject({ code: 'malformed' })
    const after = await db.reservations.toArray()
    expect(after.filter(({ attemptId }) => attemptId === id)).toEqual(before[0])
    expect(await refund(id, 999n, BOUGHT + 3)).toEqual({ left: 0n })
  })
})
