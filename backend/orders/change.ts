/** Changes of an order before it is settled: modify, cancel, reject. */
import type { OrderChange, RejectRequest } from '../../utils/contract/orders.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { riseNotConsented } from '../subscriptions/price.ts'
import { renewalEnded } from '../subscriptions/subscriptions.ts'
import { type Asker, haveRoom } from './create.ts'
import { findOrder, isCurrent, moveOrder, type OrderRow } from './order-row.ts'
import { takeBack } from './take-back.ts'
import { isTighter, wireOrderOf } from './wire.ts'

const EXPIRES_S = 900

/** An agent reaches its own orders only; to it, others are not there. */
export async function reachOrder(
  sql: Sql,
  who: Asker,
  orderId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<OrderRow> {
  const order = await findOrder(sql, who.accountId, orderId, lock)
  if (who.agentId !== null && order.agent_id !== who.agentId) throw new ProblemError('not_found')
  return order
}

function mustMove(moved: OrderRow | null): OrderRow {
  if (moved === null) throw new ProblemError('version_conflict')
  return moved
}

/**
 * A new version. Tighter than what was agreed to: the consent stays and less is taken. Anything else: what was agreed to
 * is taken back, and the person is asked again.
 */
export async function modifyOrder(
  context: Context,
  tx: Sql,
  who: Asker,
  orderId: string,
  version: number,
  change: OrderChange,
): Promise<OrderRow> {
  const order = await reachOrder(tx, who, orderId, 'FOR UPDATE')
  if (!isCurrent(order, version)) throw new ProblemError('version_conflict')
  if (order.kind !== 'purchase' && order.kind !== 'subscription') {
    throw new ProblemError('order_state', 'a tip or renewal is cancelled and asked for anew, not changed')
  }
  if (change.merchant_order !== order.merchant_order_id) {
    throw new ProblemError('order_state', 'which merchant order is paid cannot be changed')
  }
  const after = wireOrderOf(change, orderId)
  const amount = BigInt(after.total?.amount ?? '0')
  const fresh = { order: after, amount, currency: after.currency ?? order.currency, reason: change.reason }
  const at = context.now()
  const expires_at = new Date(at + (change.expires_in ?? EXPIRES_S) * 1000)
  switch (order.state) {
    case 'requested':
      return mustMove(await moveOrder(tx, at, order, 'requested', { ...fresh, expires_at }))
    case 'approved':
      throw new ProblemError('in_progress', 'it is being authorised')
    case 'authorised': {
      if (order.processing === 'capture') throw new ProblemError('too_late')
      if (isTighter(order.order, after)) {
        return mustMove(await moveOrder(tx, at, order, 'authorised', fresh, { tighter: true }))
      }
      await haveRoom(tx, who)
      await takeBack(context, tx, order)
      const reset = {
        mandate_id: null,
        payment_id: null,
        processor_ref: null,
        settles_at: null,
        charge_amount: null,
      }
      return mustMove(
        await moveOrder(tx, at, order, 'requested', { ...fresh, ...reset, expires_at }, { tighter: false }),
      )
    }
    default:
      throw new ProblemError('order_state', `it is ${order.state}`)
  }
}

/** Needs no version: whatever it has become in between, it shall not be paid. Asking again is harmless. */
export async function cancelOrder(
  context: Context,
  tx: Sql,
  who: Asker,
  orderId: string,
  reason: string,
): Promise<OrderRow> {
  const order = await reachOrder(tx, who, orderId, 'FOR UPDATE')
  if (order.state === 'cancelled') return order
  if (!['requested', 'approved', 'authorised', 'unknown'].includes(order.state)) {
    throw new ProblemError(order.state === 'settled' ? 'too_late' : 'order_state', `it is ${order.state}`)
  }
  await takeBack(context, tx, order)
  await renewalEnded(context, tx, order, 'cancelled')
  const by = who.agentId ?? 'person'
  return mustMove(
    await moveOrder(tx, context.now(), order, 'cancelled', { processing: null }, { by, reason }),
  )
}

/** The person says no. */
export async function rejectOrder(
  context: Context,
  tx: Sql,
  accountId: string,
  orderId: string,
  say: RejectRequest['say'] = null,
): Promise<OrderRow> {
  const order = await findOrder(tx, accountId, orderId, 'FOR UPDATE')
  if (order.state === 'rejected') return order
  if (order.state !== 'requested') throw new ProblemError('order_state', `it is ${order.state}`)
  await riseNotConsented(context, tx, order)
  const failure = say?.kind === 'change' ? 'change_wanted' : null
  return mustMove(
    await moveOrder(tx, context.now(), order, 'rejected', { failure, answer: say?.text ?? null }),
  )
}
