/**
 * Risk rules: small, typed, pure. Each looks at one thing and may say one note about one field. A rule that throws
 * becomes a blocking note of its own (Rabby gives such a rule level ERROR; silence would be a hole).
 */
import type { Actor } from '../attempt/attempt.ts'
import type { CapReading } from '../caps/cap.ts'
import type { Note, Order } from '../order/order.ts'
import type { Site } from '../site/site.ts'

export interface RiskInput {
  order: Order
  site: Site
  actor: Actor
  caps: readonly CapReading[]
  history: History
  /** Epoch ms. */
  at: number
  /** BCP 47, for amounts inside notes. */
  locale: string
}

/** What the ledger knows about earlier purchases. */
export interface History {
  /** Settled orders at this site. */
  settledHere: number
  /** When the same order (same lines and total) was last sent, epoch ms. */
  sameOrderAt: number | null
  /** Attempts of this site in the last ten minutes. */
  recentAttempts: number
}

export interface Rule {
  id: string
  check(input: RiskInput): Note | null
}

export function assess(rules: readonly Rule[], input: RiskInput): Note[] {
  const notes: Note[] = []
  for (const rule of rules) {
    try {
      const note = rule.check(input)
      if (note) notes.push(note)
    } catch {
      notes.push({
        id: 'rule_failed',
        field: 'order',
        severity: 'danger',
        blocking: true,
        values: { rule: rule.id },
      })
    }
  }
  return notes
}
