/** Orders of integrated merchants: opened by the shop, paid by a mandate, consumed once before the goods go out. */
import type { ConsumeAnswer, MerchantOrderAnswer, MerchantOrderRequest } from '../../utils/contract/api.ts'
import { type Money, parseMoney, toWire } from '../../utils/money/money.ts'
import { siteOf } from '../../utils/site/site.ts'
import { type MerchantPrincipal, newMerchantKey } from '../auth/merchant-key.ts'
import type { Context } from '../context.ts'
import type { Database } from '../db/database.ts'
import { newAccountId, newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'

/** An order that nobody pays is closed after this time. */
const OPEN_MS = 24 * 3600_000

export async function registerMerchant(
  db: Database,
  now: number,
  merchant: { name: string; origin: string },
): Promise<{ id: string; key: string }> {
  const origin = siteOf(merchant.origin)?.origin
  if (origin === undefined) throw new ProblemError('malformed', `"${merchant.origin}" is not a web address`)
  const id = newAccountId()
  const { text: key, hash } = newMerchantKey(id)
  await db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO account (account_id, kind, label, created_at) VALUES ($1, 'merchant', $2, $3)`,
      [id, merchant.name, new Date(now)],
    )
    await tx.query(
      'INSERT INTO merchant (account_id, name, origin, key_hash, created_at) VALUES ($1, $2, $3, $4, $5)',
      [id, merchant.name, origin, hash, new Date(now)],
    )
  })
  return { id, key }
}

interface OrderRow {
  order_id: string
  amount: bigint
  currency: string
  description: string
  origin: string
  claimed_account: string | null
  claimed_mandate: string | null
  consumed_at: Date | null
  consumed_key: string | null
  consumed_answer: ConsumeAnswer | null
}

const COLUMNS = `order_id, amount, currency, description, origin, claimed_account, claimed_mandate, consumed_at,
  consumed_key, consumed_answer`

export async function createOrder(
  context: Context,
  merchant: MerchantPrincipal,
  request: MerchantOrderRequest,
): Promise<{ answer: MerchantOrderAnswer; created: boolean }> {
  const amount = parseMoney(request.amount)
  if (amount === null || amount.amount <= 0n) {
    throw new ProblemError('malformed', 'the amount must be above zero, in a known currency')
  }
  if (request.origin !== merchant.origin) throw new ProblemError('origin_mismatch')
  const now = context.now()
  const inserted = await context.db.query<OrderRow>(
    `INSERT INTO merchant_order (account_id, order_id, reference, amount, currency, description, origin, created_at,
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (account_id, reference) DO NOTHING RETURNING ${COLUMNS}`,
    [
      merchant.accountId,
      newIdOf(merchant.accountId, 'ord'),
      request.reference,
      amount.amount,
      amount.currency,
      request.description,
      request.origin,
      new Date(now),
      new Date(now + OPEN_MS),
    ],
  )
  const [fresh] = inserted
  if (fresh !== undefined) return { answer: await answerFor(context, fresh), created: true }
  const [row] = await context.db.query<OrderRow>(
    `SELECT ${COLUMNS} FROM merchant_order WHERE account_id = $1 AND reference = $2`,
    [merchant.accountId, request.reference],
  )
  const same =
    row?.amount === amount.amount &&
    row.currency === amount.currency &&
    row.description === request.description
  if (row === undefined || !same) throw new ProblemError('reference_conflict')
  return { answer: await answerFor(context, row), created: false }
}

export async function getOrder(
  context: Context,
  merchant: MerchantPrincipal,
  orderId: string,
): Promise<MerchantOrderAnswer> {
  return answerFor(context, await find(context, merchant, orderId))
}

/** Uses the payer's consent up. The same Idempotency-Key again gets the same answer again; any other finds it used. */
export async function consumeOrder(
  context: Context,
  merchant: MerchantPrincipal,
  orderId: string,
  key: string | null,
): Promise<{ answer: ConsumeAnswer; replayed: boolean }> {
  const order = await find(context, merchant, orderId)
  if (order.consumed_at !== null) return replay(order, key)
  const payment = await paymentOf(context, order)
  if (payment === null) throw new ProblemError('consent_required')
  const answer: ConsumeAnswer = {
    order_id: order.order_id,
    payment_id: payment.payment_id,
    receipt: payment.receipt,
  }
  const consumed = await context.db.query(
    `UPDATE merchant_order SET consumed_at = $4, consumed_key = $5, consumed_answer = $6
      WHERE account_id = $1 AND order_id = $2 AND claimed_mandate = $3 AND consumed_at IS NULL RETURNING 1`,
    [
      merchant.accountId,
      orderId,
      order.claimed_mandate,
      new Date(context.now()),
      key,
      JSON.stringify(answer),
    ],
  )
  if (consumed.length === 1) return { answer, replayed: false }
  const changed = await find(context, merchant, orderId)
  if (changed.consumed_at !== null) return replay(changed, key)
  throw new ProblemError('consent_required')
}

function replay(order: OrderRow, key: string | null): { answer: ConsumeAnswer; replayed: boolean } {
  if (key === null || order.consumed_key !== key || order.consumed_answer === null) {
    throw new ProblemError('consent_consumed')
  }
  return { answer: order.consumed_answer, replayed: true }
}

async function find(context: Context, merchant: MerchantPrincipal, orderId: string): Promise<OrderRow> {
  const [row] = await context.db.query<OrderRow>(
    `SELECT ${COLUMNS} FROM merchant_order WHERE account_id = $1 AND order_id = $2`,
    [merchant.accountId, orderId],
    'find_merchant_order',
  )
  if (row === undefined) throw new ProblemError('not_found')
  return row
}

async function answerFor(context: Context, row: OrderRow): Promise<MerchantOrderAnswer> {
  const amount: Money = { amount: row.amount, currency: row.currency }
  const paid = row.consumed_at !== null || (await paymentOf(context, row)) !== null
  const state = row.consumed_at !== null ? 'consumed' : paid ? 'authorised' : 'requested'
  return { order_id: row.order_id, state, amount: toWire(amount) }
}

/** The live payment of the mandate that has claimed the order; on the wallet rail the money must be held as well. */
async function paymentOf(
  context: Context,
  order: OrderRow,
): Promise<{ payment_id: string; receipt: string } | null> {
  if (order.claimed_account === null || order.claimed_mandate === null) return null
  const [row] = await context.db.query<{ payment_id: string; receipt: string }>(
    `SELECT payment_id, receipt FROM payment p
      WHERE account_id = $1 AND mandate_id = $2 AND state IN ('authorised', 'settled')
        AND (rail = 'shop' OR EXISTS (SELECT 1 FROM wallet_order w WHERE w.account_id = $1
          AND w.payment_id = p.payment_id AND w.state IN ('authorised', 'settled')))`,
    [order.claimed_account, order.claimed_mandate],
    'find_claimed_payment',
  )
  return row ?? null
}

/** A new key for the merchant; the old one is dead at once. `old`: only while that one is the key (null: operators). */
export async function rotateMerchantKey(
  db: Database,
  accountId: string,
  old: Buffer | null,
): Promise<{ id: string; key: string }> {
  const { text: key, hash } = newMerchantKey(accountId)
  const rows = await db.query(
    `UPDATE merchant SET key_hash = $2 WHERE account_id = $1 AND revoked_at IS NULL
        AND ($3::bytea IS NULL OR key_hash = $3) RETURNING 1`,
    [accountId, hash, old],
  )
  if (rows.length === 0) throw new ProblemError(old === null ? 'not_found' : 'key_unknown')
  return { id: accountId, key }
}

export async function revokeMerchant(db: Database, now: number, accountId: string): Promise<void> {
  const rows = await db.query(
    'UPDATE merchant SET revoked_at = coalesce(revoked_at, $2) WHERE account_id = $1 RETURNING 1',
    [accountId, new Date(now)],
  )
  if (rows.length === 0) throw new ProblemError('not_found')
}
