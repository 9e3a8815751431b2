/**
 * Ties a merchant's order to the mandate that pays it. The order lives with the merchant and the payment with the payer,
 * maybe on different shards, so there is no transaction over both. Instead the order is claimed for one mandate first;
 * only the claiming mandate's payment can be consumed, and a payment is taken back only after its claim is.
 */
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { accountOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import type { VerifiedMandate } from '../mandates/verify.ts'

/** Beyond a mandate's expiry, until it is sure that no authorisation of it is still under way. */
const MARGIN_MS = 60_000

const CLAIM = `
UPDATE merchant_order SET claimed_account = $3, claimed_mandate = $4, claimed_until = $5
 WHERE account_id = $1 AND order_id = $2 AND origin = $6 AND amount = $7 AND currency = $8
   AND consumed_at IS NULL AND expires_at > $9
   AND (claimed_mandate IS NULL OR (claimed_account = $3 AND claimed_mandate = $4))
RETURNING 1`

export async function claimOrder(
  context: Context,
  payer: string,
  orderId: string,
  mandate: VerifiedMandate,
): Promise<void> {
  const { claims, order, amount } = mandate
  const merchant = accountOf(orderId, 'ord')
  if (merchant === null) throw new ProblemError('merchant_order_mismatch')
  const values = [
    merchant,
    orderId,
    payer,
    claims.jti,
    new Date(claims.exp * 1000 + MARGIN_MS),
    order.site.origin,
    amount.amount,
    amount.currency,
    new Date(context.now()),
  ]
  for (let tries = 0; tries < 2; tries++) {
    const claimed = await context.db.query(CLAIM, values, 'claim_order')
    if (claimed.length === 1) return
    if (!(await freeDeadClaim(context, merchant, orderId))) break
  }
  throw new ProblemError('merchant_order_mismatch')
}

/** A claim whose mandate died unpaid no longer stands in the way. */
async function freeDeadClaim(context: Context, merchant: string, orderId: string): Promise<boolean> {
  const [claim] = await context.db.query<{ claimed_account: string; claimed_mandate: string }>(
    `SELECT claimed_account, claimed_mandate FROM merchant_order
      WHERE account_id = $1 AND order_id = $2 AND consumed_at IS NULL AND claimed_until < $3`,
    [merchant, orderId, new Date(context.now())],
  )
  if (claim === undefined) return false
  const alive = await context.db.query(
    `SELECT 1 FROM payment WHERE account_id = $1 AND mandate_id = $2 AND state IN ('authorised', 'settled')`,
    [claim.claimed_account, claim.claimed_mandate],
  )
  if (alive.length > 0) return false
  await unclaim(context.db, orderId, claim.claimed_account, claim.claimed_mandate)
  return true
}

/** Takes a claim back, so that its payment can be voided. False where the merchant has used the consent already. */
export async function unclaim(sql: Sql, orderId: string, payer: string, mandateId: string): Promise<boolean> {
  const merchant = accountOf(orderId, 'ord')
  if (merchant === null) return true
  await sql.query(
    `UPDATE merchant_order SET claimed_account = NULL, claimed_mandate = NULL, claimed_until = NULL
      WHERE account_id = $1 AND order_id = $2 AND claimed_account = $3 AND claimed_mandate = $4
        AND consumed_at IS NULL`,
    [merchant, orderId, payer, mandateId],
  )
  return !(await isConsumed(sql, orderId, mandateId))
}

/** Whether the merchant has used this mandate's consent to the order. */
export async function isConsumed(sql: Sql, orderId: string, mandateId: string): Promise<boolean> {
  const used = await sql.query(
    `SELECT 1 FROM merchant_order WHERE account_id = $1 AND order_id = $2 AND claimed_mandate = $3
        AND consumed_at IS NOT NULL`,
    [accountOf(orderId, 'ord'), orderId, mandateId],
  )
  return used.length > 0
}
