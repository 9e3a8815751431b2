/** A tip: a child order to the same payee, under a limit of its own, consented to like any other. */
import type { TipRequest } from '../../utils/contract/orders.ts'
import { parseMoney, toWire } from '../../utils/money/money.ts'
import { tipFits } from '../caps/caps.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { reachOrder } from './change.ts'
import { type Asker, haveRoom, insertOrder } from './create.ts'
import type { OrderRow } from './order-row.ts'

/** All tips of an order together stay within this share of it, where the person has set no cap on tips. */
export const TIP_PERCENT = 30n
const EXPIRES_S = 900

export async function tipOrder(
  context: Context,
  tx: Sql,
  who: Asker,
  parentId: string,
  request: TipRequest,
): Promise<OrderRow> {
  const parent = await reachOrder(tx, who, parentId, 'FOR UPDATE')
  if (parent.kind === 'tip') throw new ProblemError('order_state', 'a tip has no tip')
  mustBePaid(parent)
  const amount = parseMoney(request.amount)
  if (amount === null || amount.amount <= 0n || amount.currency !== parent.currency) {
    throw new ProblemError('malformed', 'a tip is above zero and in the currency of its order')
  }
  await haveRoom(tx, who)
  const fits = await tipFits(context, tx, who.accountId, amount)
  if (fits === false) throw new ProblemError('tip_exceeds', 'the cap on tips')
  if (fits === null) await keepShare(tx, who.accountId, parent, amount.amount)
  const orderId = newIdOf(who.accountId, 'wor')
  return insertOrder(context, tx, who, {
    orderId,
    kind: 'tip',
    order: {
      ...parent.order,
      merchantOrder: orderId,
      items: [],
      totals: [{ type: 'tip', label: 'Tip', amount: amount.amount.toString() }],
      total: toWire(amount),
      recurrence: null,
    },
    reason: request.reason,
    merchantOrder: null,
    parent: parentId,
    expiresInS: EXPIRES_S,
  })
}

/** A tip is for something that was bought, when it is asked for and still when it is paid. */
export function mustBePaid(parent: OrderRow): void {
  const { state, captured, refunded } = parent
  if (state !== 'authorised' && state !== 'settled') {
    throw new ProblemError('order_state', `it is ${state}; a tip needs a paid order`)
  }
  if (state === 'settled' && refunded >= captured) {
    throw new ProblemError('order_state', 'it was refunded; a tip needs a paid order')
  }
}

async function keepShare(tx: Sql, accountId: string, parent: OrderRow, amount: bigint): Promise<void> {
  const [sum] = await tx.query<{ tips: bigint | null }>(
    `SELECT sum(amount)::bigint AS tips FROM wallet_order WHERE account_id = $1 AND parent_id = $2 AND kind = 'tip'
        AND state NOT IN ('cancelled', 'rejected', 'expired', 'failed')`,
    [accountId, parent.order_id],
  )
  const base = parent.state === 'settled' ? parent.captured - parent.refunded : parent.amount
  if (((sum?.tips ?? 0n) + amount) * 100n > base * TIP_PERCENT) throw new ProblemError('tip_exceeds')
}
