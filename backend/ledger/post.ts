/** Double entry: what one book gains, another loses. The two rows of a posting are written together or not at all. */
import type { Sql } from '../db/database.ts'
import type { OrderRow } from '../orders/order-row.ts'

/** Moves `amount` from the payer's book to `book`; a negative amount moves it back. Once per posting name. */
export async function post(
  tx: Sql,
  order: Pick<OrderRow, 'account_id' | 'currency'>,
  posting: string,
  book: string,
  amount: bigint,
  at: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO entry (account_id, posting, book, amount, currency, at)
       VALUES ($1, $2, 'payer', $3, $5, $6), ($1, $2, $4, -$3::bigint, $5, $6)`,
    [order.account_id, posting, -amount, book, order.currency, new Date(at)],
  )
}
