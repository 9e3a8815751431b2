import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { revokeAllowance, writeAllowance } from '../../utils/ledger/allowances.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import { writeCap } from '../../utils/ledger/caps.ts'
import { type AttemptRow, type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { addAttempt } from '../../utils/ledger/moves.ts'
import { money } from '../../utils/money/money.ts'
import {
  type Allowance,
  areTerms,
  coveringAllowance,
  drawn,
  notCovered,
  termsFor,
} from '../../utils/policy/allowance.ts'
import { attemptRow } from '../unit/rows.ts'

const AT = Date.UTC(2026, 10, 23, 12)
const DAY = 86_400_000

function allowance(change: Partial<Allowance> = {}): Allowance {
  const terms = termsFor(
    attemptRow().order,
    { limit: money(10_000n, 'EUR'), perOrder: money(5_000n, 'EUR'), orders: 3, days: 7 },
    AT,
  )
  return {
    id: crypto.randomUUID(),
    site: 'shop.example',
    terms,
    merchant: 'Shop',
    processor: null,
    shipTo: null,
    used: 0n,
    uses: 0,
    createdAt: AT,
    revokedAt: null,
    factor: 'pin',
    mandateId: 'agreed',
    mandate: 'x',
    assertion: null,
    deviceId: 'local',
    remoteId: null,
    ...change,
  }
}

function order(amount: bigint, change: Partial<AttemptRow['order']> = {}): AttemptRow['order'] {
  return { ...attemptRow().order, total: money(amount, 'EUR'), ...change }
}

const question = (one: AttemptRow['order'], change = {}) => ({
  order: one,
  notes: [],
  at: AT + DAY,
  deviceId: 'local',
  ...change,
})

const purchase = fc.record({
  amount: fc.bigInt({ min: -10n, max: 7_000n }),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
  site: fc.constantFrom('shop.example', 'shop.example', 'other.example'),
  after: fc.integer({ min: -DAY, max: 9 * DAY }),
})

describe('an allowance', () => {
  it('never lets pass more than its amount, number, order, site, currency and time allow', () => {
    fc.assert(
      fc.property(fc.array(purchase, { maxLength: 30 }), (purchases) => {
        let one = allowance()
        let total = 0n
        let count = 0
        for (const { amount, currency, site, after } of purchases) {
          const origin = `https://${site}`
          const asked = order(amount, {
            currency,
            total: money(amount, currency),
            site: { key: site, origin },
          })
          if (coveringAllowance([one], question(asked, { at: AT + after })) === null) continue
          expect(currency).toBe('EUR')
          expect(site).toBe('shop.example')
          expect(amount > 0n && amount <= 5_000n).toBe(true)
          expect(after >= 0 && after < 7 * DAY).toBe(true)
          one = drawn(one, money(amount, currency))
          total += amount
          count += 1
        }
        expect(total <= 10_000n).toBe(true)
        expect(count <= 3).toBe(true)
        // It is not empty talk: an order that plainly fits does pass.
        expect(notCovered(allowance(), question(order(5_000n)))).toBe(null)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    [
      'another origin of the site',
      order(1n, { site: { key: 'shop.example', origin: 'https://b.shop.example' } }),
    ],
    ['another merchant', order(1n, { merchant: 'Another' })],
    ['another processor', order(1n, { processor: 'pay.example' })],
    ['another address', order(1n, { shipTo: 'Elsewhere 1' })],
    ['a merchant’s own order', order(1n, { merchantOrder: 'mo_1' })],
    ['an unsure total', order(1n, { certain: false })],
    ['an unknown total', order(1n, { total: null })],
    ['an order for nothing', order(0n)],
    ['another currency', order(1n, { currency: 'USD', total: money(1n, 'USD') })],
    ['a total that is not in the order’s currency', order(1n, { currency: 'USD' })],
    ['a renewal', order(1n, { recurrence: { every: 1, unit: 'month', amount: null, trialDays: 0 } })],
  ])('does not cover %s', (_name, asked) => {
    expect(notCovered(allowance(), question(order(1n)))).toBe(null)
    expect(notCovered(allowance(), question(asked))).not.toBe(null)
  })

  it('does not cover what a risk rule blocks or calls dangerous, nor another pairing, nor a clock set back', () => {
    const note = { id: 'repeat', field: 'total', severity: 'warn', blocking: false, values: {} } as const
    const asked = question(order(1n))
    expect(notCovered(allowance(), { ...asked, notes: [note] })).toBe(null)
    expect(notCovered(allowance(), { ...asked, notes: [{ ...note, blocking: true }] })).toBe('note')
    expect(notCovered(allowance(), { ...asked, notes: [{ ...note, severity: 'danger' }] })).toBe('note')
    expect(notCovered(allowance(), { ...asked, deviceId: 'dev_1' })).toBe('other_device')
    expect(notCovered(allowance(), { ...asked, at: AT - 1 })).toBe('expired')
    expect(notCovered(allowance(), { ...asked, at: Number.NaN })).toBe('expired')
  })

  it('can only be agreed to with an end, a number and an order within the whole', () => {
    const { terms } = allowance()
    expect(areTerms(terms, AT)).toBe(true)
    expect(areTerms({ ...terms, expires_at: new Date(AT + 91 * DAY).toISOString() }, AT)).toBe(false)
    expect(areTerms({ ...terms, expires_at: 'never' }, AT)).toBe(false)
    expect(areTerms({ ...terms, per_order: '10001' }, AT)).toBe(false)
    expect(areTerms({ ...terms, per_order: '0' }, AT)).toBe(false)
    expect(areTerms({ ...terms, orders: 0 }, AT)).toBe(false)
    expect(areTerms({ ...terms, orders: 1.5 }, AT)).toBe(false)
    expect(areTerms({ ...terms, limit: { amount: '-1', currency: 'EUR' } }, AT)).toBe(false)
    expect(areTerms({ ...terms, payee: 'https://shop.example/path' }, AT)).toBe(false)
    const { orders: _, ...endless } = terms
    expect(areTerms(endless, AT)).toBe(false)
  })
})

describe('on disk', () => {
  async function held(db: Ledger, amount: bigint): Promise<AttemptRow> {
    const row = attemptRow({ createdAt: AT, expiresAt: AT + DAY, order: order(amount) })
    await addAttempt(db, row)
    return row
  }
  const approve = (db: Ledger, row: AttemptRow, id: string | null) =>
    approveAndReserve(db, {
      attemptId: row.id,
      from: 'held',
      to: 'approved',
      reason: null,
      at: AT + 1,
      zone: 'UTC',
      ...(id === null ? {} : { allowance: { id, deviceId: 'local' } }),
      consent: {
        id: row.id,
        attemptId: row.id,
        digest: row.digest,
        decision: 'approved',
        factor: null,
        at: AT,
      },
      mandate: {
        id: row.id,
        attemptId: row.id,
        jws: 'x',
        assertion: null,
        paymentId: null,
        pendingOutcome: null,
      },
    })
  const fresh = () => openLedger(`allowance-${crypto.randomUUID()}`)

  it('is drawn from by many tabs at once and never beyond its end', async () => {
    const db = fresh()
    const one = allowance()
    await writeAllowance(db, one)
    const rows = await Promise.all([1, 2, 3, 4, 5].map(() => held(db, 4_000n)))
    const results = await Promise.allSettled(rows.map((row) => approve(db, row, one.id)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await db.allowances.get(one.id)).toMatchObject({ used: 8_000n, uses: 2 })
    const refused = await db.attempts.where('state').equals('held').count()
    expect(refused).toBe(3)
  })

  it('approves nothing from held without one, nor above a cap, nor after its end', async () => {
    const db = fresh()
    const one = allowance()
    await writeAllowance(db, one)
    const row = await held(db, 4_000n)
    await expect(approve(db, row, null)).rejects.toThrow('without an allowance')
    const limit = money(3_999n, 'EUR')
    await writeCap(
      db,
      { id: 'cap', scope: { kind: 'all' }, window: 'day', limit, createdAt: AT, updatedAt: AT },
      AT,
    )
    await expect(approve(db, row, one.id)).rejects.toThrow('cap_exceeded')
    expect((await db.allowances.get(one.id))?.uses).toBe(0)
    await db.caps.clear()
    expect(await revokeAllowance(db, one.id, AT)).toBe(true)
    expect(await revokeAllowance(db, one.id, AT)).toBe(false)
    await expect(approve(db, row, one.id)).rejects.toThrow('revoked')
    expect((await db.attempts.get(row.id))?.state).toBe('held')
  })

  it('a new one for the same site and currency ends the one before', async () => {
    const db = fresh()
    const [first, second] = [allowance(), allowance()]
    await writeAllowance(db, first)
    await writeAllowance(db, second)
    expect((await db.allowances.get(first.id))?.revokedAt).toBe(AT)
    const events = (await db.log.toArray()).map(({ event }) => event)
    expect(events).toEqual(['allowance.made', 'allowance.revoked', 'allowance.made'])
  })
})
