/** Subscriptions: begun by a settled order that said so, renewed under its consent, ended by one command. */
import type { RecurrenceUnit } from '../../utils/contract/order-wire.ts'
import type { SubscriptionAnswer, SubscriptionState } from '../../utils/contract/subscriptions.ts'
import { toWire } from '../../utils/money/money.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import type { Asker } from '../orders/create.ts'
import type { OrderRow } from '../orders/order-row.ts'
import { anchorDate, renewalTime } from './calendar.ts'
import { lockWithQuestion, takeQuestionBack } from './price.ts'

const DAY_MS = 86_400_000
/** Days between tries when a renewal fails; after the last the subscription is paused. */
const RETRY_DAYS = [1, 3, 5]

export interface SubscriptionRow {
  account_id: string
  subscription_id: string
  order_id: string
  agent_id: string | null
  state: SubscriptionState
  payee: string
  price: bigint
  /** The highest price that the person has agreed to. */
  consented: bigint
  /** What the merchant wants beyond that; null where nothing. */
  proposed: bigint | null
  /** Whose mandate covers the renewals. */
  consent_order: string
  currency: string
  every: number
  unit: RecurrenceUnit
  zone: string
  /** ISO date. */
  anchor: string
  renewals: number
  failures: number
  pending_order: string | null
  noticed: boolean
  next_at: Date | null
}

/** A date column comes as text, so that no time zone touches it. */
export const COLUMNS = `account_id, subscription_id, order_id, agent_id, state, payee, price, consented,
  proposed, consent_order, currency, every, unit, zone,
  anchor::text AS anchor, renewals, failures, pending_order, noticed, next_at`

