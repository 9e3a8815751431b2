/** Wallet orders as the database keeps them, and the one way in which they move. */
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import {
  ORDER_MOVES,
  type OrderAnswer,
  type OrderKind,
  type OrderState,
} from '../../utils/contract/orders.ts'
import { toWire } from '../../utils/money/money.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { type EventData, note } from '../log/events.ts'

export interface OrderRow {
  account_id: string
  order_id: string
  kind: OrderKind
  state: OrderState
  version: number
  agent_id: string | null
  parent_id: string | null
  subscription_id: string | null
  order: WireOrder
  amount: bigint
  currency: string
  reason: string
  merchant_order_id: string | null
  mandate_id: string | null
  payment_id: string | null
  charge_no: number
  charge_amount: bigint | null
  processor: string
  processor_ref: string | null
  processing: 'authorise' | 'capture' | 'void' | null
  captured: bigint
  refunded: bigint
  failure: string | null
  answer: string | null
  settles_at: Date | null
  expires_at: Date
  created_at: Date
  updated_at: Date
}

/** Columns that a move may set along with the state. */
type Changes = Partial<
  Omit<OrderRow, 'account_id' | 'order_id' | 'kind' | 'state' | 'version' | 'created_at' | 'updated_at'>
>

export async function findOrder(
  sql: Sql,
  accountId: string,
  orderId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<OrderRow> {
  const [row] = await sql.query<OrderRow>(
    `SELECT * FROM wallet_order WHERE account_id = $1 AND order_id = $2 ${lock}`,
    [accountId, orderId],
    lock === '' ? 'find_order' : 'lock_order',
  )
  if (row === undefined) throw new ProblemError('not_found')
  return row
}

export function isCurrent(row: OrderRow, version: number): boolean {
  return row.version === version
}

export class ForbiddenMove extends Error {
  override name = 'ForbiddenMove'
}

/**
 * Moves an order, as a compare-and-set on its version: null where someone else was faster. A move that the table in
 * utils/contract/orders.ts does not list is a bug here and throws.
 */
export async function moveOrder(
  tx: Sql,
  at: number,
  row: OrderRow,
  to: OrderState,
  changes: Changes = {},
  data: EventData = {},
): Promise<OrderRow | null> {
  const same = row.state === to
  if (!same && !(ORDER_MOVES[row.state] as readonly OrderState[]).includes(to)) {
    throw new ForbiddenMove(`${row.state} → ${to}`)
  }
  const columns = Object.entries(changes)
  const sets = columns.map(([name], index) => `"${name}" = $${index + 6}`)
  const values = columns.map(([name, value]) => (name === 'order' ? JSON.stringify(value) : value))
  const [moved] = await tx.query<OrderRow>(
    `UPDATE wallet_order SET ${['state = $4', 'updated_at = $5', 'version = version + 1', ...sets].join(', ')}
      WHERE account_id = $1 AND order_id = $2 AND version = $3 RETURNING *`,
    [row.account_id, row.order_id, row.version, to, new Date(at), ...values],
  )
  if (moved === undefined) return null
  await note(tx, {
    accountId: row.account_id,
    type: same ? 'order.changed' : `order.${to}`,
    subject: row.order_id,
    agentId: row.agent_id,
    data: { from: row.state, version: moved.version, ...data },
    at,
  })
  return moved
}

export function orderAnswer(row: OrderRow): OrderAnswer {
  return {
    order_id: row.order_id,
    kind: row.kind,
    state: row.state,
    version: row.version,
    order: row.order,
    reason: row.reason,
    parent: row.parent_id,
    payment_id: row.payment_id,
    agent_id: row.agent_id,
    refunded: toWire({ amount: row.refunded, currency: row.currency }),
    failure: row.failure,
    answer: row.answer,
    settles_at: row.settles_at?.toISOString() ?? null,
    expires_at: row.expires_at.toISOString(),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    next: row.failure === 'change_wanted' ? CHANGE_WANTED : NEXT[row.state],
  }
}

const CHANGE_WANTED =
  'The person wants it otherwise; see answer. Ask again with exactly that change, as a new order.'

/** What an agent can do now. It can never help the consent along, and is told so. */
const NEXT: Record<OrderState, string> = {
  requested:
    'The person has been asked. Wait with GET /v1/orders/:id?wait_s=25; do not ask again and do not pay another way.',
  approved: 'The person agreed. The payment is being authorised; wait.',
  authorised: 'Paid, not settled yet. Until settles_at it can be changed or cancelled.',
  settled: 'Done. Nothing more to do.',
  cancelled: 'Cancelled. Nothing was or will be paid.',
  rejected: 'The person said no. Do not ask again for the same thing.',
  expired: 'Nobody answered in time. Ask the person before you request it again.',
  failed: 'The payment failed; nothing was paid. See failure. Ask the person what to do.',
  unknown: 'The processor has not said what became of it. Wait; do not request it again.',
}
