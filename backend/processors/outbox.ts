/** Puts a processor call on disk, in the transaction that wants it. Nothing is ever called that is not there first. */
import type { Sql } from '../db/database.ts'
import type { OrderRow } from '../orders/order-row.ts'
import type { Operation } from './processor.ts'

export interface NewCall {
  operation: Operation
  /** Number of the charge, or the refund's id. */
  part: string
  amount: bigint
  reference: string | null
  refundId?: string
  /** Epoch ms. */
  dueAt: number
}

export function callKey(orderId: string, operation: Operation, part: string): string {
  return `${orderId}:${operation}:${part}`
}

export async function enqueue(tx: Sql, order: OrderRow, call: NewCall, at: number): Promise<string> {
  const key = callKey(order.order_id, call.operation, call.part)
  await tx.query(
    `INSERT INTO processor_call (account_id, key, order_id, refund_id, operation, processor, processor_ref, amount,
         currency, state, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'ready', $10, $11)
       ON CONFLICT (account_id, key) DO NOTHING`,
    [
      order.account_id,
      key,
      order.order_id,
      call.refundId ?? null,
      call.operation,
      order.processor,
      call.reference,
      call.amount,
      order.currency,
      new Date(call.dueAt),
      new Date(at),
    ],
  )
  return key
}

/** Takes back a call that has not been sent; false where it has. */
export async function drop(tx: Sql, accountId: string, key: string): Promise<boolean> {
  const dropped = await tx.query(
    `UPDATE processor_call SET state = 'dropped' WHERE account_id = $1 AND key = $2 AND state = 'ready' RETURNING 1`,
    [accountId, key],
  )
  return dropped.length === 1
}
