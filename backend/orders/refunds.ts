/** Gives money back, whole or in part. What is being given back is reserved first, so that two refunds never exceed. */
import type { RefundAnswer, RefundRequest, RefundState } from '../../utils/contract/orders.ts'
import { parseMoney, toWire } from '../../utils/money/money.ts'
import { compensatedFor } from '../claims/claims.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { enqueue } from '../processors/outbox.ts'
import { findOrder, moveOrder } from './order-row.ts'

export async function refundOrder(
  context: Context,
  tx: Sql,
  accountId: string,
  orderId: string,
  request: RefundRequest,
  by: string,
): Promise<RefundAnswer> {
  const order = await findOrder(tx, accountId, orderId, 'FOR UPDATE')
  if (order.state !== 'settled')
    throw new ProblemError('order_state', `it is ${order.state}; cancel it instead`)
  // What the reserve has paid the payer for is no longer the payer's to get back.
  const compensated = await compensatedFor(tx, accountId, order.payment_id)
  const left = order.captured - order.refunded - compensated
  const asked =
    request.amount === null ? { amount: left, currency: order.currency } : parseMoney(request.amount)
  if (asked === null || asked.amount <= 0n) throw new ProblemError('refund_exceeds', 'nothing to refund')
  if (asked.currency !== order.currency || asked.amount > left) throw new ProblemError('refund_exceeds')
  const at = context.now()
  const moved = await moveOrder(tx, at, order, 'settled', { refunded: order.refunded + asked.amount })
  if (moved === null) throw new ProblemError('version_conflict')
  const refundId = newIdOf(accountId, 'ref')
  await tx.query(
    `INSERT INTO refund (account_id, refund_id, order_id, state, amount, currency, reason, created_at, updated_at)
       VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $7)`,
    [accountId, refundId, orderId, asked.amount, order.currency, request.reason, new Date(at)],
  )
  const call = { operation: 'refund', part: refundId, amount: asked.amount, refundId, dueAt: at } as const
  await enqueue(tx, order, { ...call, reference: order.processor_ref }, at)
  await note(tx, {
    accountId,
    type: 'refund.requested',
    subject: refundId,
    agentId: order.agent_id,
    data: { order: orderId, amount: asked.amount.toString(), currency: order.currency, by },
    at,
  })
  return answer({
    refund_id: refundId,
    order_id: orderId,
    state: 'pending',
    reason: request.reason,
    ...asked,
  })
}

interface RefundRow {
  refund_id: string
  order_id: string
  state: RefundState
  amount: bigint
  currency: string
  reason: string
}

export async function getRefund(sql: Sql, accountId: string, refundId: string): Promise<RefundAnswer> {
  const [row] = await sql.query<RefundRow>('SELECT * FROM refund WHERE account_id = $1 AND refund_id = $2', [
    accountId,
    refundId,
  ])
  if (row === undefined) throw new ProblemError('not_found')
  return answer(row)
}

function answer(row: RefundRow): RefundAnswer {
  return {
    refund_id: row.refund_id,
    order_id: row.order_id,
    state: row.state,
    amount: toWire({ amount: row.amount, currency: row.currency }),
    reason: row.reason,
  }
}
