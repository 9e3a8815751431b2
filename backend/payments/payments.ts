/** Payments after their authorisation: what came of them. */
import type { OutcomeRequest, PaymentAnswer, PaymentState } from '../../utils/contract/api.ts'
import { toWire } from '../../utils/money/money.ts'
import type { Device } from '../auth/device-request.ts'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'
import { isConsumed, unclaim } from '../merchants/claims.ts'

interface PaymentRow {
  payment_id: string
  mandate_id: string
  digest: string
  rail: 'shop' | 'wallet'
  state: PaymentState
  amount: bigint
  currency: string
  merchant_order_id: string | null
  receipt: string
}

const COLUMNS = 'payment_id, mandate_id, digest, rail, state, amount, currency, merchant_order_id, receipt'

export async function getPayment(
  context: Context,
  device: Device,
  paymentId: string,
): Promise<PaymentAnswer> {
  const row = await find(context, device, paymentId)
  if (row.merchant_order_id === null) return answerFor(row)
  return {
    ...answerFor(row),
    merchant_used: await isConsumed(context.db, row.merchant_order_id, row.mandate_id),
  }
}

/** Files the outcome. The same outcome again changes nothing; another one than the first is refused. */
export async function fileOutcome(
  context: Context,
  device: Device,
  paymentId: string,
  request: OutcomeRequest,
): Promise<PaymentAnswer> {
  const payment = await find(context, device, paymentId)
  if (payment.state === request.outcome) return answerFor(payment)
  if (payment.state !== 'authorised') throw new ProblemError('payment_state', `it is ${payment.state}`)
  if (payment.rail === 'wallet') throw new ProblemError('payment_state', 'the backend itself settles it')
  if (request.outcome !== 'settled' && payment.merchant_order_id !== null) {
    const free = await unclaim(context.db, payment.merchant_order_id, device.accountId, payment.mandate_id)
    if (!free) throw new ProblemError('payment_state', 'the merchant has used this consent')
  }
  const at = context.now()
  const receipt = context.receipts.sign({
    paymentId,
    mandateId: payment.mandate_id,
    digest: payment.digest,
    state: request.outcome,
    amount: { amount: payment.amount, currency: payment.currency },
    at,
  })
  const [moved] = await context.db.query<PaymentRow>(
    `WITH moved AS (
       UPDATE payment SET state = $3, outcome_detail = $4, receipt = $5, updated_at = $6
        WHERE account_id = $1 AND payment_id = $2 AND state = 'authorised' RETURNING *
     ), noted AS (
       INSERT INTO event (account_id, type, subject, data, at)
         SELECT $1, 'payment.' || $3, $2, $7::jsonb, $6 FROM moved
     )
     SELECT ${COLUMNS} FROM moved`,
    [
      device.accountId,
      paymentId,
      request.outcome,
      request.detail,
      receipt,
      new Date(at),
      JSON.stringify({ mandate: payment.mandate_id, digest: payment.digest, detail: request.detail }),
    ],
  )
  context.wake('events')
  if (moved !== undefined) return answerFor(moved)
  const now = await find(context, device, paymentId)
  if (now.state === request.outcome) return answerFor(now)
  throw new ProblemError('payment_state', `it is ${now.state}`)
}

async function find(context: Context, device: Device, paymentId: string): Promise<PaymentRow> {
  const [row] = await context.db.query<PaymentRow>(
    `SELECT ${COLUMNS} FROM payment WHERE account_id = $1 AND payment_id = $2`,
    [device.accountId, paymentId],
    'find_payment',
  )
  if (row === undefined) throw new ProblemError('not_found')
  return row
}

function answerFor(row: PaymentRow): PaymentAnswer {
  return {
    payment_id: row.payment_id,
    mandate_id: row.mandate_id,
    state: row.state,
    amount: toWire({ amount: row.amount, currency: row.currency }),
    receipt: row.receipt,
  }
}
