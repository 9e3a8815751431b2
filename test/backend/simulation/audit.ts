/** The auditor: what must be true of every history, whatever happened in it. Knows nothing of how it came about. */
import type { Database } from '../../../backend/db/database.ts'
import type { OrderRow } from '../../../backend/orders/order-row.ts'
import type { Booked } from './faulty-processor.ts'
import type { Played } from './history.ts'

interface PaymentRow {
  payment_id: string
  mandate_id: string
  state: string
  amount: bigint
}

/** What is wrong, in words; empty where all is well. */
export async function audit(
  db: Database,
  played: Played,
  books: ReadonlyMap<string, Booked>,
): Promise<string[]> {
  const { accountId, acknowledged } = played
  const wrong: string[] = []
  const must = (holds: boolean, words: string) => {
    if (!holds) wrong.push(words)
  }
  const orders = await db.query<OrderRow>('SELECT * FROM wallet_order WHERE account_id = $1', [accountId])
  const payments = await db.query<PaymentRow>('SELECT * FROM payment WHERE account_id = $1', [accountId])
  const mandates = await db.query<{ mandate_id: string; total: string; order_id: string }>(
    `SELECT mandate_id, "order"->'total'->>'amount' AS total, "order"->>'merchantOrder' AS order_id
       FROM mandate WHERE account_id = $1`,
    [accountId],
  )
  const postings = await db.query<{ posting: string; currency: string; total: bigint }>(
    'SELECT posting, currency, sum(amount)::bigint AS total FROM entry WHERE account_id = $1 GROUP BY 1, 2',
    [accountId],
  )
  const [payer] = await db.query<{ total: bigint | null }>(
    `SELECT sum(amount)::bigint AS total FROM entry WHERE account_id = $1 AND book = 'payer'`,
    [accountId],
  )
  const open = await db.query<{ key: string }>(
    `SELECT key FROM processor_call WHERE account_id = $1 AND state IN ('ready', 'sent')`,
    [accountId],
  )
  const refunds = await db.query<{ refund_id: string; order_id: string; state: string; amount: bigint }>(
    'SELECT * FROM refund WHERE account_id = $1',
    [accountId],
  )

  must(open.length === 0, `calls left undecided: ${open.map((row) => row.key)}`)
  for (const row of postings) must(row.total === 0n, `posting ${row.posting} does not add up: ${row.total}`)
  must(
    new Set(orders.map((row) => row.order_id)).size === played.orders.length ||
      orders.length >= played.orders.length,
    'an acknowledged order is lost',
  )

  let taken = 0n
  for (const order of orders) {
    const own = [...books.values()].filter((booked) => booked.orderId === order.order_id && !booked.declined)
    const done = (operation: Booked['operation']) => own.filter((booked) => booked.operation === operation)
    const consents = mandates.filter((mandate) => mandate.order_id === order.order_id)
    const name = `${order.order_id} (${order.state})`
    const captures = done('capture')
    const captured = captures.reduce((sum, booked) => sum + booked.amount, 0n)
    const refunded = done('refund').reduce((sum, booked) => sum + booked.amount, 0n)
    taken += captured - refunded

    must(captures.length <= 1, `${name} was captured ${captures.length} times`)
    must(done('authorise').length <= consents.length, `${name} has more charges than consents`)
    must(
      (order.state === 'settled') === (captures.length === 1),
      `${name} and the processor disagree on capture`,
    )
    must(order.captured === captured, `${name} says ${order.captured}, the processor ${captured}`)
    must(refunded <= captured, `${name} refunded ${refunded} of ${captured}`)
    must(order.refunded === refunded, `${name} says refunded ${order.refunded}, the processor ${refunded}`)
    const consented = consents.find((mandate) => mandate.mandate_id === order.mandate_id)
    must(
      captured === 0n || captured <= BigInt(consented?.total ?? '0'),
      `${name} took more than was consented`,
    )
    must(!['approved', 'authorised', 'unknown', 'requested'].includes(order.state), `${name} never ended`)
    // Money that is held is taken or let go; it never stays held.
    const voided = new Set(done('void').map((booked) => booked.reference))
    const kept = new Set(captures.map((booked) => booked.reference))
    for (const charge of done('authorise')) {
      const declinedCapture = [...books.values()].some(
        (booked) =>
          booked.operation === 'capture' && booked.declined && booked.reference === charge.reference,
      )
      const settledSomehow = voided.has(charge.reference) || kept.has(charge.reference) || declinedCapture
      must(settledSomehow, `${name} left ${charge.key} held`)
      must(
        !(voided.has(charge.reference) && kept.has(charge.reference)),
        `${name} took and let go ${charge.key}`,
      )
    }
    if (acknowledged.cancelled.has(order.order_id)) {
      must(order.state === 'cancelled' && captures.length === 0, `${name} was acknowledged as cancelled`)
    }
    const payment = payments.find((row) => row.payment_id === order.payment_id)
    if (order.state === 'settled') {
      must(payment?.state === 'settled' && payment.amount === captured, `${name} and its payment disagree`)
    }
  }
  must((payer?.total ?? 0n) === -taken, `the payer's book says ${payer?.total}, the processor ${-taken}`)
  for (const payment of payments) {
    must(payment.state !== 'authorised', `payment ${payment.payment_id} never ended`)
    if (payment.state === 'settled') {
      const mine = orders.filter((row) => row.payment_id === payment.payment_id && row.state === 'settled')
      must(mine.length === 1, `payment ${payment.payment_id} settled without its order`)
    }
  }
  must(new Set(payments.map((row) => row.mandate_id)).size === payments.length, 'a consent paid twice')
  const known = new Set(payments.map((row) => row.payment_id))
  for (const id of acknowledged.payments) must(known.has(id), `acknowledged payment ${id} is lost`)
  for (const refund of refunds) {
    must(['succeeded', 'failed'].includes(refund.state), `refund ${refund.refund_id} never ended`)
  }
  for (const booked of books.values())
    must(booked.effects === 1, `${booked.key} had ${booked.effects} effects`)
  return wrong
}
