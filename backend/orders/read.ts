/** Reading orders: one, several, and waiting for one to change. */
import type { OrderList, OrderState } from '../../utils/contract/orders.ts'
import type { Context } from '../context.ts'
import { deferred } from '../deferred.ts'
import { reachOrder } from './change.ts'
import type { Asker } from './create.ts'
import { type OrderRow, orderAnswer } from './order-row.ts'

/**
 * The order as soon as its version is not `version`, at the latest after `waitS`. Listens before it looks, so that a
 * change in between is not missed.
 */
export async function waitForOrder(
  context: Context,
  who: Asker,
  orderId: string,
  version: number | null,
  waitS: number,
  gone: AbortSignal,
): Promise<OrderRow> {
  const first = await reachOrder(context.db, who, orderId)
  const seen = version ?? first.version
  if (waitS <= 0 || first.version !== seen) return first
  let news = deferred()
  const stop = context.hub.listen(who.accountId, () => news.resolve())
  const end = AbortSignal.any([gone, AbortSignal.timeout(waitS * 1000)])
  const ended = new Promise<void>((resolve) => end.addEventListener('abort', () => resolve(), { once: true }))
  try {
    for (;;) {
      const order = await reachOrder(context.db, who, orderId)
      if (order.version !== seen || end.aborted) return order
      await Promise.race([news.promise, ended])
      news = deferred()
    }
  } finally {
    stop()
  }
}

export async function listOrders(
  context: Context,
  who: Asker,
  query: { state: OrderState | null; limit: number; before: string | null },
): Promise<OrderList> {
  const rows = await context.db.query<OrderRow>(
    `SELECT * FROM wallet_order
      WHERE account_id = $1
        AND ($2::text IS NULL OR state = $2)
        AND ($3::text IS NULL OR agent_id = $3)
        AND ($4::text IS NULL OR (created_at, order_id) <
          (SELECT created_at, order_id FROM wallet_order WHERE account_id = $1 AND order_id = $4))
      ORDER BY created_at DESC, order_id DESC LIMIT $5`,
    [who.accountId, query.state, who.agentId, query.before, query.limit + 1],
  )
  const page = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? page.at(-1) : undefined
  return { orders: page.map(orderAnswer), next: last?.order_id ?? null }
}