export async function beginSubscription(context: Context, tx: Sql, order: OrderRow): Promise<void> {
  const terms = order.order.recurrence
  if (terms === null || order.kind !== 'subscription') return
  const at = context.now()
  const [account] = await tx.query<{ zone: string }>('SELECT zone FROM account WHERE account_id = $1', [
    order.account_id,
  ])
  const zone = account?.zone ?? 'UTC'
  const anchor = anchorDate(at, zone, terms.every, terms.unit, terms.trialDays)
  const subscriptionId = newIdOf(order.account_id, 'sub')
  const price = terms.amount === null ? order.captured : BigInt(terms.amount)
  await tx.query(
    `INSERT INTO subscription (account_id, subscription_id, order_id, agent_id, state, payee, price, consented, consent_order,
         currency, every, unit, zone, anchor, next_at, created_at)
       VALUES ($1, $2, $3, $4, 'active', $5, $6, $6, $3, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
    [
      order.account_id,
      subscriptionId,
      order.order_id,
      order.agent_id,
      order.order.site.origin,
      price,
      order.currency,
      terms.every,
      terms.unit,
      zone,
      anchor.toString(),
      new Date(renewalTime(anchor, 0, zone, terms.every, terms.unit)),
      new Date(at),
    ],
  )
  await noteOf(context, tx, order.account_id, order.agent_id, 'subscription.active', subscriptionId)
}

/** What a renewal's end means for its subscription. Called in the transaction that ends the order. */
export async function renewalEnded(
  context: Context,
  tx: Sql,
  order: OrderRow,
  end: 'settled' | 'failed' | 'cancelled',
): Promise<void> {
  if (order.subscription_id === null) return
  const row = await lockSubscription(tx, order.account_id, order.subscription_id)
  if (row.pending_order !== order.order_id) return
  const anchor = Temporal.PlainDate.from(row.anchor)
  // A renewal that the person cancelled is skipped, not tried again.
  if (end !== 'failed') {
    const next = renewalTime(anchor, row.renewals + 1, row.zone, row.every, row.unit)
    await tx.query(
      `UPDATE subscription SET renewals = renewals + 1, failures = 0, pending_order = NULL, noticed = false, next_at = $3
        WHERE account_id = $1 AND subscription_id = $2`,
      [row.account_id, row.subscription_id, new Date(next)],
    )
    return
  }
  const days = RETRY_DAYS[row.failures]
  const next = days === undefined ? row.next_at : new Date(context.now() + days * DAY_MS)
  const state = days === undefined && row.state === 'active' ? 'paused' : row.state
  await tx.query(
    `UPDATE subscription SET failures = failures + 1, pending_order = NULL, state = $3, next_at = $4
      WHERE account_id = $1 AND subscription_id = $2`,
    [row.account_id, row.subscription_id, state, next],
  )
  await noteOf(context, tx, row.account_id, row.agent_id, 'subscription.renewal_failed', row.subscription_id)
}

export async function lockSubscription(tx: Sql, accountId: string, id: string): Promise<SubscriptionRow> {
  const [row] = await tx.query<SubscriptionRow>(
    `SELECT ${COLUMNS} FROM subscription WHERE account_id = $1 AND subscription_id = $2 FOR UPDATE`,
    [accountId, id],
  )
  if (row === undefined) throw new ProblemError('not_found')
  return row
}

export async function listSubscriptions(context: Context, who: Asker): Promise<SubscriptionAnswer[]> {
  const rows = await context.db.query<SubscriptionRow>(
    `SELECT ${COLUMNS} FROM subscription WHERE account_id = $1 AND ($2::text IS NULL OR agent_id = $2)
      ORDER BY created_at`,
    [who.accountId, who.agentId],
  )
  return rows.map(answer)
}

const CHANGES = {
  pause: { from: ['active'], to: 'paused' },
  resume: { from: ['paused'], to: 'active' },
  cancel: { from: ['active', 'paused'], to: 'cancelled' },
} as const
export type SubscriptionChange = keyof typeof CHANGES

export async function changeSubscription(
  context: Context,
  who: Asker,
  id: string,
  change: SubscriptionChange,
): Promise<SubscriptionAnswer> {
  const result = await context.db.transaction(async (tx) => {
    const row = await lockWithQuestion(tx, who.accountId, id)
    if (who.agentId !== null && row.agent_id !== who.agentId) throw new ProblemError('not_found')
    const { from, to } = CHANGES[change]
    if (row.state === to) return row
    if (!from.some((state) => state === row.state))
      throw new ProblemError('order_state', `it is ${row.state}`)
    await takeQuestionBack(context, tx, row)
    // After a pause the next date still to come is charged; what was missed is not.
    let n = row.renewals
    const anchor = Temporal.PlainDate.from(row.anchor)
    while (renewalTime(anchor, n, row.zone, row.every, row.unit) < context.now()) n++
    const next = to === 'cancelled' ? null : new Date(renewalTime(anchor, n, row.zone, row.every, row.unit))
    const [changed] = await tx.query<SubscriptionRow>(
      `UPDATE subscription SET state = $3, next_at = $4, renewals = $5, failures = 0, noticed = false
        WHERE account_id = $1 AND subscription_id = $2 RETURNING ${COLUMNS}`,
      [who.accountId, id, to, next, n],
    )
    await noteOf(context, tx, who.accountId, row.agent_id, `subscription.${to}`, id)
    return changed ?? row
  })
  context.wake('events')
  return answer(result)
}

export function noteOf(
  context: Context,
  tx: Sql,
  accountId: string,
  agentId: string | null,
  type: string,
  subject: string,
): Promise<void> {
  return note(tx, { accountId, type, subject, agentId, data: {}, at: context.now() })
}

export function answer(row: SubscriptionRow): SubscriptionAnswer {
  return {
    subscription_id: row.subscription_id,
    order_id: row.order_id,
    state: row.state,
    payee: row.payee,
    price: toWire({ amount: row.price, currency: row.currency }),
    proposed: row.proposed === null ? null : toWire({ amount: row.proposed, currency: row.currency }),
    every: row.every,
    unit: row.unit,
    next_at: row.next_at?.toISOString() ?? null,
    renewals: row.renewals,
    failures: row.failures,
  }
}
