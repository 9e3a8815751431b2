/**
 * Payments under a consent that was given before: renewals of a subscription, orders within an allowance. The consent
 * itself stays what it was, used once; each payment under it has an id of its own derived from it, so that none can be
 * made twice. Caps hold as for any payment.
 */

import { enforceCaps } from '../caps/caps.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { note } from '../log/events.ts'
import { beginCharge } from '../orders/approve.ts'
import type { OrderRow } from '../orders/order-row.ts'

export interface StandingConsent {
  mandateId: string
  deviceId: string
  /** What the person signed: the order's or the allowance's digest. */
  digest: string
  /** Tells this payment from the others under the same consent: "renewal-3", an order id. */
  part: string
  allowanceId: string | null
}

export async function payUnder(
  context: Context,
  tx: Sql,
  order: OrderRow,
  consent: StandingConsent,
): Promise<OrderRow> {
  const { account_id: accountId } = order
  const amount = { amount: order.amount, currency: order.currency }
  const { site } = order.order
  await enforceCaps(context, tx, accountId, { site: site.key, total: amount, tip: order.kind === 'tip' })
  const at = context.now()
  const paymentId = newIdOf(accountId, 'pay')
  const mandateId = `${consent.mandateId}:${consent.part}`
  const receipt = context.receipts.sign({
    paymentId,
    mandateId,
    digest: consent.digest,
    state: 'authorised',
    amount,
    at,
  })
  await tx.query(
    `INSERT INTO payment (account_id, payment_id, mandate_id, device_id, attempt_id, digest, rail, state, amount, currency,
         payee_id, payee_website, receipt, allowance_id, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'wallet', 'authorised', $7, $8, $9, $10, $11, $12, $13, $13)`,
    [
      accountId,
      paymentId,
      mandateId,
      consent.deviceId,
      order.order_id,
      consent.digest,
      order.amount,
      order.currency,
      order.order.site.key,
      order.order.site.origin,
      receipt,
      consent.allowanceId,
      new Date(at),
    ],
  )
  const data = {
    mandate: mandateId,
    digest: consent.digest,
    amount: order.amount.toString(),
    currency: order.currency,
    payee: order.order.site.origin,
    rail: 'wallet',
  }
  await note(tx, {
    accountId,
    type: 'payment.authorised',
    subject: paymentId,
    agentId: order.agent_id,
    data,
    at,
  })
  return beginCharge(context, tx, order, mandateId, paymentId)
}
