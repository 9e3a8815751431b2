/** What an approval or a change of mind about an agent's order needs from the backend. Unreachable is never a yes. */
import { orderDigest } from '../../../utils/contract/order-wire.ts'
import { Refusal } from '../../../utils/errors/errors.ts'
import type { AttemptRow } from '../../../utils/ledger/db.ts'
import { wallet } from '../services.ts'
import { follow } from './follow.ts'
import { askAnew } from './sync.ts'

/** The order as it is at the backend now; where it is another, the person is asked again, about that one. */
export async function requireSameOrder(row: AttemptRow): Promise<void> {
  const service = await wallet()
  const answer = service && (await service.order(row.holdId))
  if (answer?.kind !== 'ok') throw new Refusal('backend_unreachable', answer?.detail ?? '')
  const order = answer.value
  if (order.state !== 'requested') {
    await follow(row, order)
    throw new Refusal('not_waiting')
  }
  if ((await orderDigest(row.id, order.wire)) === row.digest) return
  await askAnew(row, order)
  throw new Refusal('order_changed')
}

/** Takes back what was agreed to, until it is settled. */
export async function cancelOrder(row: AttemptRow): Promise<void> {
  const service = await wallet()
  const answer = service && (await service.cancel(row.holdId, 'withdrawn'))
  if (answer === null || answer.kind === 'unreachable') throw new Refusal('backend_unreachable')
  if (answer.kind === 'refused') throw new Refusal('backend_refused', answer.detail)
  await follow(row, answer.value)
}
