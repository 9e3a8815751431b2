/** A payment of the shop rail under an allowance that the person signed for this device. */
import type { Device } from '../auth/device-request.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import type { VerifiedMandate } from '../mandates/verify.ts'

/**
 * Takes the payment out of the allowance, in the transaction that records the payment: one row lock, so that two
 * devices' or tabs' orders cannot both take the last of it. Throws `allowance_missing`, and the payment with it.
 */
export async function drawAllowance(
  context: Context,
  tx: Sql,
  device: Device,
  { claims, order, amount }: VerifiedMandate,
  paymentId: string,
): Promise<void> {
  // A renewal would be charged when nobody looks; that always needs a consent of its own.
  if (order.recurrence !== null) throw new ProblemError('allowance_missing', 'the order renews')
  const [row] = await tx.query<{ allowance_id: string }>(
    `UPDATE allowance SET used = used + $5, uses = uses + 1
      WHERE account_id = $1 AND mandate_id = $2 AND device_id = $3 AND agent_id IS NULL AND payee = $4
        AND currency = $6 AND revoked_at IS NULL AND expires_at > $7 AND per_order >= $5 AND amount - used >= $5
        AND uses < max_uses
      RETURNING allowance_id`,
    [
      device.accountId,
      claims.allowance,
      device.deviceId,
      order.site.origin,
      amount.amount,
      amount.currency,
      new Date(context.now()),
    ],
  )
  if (row === undefined) throw new ProblemError('allowance_missing')
  await tx.query('UPDATE payment SET allowance_id = $3 WHERE account_id = $1 AND payment_id = $2', [
    device.accountId,
    paymentId,
    row.allowance_id,
  ])
}
