/** Allowances: a capped, expiring consent to orders at one payee, of one agent or one device. Off unless the person signs one. */
import type { Allowance, AllowanceAnswer, AllowanceRequest } from '../../utils/contract/subscriptions.ts'
import { parseMoney, toWire } from '../../utils/money/money.ts'
import { siteOf } from '../../utils/site/site.ts'
import type { Device } from '../auth/device-request.ts'
import { unverifiedClaims } from '../auth/es256.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { consumeAction } from '../mandates/action.ts'
import type { OrderRow } from '../orders/order-row.ts'
import { payUnder } from '../payments/standing.ts'

const LONGEST_MS = 90 * 86_400_000

interface Row {
  allowance_id: string
  mandate_id: string
  device_id: string
  agent_id: string | null
  payee: string
  amount: bigint
  per_order: bigint
  currency: string
  used: bigint
  max_uses: number | null
  uses: number
  expires_at: Date
  revoked_at: Date | null
}

export async function allow(
  context: Context,
  device: Device,
  request: AllowanceRequest,
): Promise<AllowanceAnswer> {
  const { allowance, consent } = request
  const limit = parseMoney(allowance.limit)
  const perOrder = BigInt(allowance.per_order)
  const expires = Date.parse(allowance.expires_at)
  const at = context.now()
  if (limit === null || limit.amount <= 0n || perOrder <= 0n)
    throw new ProblemError('malformed', 'above zero')
  if (!(expires > at && expires <= at + LONGEST_MS))
    throw new ProblemError('malformed', 'at most 90 days ahead')
  const payee = siteOf(allowance.payee)?.origin
  if (payee === undefined) throw new ProblemError('malformed', 'the payee is not a web address')
  if (allowance.agent_id === null && allowance.orders === undefined)
    throw new ProblemError('malformed', 'an allowance for a device says how many orders')
  const { accountId } = device
  const row = await context.db.transaction(async (tx) => {
    if (allowance.agent_id !== null) {
      const agents = await tx.query('SELECT 1 FROM agent WHERE account_id = $1 AND agent_id = $2', [
        accountId,
        allowance.agent_id,
      ])
      if (agents.length === 0) throw new ProblemError('not_found', 'no such agent')
    }
    await consumeAction(context, tx, device, { command: 'allow', allowance }, consent)
    const allowanceId = newIdOf(accountId, 'alw')
    const [made] = await tx.query<Row>(
      `INSERT INTO allowance (account_id, allowance_id, mandate_id, device_id, agent_id, payee, amount, per_order, currency,
           expires_at, created_at, max_uses) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING *`,
      [
        accountId,
        allowanceId,
        unverifiedClaims(consent.mandate)?.jti,
        device.deviceId,
        allowance.agent_id,
        payee,
        limit.amount,
        perOrder,
        limit.currency,
        new Date(expires),
        new Date(at),
        allowance.orders ?? null,
      ],
    )
    const data = {
      agent: allowance.agent_id,
      payee,
      limit: limit.amount.toString(),
      currency: limit.currency,
    }
    await note(tx, { accountId, type: 'allowance.made', subject: allowanceId, agentId: null, data, at })
    return made
  })
  context.wake('events')
  if (row === undefined) throw new Error('the allowance was not written')
  return answer(row)
}

/** Charges a fresh order at once where an allowance covers it; otherwise the order stays requested and is asked. */
export async function payFromAllowance(context: Context, tx: Sql, order: OrderRow): Promise<OrderRow> {
  if (order.agent_id === null || order.kind !== 'purchase' || order.merchant_order_id !== null) return order
  await tx.query('SAVEPOINT allowance')
  const [row] = await tx.query<Row>(
    `UPDATE allowance SET used = used + $4, uses = uses + 1 WHERE (account_id, allowance_id) IN (
       SELECT account_id, allowance_id FROM allowance
        WHERE account_id = $1 AND agent_id = $2 AND payee = $3 AND currency = $5 AND revoked_at IS NULL
          AND expires_at > $6 AND per_order >= $4 AND amount - used >= $4 AND (max_uses IS NULL OR uses < max_uses)
        ORDER BY expires_at LIMIT 1 FOR UPDATE)
     RETURNING *`,
    [
      order.account_id,
      order.agent_id,
      order.order.site.origin,
      order.amount,
      order.currency,
      new Date(context.now()),
    ],
  )
  if (row === undefined) return order
  try {
    const [consent] = await tx.query<{ digest: string }>(
      'SELECT digest FROM action_mandate WHERE account_id = $1 AND mandate_id = $2',
      [order.account_id, row.mandate_id],
    )
    if (consent === undefined) throw new Error('an allowance without a consent')
    return await payUnder(context, tx, order, {
      mandateId: row.mandate_id,
      deviceId: row.device_id,
      digest: consent.digest,
      part: order.order_id,
      allowanceId: row.allowance_id,
    })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    // A cap is in the way: the person is asked as if there were no allowance.
    await tx.query('ROLLBACK TO SAVEPOINT allowance')
    return order
  }
}

export async function listAllowances(context: Context, accountId: string): Promise<AllowanceAnswer[]> {
  const rows = await context.db.query<Row>(
    'SELECT * FROM allowance WHERE account_id = $1 ORDER BY created_at',
    [accountId],
  )
  return rows.map(answer)
}

/** Revoking loosens nothing, so it needs no consent. */
export async function revokeAllowance(
  context: Context,
  accountId: string,
  id: string,
): Promise<AllowanceAnswer> {
  const at = context.now()
  return context.db.transaction(async (tx) => {
    const [row] = await tx.query<Row>(
      `UPDATE allowance SET revoked_at = coalesce(revoked_at, $3) WHERE account_id = $1 AND allowance_id = $2
        RETURNING *`,
      [accountId, id, new Date(at)],
    )
    if (row === undefined) throw new ProblemError('not_found')
    await note(tx, { accountId, type: 'allowance.revoked', subject: id, agentId: null, data: {}, at })
    return answer(row)
  })
}

function answer(row: Row): AllowanceAnswer {
  const wire: Allowance = {
    payee: row.payee,
    agent_id: row.agent_id,
    limit: toWire({ amount: row.amount, currency: row.currency }),
    per_order: row.per_order.toString(),
    ...(row.max_uses === null ? {} : { orders: row.max_uses }),
    expires_at: row.expires_at.toISOString(),
  }
  return {
    ...wire,
    allowance_id: row.allowance_id,
    used: toWire({ amount: row.used, currency: row.currency }),
    uses: row.uses,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}
