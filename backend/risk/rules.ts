/**
 * The server's own risk rules: small, typed, each with its threshold. The person has seen the extension's notes and
 * agreed; these refuse only what no person does. A rule that throws refuses (fail closed).
 */
import { siteOf } from '../../utils/site/site.ts'

/** How far back the pace of payments is looked at. */
export const RECENT_MS = 10 * 60_000
/** So many payments in that time are no person's. */
export const VELOCITY = 60
/** Card testing: so many tries that fail, to find a card that works. */
export const DECLINES = 10

export interface RiskFacts {
  origin: string
  /** Payments of the account in the last ten minutes, whatever became of them. */
  recent: number
  /** Of these, failed ones. */
  recentFailed: number
}

export interface RiskRule {
  id: string
  refuses(facts: RiskFacts): string | null
}

export const RISK_RULES: readonly RiskRule[] = [
  {
    id: 'velocity',
    refuses: ({ recent }) => (recent >= VELOCITY ? `${VELOCITY} payments in ten minutes` : null),
  },
  {
    id: 'declines',
    refuses: ({ recentFailed }) =>
      recentFailed >= DECLINES ? `${DECLINES} failed payments in ten minutes` : null,
  },
  {
    id: 'insecure_payee',
    refuses: ({ origin }) => (siteOf(origin)?.secure === true ? null : 'the payee has no secure address'),
  },
]

/** `rule: words` of the first rule that refuses, or null. */
export function refusedBy(facts: RiskFacts, rules: readonly RiskRule[] = RISK_RULES): string | null {
  for (const rule of rules) {
    try {
      const words = rule.refuses(facts)
      if (words !== null) return `${rule.id}: ${words}`
    } catch {
      return `${rule.id}: the rule itself failed`
    }
  }
  return null
}
