/**
 * Risk rules: small, typed, pure. Each looks at one thing and may say one note about one field. A rule that throws
 * becomes a blocking note of its own (Rabby gives such a rule level ERROR; silence would be a hole).
 *
 * Facts that somebody may not have are optional. A rule whose fact is missing says nothing: unknown is neither safe nor
 * dangerous, and the person is asked in any case.
 */
import type { Actor } from '../attempt/attempt.ts'
import type { CapReading } from '../caps/cap.ts'
import type { Money } from '../money/money.ts'
import type { Note, Order } from '../order/order.ts'
import type { Site } from '../site/site.ts'
import { DEFAULTS, type Thresholds } from './thresholds.ts'

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
  /** IANA zone of the person. */
  zone?: string
  /** What the page reader and the relay saw beyond the order. */
  page?: PageFacts
  /** The person's own thresholds; each one absent is the default. */
  thresholds?: Partial<Thresholds>
  /** Rules that the person does not want to hear of. A blocking note is said all the same. */
  muted?: readonly string[]
}

/** What the ledger knows about earlier purchases. */
export interface History {
  /** Settled orders at this site. */
  settledHere: number
  /** When the same order (same lines and total) was last agreed to at this site, in whatever tab, within a day; epoch ms. */
  sameOrderAt: number | null
  /** Attempts of this site in the last ten minutes. */
  recentAttempts: number
  /** Attempts of this site in the last hour and day. */
  attemptsHour?: number
  attemptsDay?: number
  /** Attempts that the same agent made anywhere in the last ten minutes; absent where no agent named itself. */
  agentAttempts?: number
  /** Totals of sent orders at this site in the order's currency, newest first, minor units. */
  totalsHere?: readonly bigint[]
  /** Currencies of sent orders: at this site, and anywhere. */
  currenciesHere?: readonly string[]
  currencies?: readonly string[]
  /** Delivery addresses of sent orders anywhere, as they were read. */
  addresses?: readonly string[]
  /** Site keys that something was bought from. */
  merchants?: readonly string[]
  /** Failed payments anywhere in the last day, their totals in minor units and currency. */
  failedDay?: readonly Money[]
  /** When a payment to this site was last rejected by the person, epoch ms, within a day. */
  rejectedAt?: number | null
  /** Totals of orders sent to this site in the last hour in the order's currency, minor units. */
  sentHour?: readonly bigint[]
  /** Largest quantity ever bought of an item, by its name. */
  quantities?: Readonly<Record<string, number>>
  /** By how far the clock was set back since the last log entry, ms; 0 where it was not. */
  clockBackMs?: number
}

/** Facts that only the page has. All of them are the page's word, so they can warn and never reassure. */
export interface PageFacts {
  /** Text of the page as a reader of it gets it, hidden parts too (aria, comments, off-screen), cut to some 20,000. */
  text?: string
  /** What lies over the pay control, in words; null where nothing does. */
  covering?: string | null
  /** Boxes that cost something and were ticked when the page was loaded. */
  preticked?: readonly { label: string; amount: Money | null }[]
  /** Total that the cart or product page of this site showed earlier in this tab. */
  cartTotal?: Money | null
  /** Amount in the request that was held. */
  requestTotal?: Money | null
  /** The page's own words that it will charge again ("renews", "per month"), where it has any. */
  recurringText?: string | null
  /** Prices of the same items as their product pages showed them earlier in this tab. */
  seenPrices?: readonly { name: string; amount: Money }[]
  /** How many pieces the cart of this tab listed. */
  cartPieces?: number | null
  /** Signs that an agent reached for our own windows: locale keys `actor_<sign>`. */
  selfApproval?: readonly string[]
}

export interface Rule {
  id: string
  check(input: RiskInput, thresholds: Thresholds): Note | null
}

export function assess(rules: readonly Rule[], input: RiskInput): Note[] {
  const notes: Note[] = []
  for (const rule of rules) {
    try {
      const thresholds = { ...DEFAULTS, ...input.thresholds }
      const said = rule.check(input, thresholds)
      if (said && (said.blocking || input.muted?.includes(rule.id) !== true)) notes.push(said)
    } catch {
      notes.push(note('rule_failed', 'order', 'danger', true, { rule: rule.id }))
    }
  }
  return notes
}

export function note(
  id: string,
  field: string,
  severity: Note['severity'],
  blocking: boolean,
  values: Record<string, string> = {},
): Note {
  return { id, field, severity, blocking, values }
}
