/** Renewals that time brings: a notice first, then an order under the person's consent, at the consented price. */
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { insertOrder } from '../orders/create.ts'
import { findOrder } from '../orders/order-row.ts'
import { payUnder } from '../payments/standing.ts'
import { askForRise } from './price.ts'
import { lockSubscription, noteOf, type SubscriptionRow } from './subscriptions.ts'

/** The person hears of a charge this long before it. */
const NOTICE_MS = 3 * 86_400_000
/** Where a notice comes late (a pause ended, this backend was away), the charge waits: nobody is told in passing. */
const LEAST_NOTICE_MS = 12 * 3_600_000
const BATCH = 50

interface Due {
  account_id: string
  subscription_id: string
}

export async function renewSubscriptions(context: Context): Promise<number> {
  const due = await context.db.query<Due>(
    `SELECT account_id, subscription_id FROM subscription
      WHERE state = 'active' AND pending_order IS NULL AND (next_at <= $1 OR (NOT noticed AND next_at <= $2))
      ORDER BY next_at LIMIT ${BATCH}`,
    [new Date(context.now()), new Date(context.now() + NOTICE_MS)],
    'subscriptions_due',
  )
  for (const one of due) {
    await context.db.transaction(async (tx) => {
      const row = await lockSubscription(tx, one.account_id, one.subscription_id)
      if (row.state !== 'active' || row.pending_order !== null || row.next_at === null) return
      if (!row.noticed) {
        await notice(context, tx, row)
        return
      }
      if (row.next_at.getTime() <= context.now()) await renew(context, tx, row)
    })
  }
  return due.length
}

async function notice(context: Context, tx: Sql, row: SubscriptionRow): Promise<void> {
  await tx.query(
    `UPDATE subscription SET noticed = true, next_at = greatest(next_at, $3)
      WHERE account_id = $1 AND subscription_id = $2`,
    [row.account_id, row.subscription_id, new Date(context.now() + LEAST_NOTICE_MS)],
  )
  await noteOf(context, tx, row.account_id, row.agent_id, 'subscription.notice', row.subscription_id)
}

async function renew(context: Context, tx: Sql, row: SubscriptionRow): Promise<void> {
  const first = await findOrder(tx, row.account_id, row.consent_order)
  if (row.proposed !== null) {
    await askForRise(context, tx, row, first)
    return
  }
  const [consent] = await tx.query<{ mandate_id: string; device_id: string; digest: string }>(
    'SELECT mandate_id, device_id, digest FROM mandate WHERE account_id = $1 AND mandate_id = $2',
    [row.account_id, first.mandate_id],
  )
  if (consent === undefined) throw new Error('a subscription without a consent')
  await tx.query('SAVEPOINT renewal')
  try {
    const orderId = newIdOf(row.account_id, 'wor')
    const total = { amount: row.price.toString(), currency: row.currency }
    const order = await insertOrder(
      context,
      tx,
      { accountId: row.account_id, agentId: row.agent_id },
      {
        orderId,
        kind: 'renewal',
        order: { ...first.order, merchantOrder: orderId, items: [], totals: [], total },
        reason: first.reason,
        merchantOrder: null,
        parent: row.order_id,
        subscription: row.subscription_id,
        expiresInS: 3600,
      },
    )
    const part = `renewal-${row.renewals}-${row.failures}`
    await payUnder(context, tx, order, {
      mandateId: consent.mandate_id,
      deviceId: consent.device_id,
      digest: consent.digest,
      part,
      allowanceId: null,
    })
    await tx.query(
      'UPDATE subscription SET pending_order = $3 WHERE account_id = $1 AND subscription_id = $2',
      [row.account_id, row.subscription_id, orderId],
    )
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    // A cap stands in the way: nothing is charged until the person says what shall be.
    await tx.query('ROLLBACK TO SAVEPOINT renewal')
    await tx.query(
      `UPDATE subscription SET state = 'paused' WHERE account_id = $1 AND subscription_id = $2`,
      [row.account_id, row.subscription_id],
    )
    await noteOf(context, tx, row.account_id, row.agent_id, 'subscription.paused', row.subscription_id)
  }
}
