/** Undoes an order's consent while that is still possible: drops or voids the charge and voids the payment. */
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { unclaim } from '../merchants/claims.ts'
import { finishPayment } from '../payments/finish.ts'
import { callKey, drop, enqueue } from '../processors/outbox.ts'
import type { OrderRow } from './order-row.ts'

/**
 * Call it with the order's row locked, and before the order moves. A charge that is on its way cannot be stopped; when
 * its answer comes and the order has moved, the charge is voided (apply-result.ts).
 */
export async function takeBack(context: Context, tx: Sql, order: OrderRow): Promise<void> {
  if (order.processing === 'capture') throw new ProblemError('too_late')
  if (order.merchant_order_id !== null && order.mandate_id !== null) {
    const free = await unclaim(tx, order.merchant_order_id, order.account_id, order.mandate_id)
    if (!free) throw new ProblemError('too_late', 'the merchant has used the consent')
  }
  const at = context.now()
  const part = String(order.charge_no)
  if (order.state === 'approved') await drop(tx, order.account_id, callKey(order.order_id, 'authorise', part))
  if (order.state === 'authorised') {
    const amount = order.charge_amount ?? order.amount
    const call = { operation: 'void', part, amount, reference: order.processor_ref, dueAt: at } as const
    await enqueue(tx, order, call, at)
  }
  if (order.payment_id !== null)
    await finishPayment(context, tx, order.account_id, order.payment_id, 'voided')
}
