/** What time does to orders: an unanswered request expires, an authorised one is settled after its cooling-off time. */
import type { Context } from '../context.ts'
import { enqueue } from '../processors/outbox.ts'
import { riseNotConsented } from '../subscriptions/price.ts'
import { findOrder, moveOrder } from './order-row.ts'

const BATCH = 100

interface Due {
  account_id: string
  order_id: string
}

export async function expireOrders(context: Context): Promise<number> {
  const due = await context.db.query<Due>(
    `SELECT account_id, order_id FROM wallet_order WHERE state = 'requested' AND expires_at <= $1
      ORDER BY expires_at LIMIT ${BATCH}`,
    [new Date(context.now())],
    'orders_to_expire',
  )
  for (const { account_id, order_id } of due) {
    await context.db.transaction(async (tx) => {
      const order = await findOrder(tx, account_id, order_id, 'FOR UPDATE')
      if (order.state !== 'requested' || order.expires_at.getTime() > context.now()) return
      await moveOrder(tx, context.now(), order, 'expired')
      await riseNotConsented(context, tx, order)
    })
  }
  return due.length
}

/** The point of no return: once the capture is in the outbox, it is too late to cancel. */
export async function beginSettling(context: Context): Promise<number> {
  const due = await context.db.query<Due>(
    `SELECT account_id, order_id FROM wallet_order
      WHERE state = 'authorised' AND processing IS NULL AND settles_at <= $1 ORDER BY settles_at LIMIT ${BATCH}`,
    [new Date(context.now())],
    'orders_to_settle',
  )
  for (const { account_id, order_id } of due) {
    await context.db.transaction(async (tx) => {
      const order = await findOrder(tx, account_id, order_id, 'FOR UPDATE')
      const at = context.now()
      if (order.state !== 'authorised' || order.processing !== null) return
      if (order.settles_at === null || order.settles_at.getTime() > at) return
      await moveOrder(tx, at, order, 'authorised', { processing: 'capture' }, { settling: true })
      const part = String(order.charge_no)
      const reference = order.processor_ref
      await enqueue(tx, order, { operation: 'capture', part, amount: order.amount, reference, dueAt: at }, at)
    })
  }
  return due.length
}
