/** An agent asks for a payment. This gives no authority at all: it puts an order before the person. */
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import type { OrderKind, OrderRequest } from '../../utils/contract/orders.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import type { OrderRow } from './order-row.ts'
import { wireOrderOf } from './wire.ts'

const EXPIRES_S = 900
/** Nobody answers more questions of one asker with care; what comes beyond is refused and not shown. */
const MAX_WAITING = 50

export interface Asker {
  accountId: string
  /** null: the person asks through a device. */
  agentId: string | null
}

export async function createOrder(
  context: Context,
  tx: Sql,
  asker: Asker,
  request: OrderRequest,
): Promise<OrderRow> {
  await haveRoom(tx, asker)
  const orderId = newIdOf(asker.accountId, 'wor')
  return insertOrder(context, tx, asker, {
    orderId,
    kind: request.recurrence === null ? 'purchase' : 'subscription',
    order: wireOrderOf(request, orderId),
    reason: request.reason,
    merchantOrder: request.merchant_order,
    parent: null,
    expiresInS: request.expires_in ?? EXPIRES_S,
  })
}

/**
 * Throws `rate_limited` where as many orders of the asker wait as a person can be asked about. Its row stays locked until
 * the order is written, so that of two requests at once, in whatever process, the second counts the first one's order.
 */
export async function haveRoom(tx: Sql, { accountId, agentId }: Asker): Promise<void> {
  if (agentId === null) {
    await tx.query('SELECT 1 FROM account WHERE account_id = $1 FOR NO KEY UPDATE', [accountId])
  } else {
    const lock = 'SELECT 1 FROM agent WHERE account_id = $1 AND agent_id = $2 FOR NO KEY UPDATE'
    await tx.query(lock, [accountId, agentId], 'lock_agent')
  }
  const [row] = await tx.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM (SELECT 1 FROM wallet_order
       WHERE account_id = $1 AND state = 'requested' AND agent_id IS NOT DISTINCT FROM $2 LIMIT ${MAX_WAITING}) AS some_of_them`,
    [accountId, agentId],
    'orders_waiting',
  )
  if ((row?.waiting ?? 0) < MAX_WAITING) return
  throw new ProblemError('rate_limited', `${MAX_WAITING} payments of this agent wait for the person already.`)
}

export interface NewOrder {
  orderId: string
  kind: OrderKind
  order: WireOrder
  reason: string
  merchantOrder: string | null
  parent: string | null
  subscription?: string
  expiresInS: number
}

export async function insertOrder(
  context: Context,
  tx: Sql,
  asker: Asker,
  order: NewOrder,
): Promise<OrderRow> {
  const at = context.now()
  const { total } = order.order
  if (total === null) throw new Error('an order without a total cannot be asked for')
  const [row] = await tx.query<OrderRow>(
    `INSERT INTO wallet_order (account_id, order_id, kind, state, version, agent_id, parent_id, subscription_id, "order",
         amount, currency, reason, merchant_order_id, processor, expires_at, created_at, updated_at)
       VALUES ($1, $2, $3, 'requested', 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) RETURNING *`,
    [
      asker.accountId,
      order.orderId,
      order.kind,
      asker.agentId,
      order.parent,
      order.subscription ?? null,
      JSON.stringify(order.order),
      BigInt(total.amount),
      total.currency,
      order.reason,
      order.merchantOrder,
      context.processors.standard,
      new Date(at + order.expiresInS * 1000),
      new Date(at),
    ],
  )
  if (row === undefined) throw new Error('the order was not written')
  await note(tx, {
    accountId: asker.accountId,
    type: 'order.requested',
    subject: row.order_id,
    agentId: asker.agentId,
    data: { kind: row.kind, amount: total.amount, currency: total.currency, payee: order.order.site.origin },
    at,
  })
  return row
}
