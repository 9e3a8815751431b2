/** An order that no rule has anything to say about, for tests that change one thing about it. */
import { money } from '../../utils/money/money.ts'
import type { RiskInput } from '../../utils/risk/rule.ts'
import { attemptRow } from './rows.ts'

/** Every optional fact is there and harmless. */
export function riskInput(change: Partial<RiskInput> = {}): RiskInput {
  const { order, site, actor, createdAt } = attemptRow()
  return {
    order: { ...order, shipTo: 'Elm Street 5' },
    site,
    actor,
    caps: [],
    history: {
      settledHere: 12,
      sameOrderAt: null,
      recentAttempts: 0,
      attemptsHour: 1,
      attemptsDay: 3,
      agentAttempts: 1,
      totalsHere: Array.from({ length: 12 }, (_, i) => 4_000n + BigInt(i) * 100n),
      currenciesHere: ['EUR'],
      currencies: ['EUR', 'USD'],
      addresses: ['Elm Street 5'],
      merchants: ['shop.example', 'teahouse.example', 'buchladen.example'],
      failedDay: [],
      rejectedAt: null,
      sentHour: [],
      quantities: { Lamp: 2 },
      clockBackMs: 0,
    },
    page: {
      text: 'Checkout. Lamp 49.99 EUR. Place order.',
      covering: null,
      preticked: [],
      cartTotal: money(4_999n, 'EUR'),
      cartPieces: 1,
      requestTotal: money(4_999n, 'EUR'),
      recurringText: null,
      seenPrices: [{ name: 'Lamp', amount: money(4_999n, 'EUR') }],
      selfApproval: [],
    },
    at: createdAt,
    locale: 'en',
    zone: 'UTC',
    ...change,
  }
}
