import { describe, expect, it } from 'vitest'
import { money } from '../../utils/money/money.ts'
import type { Note } from '../../utils/order/order.ts'
import { MOST_PRESSES, type PressQuestion, pressSuffices } from '../../utils/policy/press.ts'

const note: Note = { id: 'repeat', field: 'total', severity: 'warn', blocking: false, values: {} }
const eur = (amount: bigint) => money(amount, 'EUR')

/** The person lets a press be enough below 10.00 EUR and below 500 yen. */
function suffices(change: Partial<PressQuestion['order']> = {}, more: Partial<PressQuestion> = {}): boolean {
  return pressSuffices({
    settings: {
      backend: null,
      freeBelow: [
        { amount: '500', currency: 'JPY' },
        { amount: '1000', currency: 'EUR' },
      ],
    },
    order: { total: eur(999n), certain: true, recurrence: null, ...change },
    notes: [note],
    presses: 0,
    ...more,
  })
}

describe('a press alone approves', () => {
  it('what costs less than the person said, in that currency', () => {
    expect(suffices()).toBe(true)
    expect(suffices({ total: eur(1n) })).toBe(true)
    expect(suffices({ total: eur(1_000n) })).toBe(false)
    expect(suffices({ total: money(499n, 'JPY') })).toBe(true)
    expect(suffices({ total: money(999n, 'JPY') })).toBe(false)
    expect(suffices({ total: money(1n, 'USD') })).toBe(false)
  })

  it('nothing where the person said nothing, or nothing that can be read', () => {
    expect(suffices({}, { settings: { backend: null } })).toBe(false)
    expect(suffices({}, { settings: { backend: null, freeBelow: [] } })).toBe(false)
    const odd = [{ amount: '10.00', currency: 'EUR' }]
    expect(suffices({}, { settings: { backend: null, freeBelow: odd } })).toBe(false)
  })

  it('no total that is unknown, unsure or nothing, and nothing that renews', () => {
    expect(suffices({ total: null })).toBe(false)
    expect(suffices({ certain: false })).toBe(false)
    expect(suffices({ total: eur(0n) })).toBe(false)
    expect(suffices({ total: eur(-1n) })).toBe(false)
    expect(suffices({ recurrence: { every: 1, unit: 'month', amount: null, trialDays: 0 } })).toBe(false)
  })

  it('nothing that a rule blocks or calls dangerous', () => {
    expect(suffices({}, { notes: [] })).toBe(true)
    expect(suffices({}, { notes: [note, { ...note, blocking: true }] })).toBe(false)
    expect(suffices({}, { notes: [{ ...note, severity: 'danger' }, note] })).toBe(false)
  })

  it('five times a day, and never where a backend wants the proof', () => {
    expect(suffices({}, { presses: MOST_PRESSES - 1 })).toBe(true)
    expect(suffices({}, { presses: MOST_PRESSES })).toBe(false)
    const backend = { url: 'http://127.0.0.1:1', deviceId: 'd', accountId: 'a', receiptKey: {} }
    const freeBelow = [{ amount: '1000', currency: 'EUR' }]
    expect(suffices({}, { settings: { backend, freeBelow } })).toBe(false)
  })
})
