/**
 * An agent may lower an order that was agreed to without asking again. The ledger has reserved the higher amount, so what
 * was not taken goes back to the caps.
 */
import type { AgentOrder } from '../../../utils/forward/wallet.ts'
import type { AttemptRow } from '../../../utils/ledger/db.ts'
import { recordRefund } from '../../../utils/ledger/refunds.ts'
import { compare, subtract } from '../../../utils/money/money.ts'
import { readSettings } from '../../../utils/settings/settings.ts'
import { db, now } from '../services.ts'

export async function noteDifference(row: AttemptRow, { order }: AgentOrder): Promise<void> {
  const agreed = row.order.total
  const taken = order.total
  if (agreed === null || taken === null || agreed.currency !== taken.currency) return
  if (compare(agreed, taken) <= 0) return
  const { zone } = await readSettings(db)
  const amount = subtract(agreed, taken)
  await recordRefund(db, { attemptId: row.id, amount, at: now(), calendar: { zone } })
}
