/** What a processor's answer means for the order. One transaction; the order's row is locked first. */
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { post } from '../ledger/post.ts'
import { note } from '../log/events.ts'
import { findOrder, moveOrder, type OrderRow } from '../orders/order-row.ts'
import { finishPayment } from '../payments/finish.ts'
import { beginSubscription, renewalEnded } from '../subscriptions/subscriptions.ts'
import { callKey, enqueue } from './outbox.ts'
import type { Operation, ProcessorResult } from './processor.ts'

export interface CallRow {
  account_id: string
  key: string
  order_id: string
  refund_id: string | null
  operation: Operation
  processor: string
  processor_ref: string | null
  amount: bigint
  currency: string
  state: 'ready' | 'sent' | 'succeeded' | 'declined' | 'dropped'
  tries: number
}

type Answered = Exclude<ProcessorResult, { outcome: 'pending' }>

/** Applies a final answer, once: a second, late or duplicate answer for the same call changes nothing. */
export async function applyResult(context: Context, call: CallRow, result: Answered): Promise<void> {
  await context.db.transaction(async (tx) => {
    const order = await findOrder(tx, call.account_id, call.order_id, 'FOR UPDATE')
    const first = await tx.query(
      `UPDATE processor_call SET state = $3, processor_ref = coalesce($4, processor_ref), failure = $5,
           lease_until = NULL
        WHERE account_id = $1 AND key = $2 AND state = 'sent' RETURNING 1`,
      [
        call.account_id,
        call.key,
        result.outcome,
        result.outcome === 'succeeded' ? result.reference : null,
        result.outcome === 'declined' ? result.code : null,
      ],
    )
    if (first.length === 0) return
    await APPLY[call.operation](context, tx, order, call, result)
  })
  context.wake('calls')
}

type Apply = (context: Context, tx: Sql, order: OrderRow, call: CallRow, result: Answered) => Promise<void>

const APPLY: Record<Operation, Apply> = {
  authorise: applyAuthorise,
  capture: applyCapture,
  void: applyVoid,
  refund: applyRefund,
}

async function applyAuthorise(context: Context, tx: Sql, order: OrderRow, call: CallRow, result: Answered) {
  const at = context.now()
  const current = callKey(order.order_id, 'authorise', String(order.charge_no)) === call.key
  const waiting = current && (order.state === 'approved' || order.state === 'unknown')
  if (result.outcome === 'declined') {
    if (!waiting) return
    await moveOrder(
      tx,
      at,
      order,
      'failed',
      { processing: null, failure: result.code },
      { code: result.code },
    )
    if (order.payment_id !== null)
      await finishPayment(context, tx, order.account_id, order.payment_id, 'failed')
    await renewalEnded(context, tx, order, 'failed')
    return
  }
  if (!waiting) {
    // Cancelled or changed while the processor was busy: the money that is held now is let go.
    const part = call.key.slice(call.key.lastIndexOf(':') + 1)
    await enqueue(
      tx,
      order,
      { operation: 'void', part, amount: call.amount, reference: result.reference, dueAt: at },
      at,
    )
    return
  }
  const settles_at = new Date(at + context.coolingOffMs)
  await moveOrder(tx, at, order, 'authorised', {
    processing: null,
    processor_ref: result.reference,
    settles_at,
  })
}

async function applyCapture(context: Context, tx: Sql, order: OrderRow, call: CallRow, result: Answered) {
  const at = context.now()
  if (order.processing !== 'capture') return
  if (result.outcome === 'declined') {
    await moveOrder(
      tx,
      at,
      order,
      'failed',
      { processing: null, failure: result.code },
      { code: result.code },
    )
    if (order.payment_id !== null)
      await finishPayment(context, tx, order.account_id, order.payment_id, 'failed')
    await renewalEnded(context, tx, order, 'failed')
    return
  }
  const settled = await moveOrder(tx, at, order, 'settled', { processing: null, captured: call.amount })
  await post(tx, order, call.key, `payee:${order.order.site.origin}`, call.amount, at)
  if (order.payment_id !== null) {
    await finishPayment(context, tx, order.account_id, order.payment_id, 'settled', call.amount)
  }
  await renewalEnded(context, tx, order, 'settled')
  if (settled !== null) await beginSubscription(context, tx, settled)
}

async function applyVoid(context: Context, tx: Sql, order: OrderRow, call: CallRow, result: Answered) {
  await note(tx, {
    accountId: order.account_id,
    type: result.outcome === 'succeeded' ? 'charge.voided' : 'charge.void_declined',
    subject: order.order_id,
    agentId: order.agent_id,
    data: { key: call.key, code: result.outcome === 'declined' ? result.code : null },
    at: context.now(),
  })
}

async function applyRefund(context: Context, tx: Sql, order: OrderRow, call: CallRow, result: Answered) {
  const at = context.now()
  const succeeded = result.outcome === 'succeeded'
  await tx.query('UPDATE refund SET state = $3, updated_at = $4 WHERE account_id = $1 AND refund_id = $2', [
    order.account_id,
    call.refund_id,
    succeeded ? 'succeeded' : 'failed',
    new Date(at),
  ])
  if (succeeded) await post(tx, order, call.key, `payee:${order.order.site.origin}`, -call.amount, at)
  // What was not given back can be asked for again.
  else await moveOrder(tx, at, order, order.state, { refunded: order.refunded - call.amount })
  await note(tx, {
    accountId: order.account_id,
    type: succeeded ? 'refund.succeeded' : 'refund.failed',
    subject: call.refund_id ?? '',
    agentId: order.agent_id,
    data: { order: order.order_id, amount: call.amount.toString(), currency: call.currency },
    at,
  })
}

/** No answer came. The order says so; the reservation and the consent stay as they are until someone knows. */
export async function applySilence(context: Context, call: CallRow): Promise<void> {
  await context.db.transaction(async (tx) => {
    const order = await findOrder(tx, call.account_id, call.order_id, 'FOR UPDATE')
    const current =
      (call.operation === 'authorise' &&
        callKey(order.order_id, 'authorise', String(order.charge_no)) === call.key &&
        order.state === 'approved') ||
      (call.operation === 'capture' && order.processing === 'capture' && order.state === 'authorised')
    if (current) await moveOrder(tx, context.now(), order, 'unknown', {}, { operation: call.operation })
    if (call.operation === 'refund') {
      await tx.query(
        `UPDATE refund SET state = 'unknown' WHERE account_id = $1 AND refund_id = $2 AND state = 'pending'`,
        [call.account_id, call.refund_id],
      )
    }
  })
  context.wake('calls')
}
