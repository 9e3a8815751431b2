/** The person's mandate meets the order that was asked for. In the transaction that consumes the mandate. */
import canonicalize from 'canonicalize'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import type { VerifiedMandate } from '../mandates/verify.ts'
import { enqueue } from '../processors/outbox.ts'
import { riseConsented } from '../subscriptions/price.ts'
import { findOrder, moveOrder, type OrderRow } from './order-row.ts'
import { mustBePaid } from './tips.ts'

export function isWalletOrder(orderId: string | null): orderId is string {
  return orderId?.startsWith('wor_') === true
}

/** The order must still be the very one that was shown; a change in between is a change of what was agreed to. */
export async function approveOrder(
  context: Context,
  tx: Sql,
  accountId: string,
  mandate: VerifiedMandate,
  paymentId: string,
): Promise<void> {
  const at = context.now()
  const row = await findOrder(tx, accountId, mandate.order.merchantOrder ?? '', 'FOR UPDATE')
  if (row.state !== 'requested') throw new ProblemError('order_state', `it is ${row.state}`)
  if (row.expires_at.getTime() <= at) throw new ProblemError('order_state', 'it has expired')
  if (canonicalize(row.order) !== canonicalize(mandate.order)) throw new ProblemError('order_changed')
  if (row.kind === 'tip') mustBePaid(await findOrder(tx, accountId, row.parent_id ?? ''))
  await riseConsented(context, tx, row)
  await beginCharge(context, tx, row, mandate.claims.jti, paymentId)
}

/** From consent to charge: the order is approved and its authorisation put in the outbox, in one transaction. */
export async function beginCharge(
  context: Context,
  tx: Sql,
  row: OrderRow,
  mandateId: string,
  paymentId: string,
): Promise<OrderRow> {
  const at = context.now()
  const moved = await moveOrder(
    tx,
    at,
    row,
    'approved',
    {
      mandate_id: mandateId,
      payment_id: paymentId,
      charge_no: row.charge_no + 1,
      charge_amount: row.amount,
      processing: 'authorise',
    },
    { mandate: mandateId, payment: paymentId },
  )
  if (moved === null) throw new ProblemError('order_changed')
  const part = String(moved.charge_no)
  await enqueue(
    tx,
    moved,
    { operation: 'authorise', part, amount: row.amount, reference: null, dueAt: at },
    at,
  )
  return moved
}
