import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { beforeEach, describe, expect, it } from 'vitest'
import { MOVES, mayMove, STATES } from '../../utils/attempt/states.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import type { AttemptRow, Ledger } from '../../utils/ledger/db.ts'
import { openLedger } from '../../utils/ledger/db.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { addAttempt, move } from '../../utils/ledger/moves.ts'
import { attemptRow } from './rows.ts'

let db: Ledger
let count = 0

beforeEach(() => {
  db = openLedger(`ledger-${count++}`)
})

function consentFor(row: AttemptRow) {
  return {
    attemptId: row.id,
    from: 'asked' as const,
    to: 'approved' as const,
    reason: null,
    at: row.createdAt + 1,
    zone: 'Europe/Berlin',
    consent: {
      id: crypto.randomUUID(),
      attemptId: row.id,
      digest: row.digest,
      decision: 'approved' as const,
      factor: 'pin' as const,
      at: row.createdAt + 1,
    },
    mandate: {
      id: crypto.randomUUID(),
      attemptId: row.id,
      jws: 'x',
      assertion: null,
      paymentId: null,
      pendingOutcome: null,
    },
  }
}

async function asked(change: Partial<AttemptRow> = {}): Promise<AttemptRow> {
  const row = attemptRow(change)
  await addAttempt(db, row)
  return move(db, { attemptId: row.id, from: 'held', to: 'asked', reason: null, at: row.createdAt })
}

describe('moves of an attempt', () => {
  it('lets nobody make a move that the table does not have', async () => {
    for (const from of STATES) {
      for (const to of STATES) {
        if (mayMove(from, to)) continue
        const row = attemptRow({ state: from })
        await db.attempts.add(row)
        await expect(move(db, { attemptId: row.id, from, to, reason: null, at: 1 })).rejects.toThrow('→')
        expect((await db.attempts.get(row.id))?.version).toBe(row.version)
      }
    }
    expect(Object.keys(MOVES)).toHaveLength(12)
  })

  it('gives one of two simultaneous moves the attempt, the other nothing', async () => {
    const row = await asked()
    const step = (to: 'rejected' | 'cancelled') =>
      move(db, { attemptId: row.id, from: 'asked', to, reason: null, at: 2 })
    const results = await Promise.allSettled([step('rejected'), step('cancelled')])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await db.log.where('attemptId').equals(row.id).toArray()).map((entry) => entry.event)).toEqual([
      'attempt.held',
      'attempt.asked',
      'attempt.rejected',
    ])
  })
})

describe('caps', () => {
  async function cap(limit: bigint) {
    await db.caps.add({
      id: crypto.randomUUID(),
      scope: { kind: 'site', site: 'shop.example' },
      window: 'day',
      limit: { amount: limit, currency: 'EUR' },
      createdAt: 0,
      updatedAt: 0,
    })
  }

  it('a second tab cannot spend the same cap', async () => {
    await cap(6_000n)
    const [a, b] = [await asked(), await asked()]
    const results = await Promise.allSettled([
      approveAndReserve(db, consentFor(a)),
      approveAndReserve(db, consentFor(b)),
    ])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = results.find((result) => result.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'cap_exceeded' })
    expect(await db.consents.count()).toBe(1)
    expect(await db.mandates.count()).toBe(1)
  })

  it('an exact fit passes', async () => {
    await cap(4_999n)
    await expect(approveAndReserve(db, consentFor(await asked()))).resolves.toMatchObject({
      state: 'approved',
    })
  })

  it('goes on to forwarding in the same commit, as two moves that the log tells', async () => {
    const row = await asked()
    const next = await approveAndReserve(db, { ...consentFor(row), forward: true })
    expect(next).toMatchObject({ state: 'forwarding', version: row.version + 2 })
    expect(await db.attempts.get(row.id)).toEqual(next)
    const log = await db.log.orderBy(':id').toArray()
    expect(log.slice(-2)).toMatchObject([
      { event: 'attempt.approved', data: { from: 'asked' } },
      { event: 'attempt.forwarding', data: { from: 'approved' } },
    ])
    expect(firstBrokenRow(log)).toBeNull()
    expect((await db.reservations.get(row.id))?.state).toBe('reserved')
  })

  it('gives back what a failed payment had reserved, keeps what is unknown or settled', async () => {
    await cap(5_000n)
    const first = await asked()
    await approveAndReserve(db, consentFor(first))
    await move(db, { attemptId: first.id, from: 'approved', to: 'failed', reason: 'page_gone', at: 3 })

    const second = await asked()
    await approveAndReserve(db, consentFor(second))
    for (const [from, to] of [
      ['approved', 'forwarding'],
      ['forwarding', 'released'],
      ['released', 'unknown'],
    ] as const) {
      await move(db, { attemptId: second.id, from, to, reason: null, at: 4 })
    }
    await expect(approveAndReserve(db, consentFor(await asked()))).rejects.toMatchObject({
      code: 'cap_exceeded',
    })
    await move(db, { attemptId: second.id, from: 'unknown', to: 'settled', reason: 'shop_confirmed', at: 5 })
    await expect(approveAndReserve(db, consentFor(await asked()))).rejects.toMatchObject({
      code: 'cap_exceeded',
    })
  })

  it('a consent to another digest approves nothing', async () => {
    const row = await asked()
    const step = consentFor(row)
    step.consent.digest = 'of-another-order'
    await expect(approveAndReserve(db, step)).rejects.toMatchObject({ code: 'digest_mismatch' })
    expect((await db.attempts.get(row.id))?.state).toBe('asked')
  })

  it('a negative total cannot be approved: it would give room to every cap', async () => {
    const { order } = attemptRow()
    const row = await asked({ order: { ...order, total: { amount: -1n, currency: 'EUR' } } })
    await expect(approveAndReserve(db, consentFor(row))).rejects.toMatchObject({ code: 'unknown_total' })
    expect(await db.reservations.count()).toBe(0)
  })

  it('an approval that comes after the time to answer approves nothing', async () => {
    const row = await asked()
    const late = { ...consentFor(row), at: row.expiresAt + 1 }
    await expect(approveAndReserve(db, late)).rejects.toMatchObject({ code: 'expired' })
  })

  it('nothing is approved without a reservation', async () => {
    const row = await asked()
    const step = { attemptId: row.id, from: 'asked', to: 'approved', reason: null, at: 2 } as const
    await expect(move(db, step)).rejects.toThrow('without a reservation')
  })

  it('a rejection is no consent', async () => {
    const row = await asked()
    const step = consentFor(row)
    const rejected = { ...step, consent: { ...step.consent, decision: 'rejected' as const } }
    await expect(approveAndReserve(db, rejected)).rejects.toMatchObject({ code: 'digest_mismatch' })
  })

  it('an unknown total cannot be approved', async () => {
    const row = attemptRow()
    const blind = await asked({ order: { ...row.order, total: null } })
    await expect(approveAndReserve(db, consentFor(blind))).rejects.toMatchObject({ code: 'unknown_total' })
  })
})

