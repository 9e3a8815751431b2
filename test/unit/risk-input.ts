/** An order that no rule has anything to say about, for tests that change one thing about it. */
import type { RiskInput } from '../../utils/risk/rule.ts'
import { attemptRow } from './rows.ts'

export function riskInput(change: Partial<RiskInput> = {}): RiskInput {
  const { order, site, actor, createdAt } = attemptRow()
  return {
    order,
    site,
    actor,
    caps: [],
    history: { settledHere: 3, sameOrderAt: null, recentAttempts: 0 },
    at: createdAt,
    locale: 'en',
    ...change,
  }
}
