/**
 * A merchant's new price. Within what the person agreed to it holds from the next renewal on. Above that it is only a
 * proposal: the renewal, when it is due, is an order that waits for the person like any other, and charges nothing
 * until they have agreed to exactly that price.
 */
import type { SubscriptionAnswer } from '../../utils/contract/subscriptions.ts'
import { parseMoney, toDecimal, type WireMoney } from '../../utils/money/money.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { insertOrder } from '../orders/create.ts'
import { findOrder, moveOrder, type OrderRow } from '../orders/order-row.ts'
import { answer, COLUMNS, lockSubscription, noteOf, type SubscriptionRow } from './subscriptions.ts'

/** A person on holiday finds the question when they are back. */
const EXPIRES_S = 14 * 86_400

/** `order` began the subscription, or is one of its renewals. */
export async function changePrice(
  context: Context,
  tx: Sql,
  order: OrderRow,
  wanted: WireMoney,
): Promise<SubscriptionAnswer> {
  const row = await lockWithQuestion(tx, order.account_id, await subscriptionOf(tx, order))
  if (row.state !== 'active' && row.state !== 'paused') {
    throw new ProblemError('order_state', `it is ${row.state}`)
  }
  const price = parseMoney(wanted)
  if (price === null || price.amount <= 0n || price.currency !== row.currency) {
    throw new ProblemError('malformed', 'a price is above zero and in the currency of the subscription')
  }
  // What waits for the person, or is being charged, was made at another price.
  if (!(await takeQuestionBack(context, tx, row))) throw new ProblemError('in_progress')
  const rises = price.amount > row.consented
  const [changed] = await tx.query<SubscriptionRow>(
    `UPDATE subscription SET price = $3, proposed = $4, noticed = false
      WHERE account_id = $1 AND subscription_id = $2 RETURNING ${COLUMNS}`,
    [row.account_id, row.subscription_id, rises ? row.price : price.amount, rises ? price.amount : null],
  )
  if (changed === undefined) throw new Error('a locked subscription is gone')
  await note(tx, {
    accountId: row.account_id,
    type: rises ? 'subscription.price_rise' : 'subscription.price',
    subject: row.subscription_id,
    agentId: row.agent_id,
    data: { from: row.price.toString(), to: price.amount.toString(), currency: row.currency },
    at: context.now(),
  })
  return answer(changed)
}

async function subscriptionOf(tx: Sql, order: OrderRow): Promise<string> {
  if (order.subscription_id !== null) return order.subscription_id
  const [row] = await tx.query<{ subscription_id: string }>(
    'SELECT subscription_id FROM subscription WHERE account_id = $1 AND order_id = $2',
    [order.account_id, order.order_id],
  )
  if (row === undefined) throw new ProblemError('order_state', 'it began no subscription')
  return row.subscription_id
}

/** The renewal at the new price, as a question. */
export async function askForRise(
  context: Context,
  tx: Sql,
  row: SubscriptionRow,
  template: OrderRow,
): Promise<void> {
  const { proposed, currency } = row
  const { recurrence } = template.order
  if (proposed === null || recurrence === null) throw new Error('no rise of no renewal')
  const orderId = newIdOf(row.account_id, 'wor')
  const amount = proposed.toString()
  const before = `${toDecimal({ amount: row.price, currency })} ${currency}`
  const order = await insertOrder(
    context,
    tx,
    { accountId: row.account_id, agentId: row.agent_id },
    {
      orderId,
      kind: 'renewal',
      order: {
        ...template.order,
        merchantOrder: orderId,
        items: [],
        totals: [],
        total: { amount, currency },
        recurrence: { ...recurrence, amount, trialDays: 0 },
      },
      reason: `The price rises; it was ${before}. ${template.reason}`,
      merchantOrder: null,
      parent: row.order_id,
      subscription: row.subscription_id,
      expiresInS: EXPIRES_S,
    },
  )
  await tx.query(
    'UPDATE subscription SET pending_order = $3 WHERE account_id = $1 AND subscription_id = $2',
    [row.account_id, row.subscription_id, order.order_id],
  )
}

/** The person has agreed to the order, and with it to its price for what follows. In the transaction of the consent. */
export async function riseConsented(context: Context, tx: Sql, order: OrderRow): Promise<void> {
  if (order.kind !== 'renewal' || order.subscription_id === null) return
  const row = await lockSubscription(tx, order.account_id, order.subscription_id)
  const asked = row.pending_order === order.order_id && row.proposed === order.amount
  if (row.state !== 'active' || !asked) throw new ProblemError('order_changed')
  await tx.query(
    `UPDATE subscription SET price = proposed, consented = proposed, proposed = NULL, consent_order = $3
      WHERE account_id = $1 AND subscription_id = $2`,
    [row.account_id, row.subscription_id, order.order_id],
  )
  await noteOf(context, tx, row.account_id, row.agent_id, 'subscription.price_consented', row.subscription_id)
}

/** No, or no answer: nothing is charged, at the old price neither, until the person says how it shall go on. */
export async function riseNotConsented(context: Context, tx: Sql, order: OrderRow): Promise<void> {
  if (order.kind !== 'renewal' || order.subscription_id === null) return
  const row = await lockSubscription(tx, order.account_id, order.subscription_id)
  if (row.pending_order !== order.order_id) return
  await tx.query(
    `UPDATE subscription SET pending_order = NULL, noticed = false,
         state = CASE state WHEN 'active' THEN 'paused' ELSE state END
      WHERE account_id = $1 AND subscription_id = $2`,
    [row.account_id, row.subscription_id],
  )
  await noteOf(context, tx, row.account_id, row.agent_id, 'subscription.paused', row.subscription_id)
}

/** Locks the order that waits under the subscription first, as everyone does who comes from the order. */
export async function lockWithQuestion(tx: Sql, accountId: string, id: string): Promise<SubscriptionRow> {
  const [seen] = await tx.query<{ pending_order: string | null }>(
    'SELECT pending_order FROM subscription WHERE account_id = $1 AND subscription_id = $2',
    [accountId, id],
  )
  if (seen?.pending_order) await findOrder(tx, accountId, seen.pending_order, 'FOR UPDATE')
  const row = await lockSubscription(tx, accountId, id)
  if (row.pending_order !== (seen?.pending_order ?? null)) throw new ProblemError('in_progress')
  return row
}

/** False where a renewal is being charged. */
export async function takeQuestionBack(context: Context, tx: Sql, row: SubscriptionRow): Promise<boolean> {
  if (row.pending_order === null) return true
  const order = await findOrder(tx, row.account_id, row.pending_order)
  if (order.state !== 'requested') return false
  await moveOrder(tx, context.now(), order, 'cancelled', {}, { by: 'subscription' })
  await tx.query(
    'UPDATE subscription SET pending_order = NULL WHERE account_id = $1 AND subscription_id = $2',
    [row.account_id, row.subscription_id],
  )
  return true
}