describe('the log', () => {
  it('keeps text that was cut in the middle of a character', async () => {
    const row = await asked({ what: 'Pay 🍵'.slice(0, -1) })
    expect((await db.log.where('attemptId').equals(row.id).first())?.data.what).toBe('Pay \ufffd')
    expect(firstBrokenRow(await db.log.toArray())).toBeNull()
  })

  it('shows which row was changed, removed or swapped', async () => {
    const row = await asked()
    await approveAndReserve(db, consentFor(row))
    const rows = await db.log.orderBy('seq').toArray()
    expect(rows.length).toBeGreaterThanOrEqual(3)
    expect(firstBrokenRow(rows)).toBeNull()
    const [first, second, third] = rows
    if (!first || !second || !third) throw new Error('three rows expected')
    expect(firstBrokenRow([first, { ...second, data: { from: 'asked' } }, third])?.seq).toBe(2)
    expect(firstBrokenRow([first, third])?.seq).toBe(3)
    expect(firstBrokenRow([second, first, third])?.seq).toBe(2)
  })
})

describe('a step on the disk', () => {
  it('is on it before anything goes on: every writing transaction is strict', async () => {
    const seen: string[] = []
    db.use({
      stack: 'dbcore',
      name: 'watch',
      create: (core) => ({
        ...core,
        transaction(stores, mode, options) {
          if (mode === 'readwrite') seen.push(String(options?.durability))
          return core.transaction(stores, mode, options)
        },
      }),
    })
    const row = await asked()
    await approveAndReserve(db, consentFor(row))
    await move(db, { attemptId: row.id, from: 'approved', to: 'failed', reason: null, at: row.createdAt + 2 })
    expect(seen).toEqual(['strict', 'strict', 'strict', 'strict'])
  })

  it.each(['attempts', 'consents', 'mandates', 'reservations', 'buckets', 'log'])(
    'is whole or not at all: where the disk has no room for a row of %s nothing is approved or spent',
    async (full) => {
      const row = await asked()
      const everything = async () =>
        Promise.all(['attempts', 'consents', 'mandates', 'reservations', 'buckets', 'log'].map(rowsOf))
      const rowsOf = (name: string) => db.table(name).toArray()
      const before = await everything()
      let room = false
      db.use({
        stack: 'dbcore',
        name: 'full',
        create: (core) => ({
          ...core,
          table: (name) => ({
            ...core.table(name),
            mutate: (request) =>
              name === full && !room
                ? Promise.reject(new DOMException('no room', 'QuotaExceededError'))
                : core.table(name).mutate(request),
          }),
        }),
      })
      db.close()
      await db.open()
      await expect(approveAndReserve(db, consentFor(row))).rejects.toThrow('no room')
      expect(await everything()).toEqual(before)
      room = true
      await expect(approveAndReserve(db, consentFor(row))).resolves.toMatchObject({ state: 'approved' })
    },
  )
})
