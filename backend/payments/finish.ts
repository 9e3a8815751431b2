/** Ends a wallet order's payment: state, receipt, event. The payment and its order move in one transaction. */
import type { PaymentState } from '../../utils/contract/api.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { note } from '../log/events.ts'

interface Row {
  mandate_id: string
  allowance_id: string | null
  digest: string
  amount: bigint
  currency: string
}

/** `amount`: what was really taken; null leaves what was authorised. */
export async function finishPayment(
  context: Context,
  tx: Sql,
  accountId: string,
  paymentId: string,
  state: Exclude<PaymentState, 'authorised'>,
  amount: bigint | null = null,
): Promise<void> {
  const [row] = await tx.query<Row>(
    `SELECT mandate_id, allowance_id, digest, amount, currency FROM payment
      WHERE account_id = $1 AND payment_id = $2 AND state = 'authorised' FOR UPDATE`,
    [accountId, paymentId],
  )
  if (row === undefined) return
  const at = context.now()
  const taken = amount ?? row.amount
  const receipt = context.receipts.sign({
    paymentId,
    mandateId: row.mandate_id,
    digest: row.digest,
    state,
    amount: { amount: taken, currency: row.currency },
    at,
  })
  await tx.query(
    `UPDATE payment SET state = $3, receipt = $4, amount = $5, updated_at = $6
      WHERE account_id = $1 AND payment_id = $2`,
    [accountId, paymentId, state, receipt, taken, new Date(at)],
  )
  // What was not taken of an allowance is there again.
  const back = state === 'settled' ? row.amount - taken : row.amount
  if (row.allowance_id !== null && back > 0n) {
    await tx.query('UPDATE allowance SET used = used - $3 WHERE account_id = $1 AND allowance_id = $2', [
      accountId,
      row.allowance_id,
      back,
    ])
  }
  await note(tx, {
    accountId,
    type: `payment.${state}`,
    subject: paymentId,
    agentId: null,
    data: { mandate: row.mandate_id, digest: row.digest, amount: taken.toString(), currency: row.currency },
    at,
  })
}
