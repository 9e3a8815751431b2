import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openLedger } from '../../utils/ledger/db.ts'
import { addAttempt, approveAndReserve, move } from '../../utils/ledger/moves.ts'
import { attemptRow } from '../unit/rows.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 2, 27)

/** One purchase: when it is approved, what it costs, and how it ends. */
const purchase = fc.record({
  after: fc.integer({ min: 0, max: 3 * DAY }),
  amount: fc.bigInt({ min: 0n, max: 6_000n }),
  end: fc.constantFrom('settled' as const, 'failed' as const, 'unknown' as const, 'open' as const),
})

describe('caps arithmetic', () => {
  it('no order of approvals and endings lets settled and reserved pass a cap', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(purchase, { minLength: 1, maxLength: 12 }), async (purchases) => {
        const db = openLedger(`caps-property-${run++}`)
        const limit = 10_000n
        await db.caps.add({
          id: 'day',
          scope: { kind: 'all' },
          window: 'day',
          limit: { amount: limit, currency: 'EUR' },
          createdAt: 0,
          updatedAt: 0,
        })
        // The model: a plain list of what counts, summed by local date.
        const counted: { date: string; amount: bigint; live: boolean }[] = []
        await Promise.all(
          purchases.map(async ({ after, amount, end }) => {
            const at = START + after
            const row = attemptRow({ createdAt: at })
            row.order = { ...row.order, total: { amount, currency: 'EUR' } }
            await addAttempt(db, row)
            await move(db, { attemptId: row.id, from: 'held', to: 'asked', reason: null, at })
            const common = { attemptId: row.id, at, digest: row.digest }
            const approved = await approveAndReserve(db, {
              ...common,
              from: 'asked',
              to: 'approved',
              reason: null,
              zone: 'Europe/Berlin',
              consent: { ...common, id: row.id, decision: 'approved', factor: 'pin' },
              mandate: {
                id: row.id,
                attemptId: row.id,
                jws: '',
                assertion: null,
                paymentId: null,
                pendingOutcome: null,
              },
            }).then(
              () => true,
              () => false,
            )
            if (!approved) return
            const date = Temporal.Instant.fromEpochMilliseconds(at)
              .toZonedDateTimeISO('Europe/Berlin')
              .toPlainDate()
            const entry = { date: date.toString(), amount, live: true }
            counted.push(entry)
            if (end === 'open') return
            await move(db, { attemptId: row.id, from: 'approved', to: 'forwarding', reason: null, at })
            await move(db, { attemptId: row.id, from: 'forwarding', to: 'released', reason: null, at })
            await move(db, { attemptId: row.id, from: 'released', to: end, reason: null, at })
            if (end === 'failed') entry.live = false
          }),
        )
        const sums = new Map<string, bigint>()
        for (const { date, amount, live } of counted)
          sums.set(date, (sums.get(date) ?? 0n) + (live ? amount : 0n))
        for (const [date, sum] of sums) {
          const bucket = await db.buckets.get(`all|EUR|day|${date}`)
          expect((bucket?.settled ?? 0n) + (bucket?.reserved ?? 0n)).toBe(sum)
          expect(sum <= limit).toBe(true)
        }
        db.close()
      }),
      { numRuns: 60 },
    )
  })
})
