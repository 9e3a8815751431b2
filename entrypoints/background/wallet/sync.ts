/**
 * Looks at what the backend has and brings the ledger in line: new orders are put before the person, changed ones again,
 * and what agents, other devices, time or the processor did to an order is written down. May run at any time and as often
 * as one likes: it only compares.
 */

import { orderDigest } from '../../../utils/contract/order-wire.ts'
import { IllegalMove } from '../../../utils/errors/errors.ts'
import type { AgentOrder, Wallet } from '../../../utils/forward/wallet.ts'
import { readIdentity } from '../../../utils/identity/identity.ts'
import type { AttemptRow } from '../../../utils/ledger/db.ts'
import { addAttempt, move, reask } from '../../../utils/ledger/moves.ts'
import { changedForTheWorse } from '../../../utils/order/changed.ts'
import { admits } from '../../../utils/policy/policy.ts'
import { readSettings } from '../../../utils/settings/settings.ts'
import { armExpiry } from '../alarms.ts'
import { forward } from '../forward.ts'
import { mark } from '../mark.ts'
import { assessRow } from '../notes.ts'
import { alone, db, now, wallet } from '../services.ts'
import { keepConsentShown, notify, showBadge, showConsent } from '../surface.ts'
import { agentName } from './agents.ts'
import { follow } from './follow.ts'
import { attemptIdOf, attemptsOf, ITS_OWN_WORD, isAgentRequest, rowOfOrder } from './row.ts'
import { tellEnd } from './tell.ts'

const OPEN = ['held', 'asked', 'released', 'unknown'] as const

/** True where the backend was reached and nothing is left to do but wait. */
export function syncWallet(): Promise<boolean> {
  return alone('wallet', async () => {
    const service = await wallet()
    if (service === null) return true
    const [settings, identity] = await Promise.all([readSettings(db), readIdentity(db)])
    if (admits(settings, identity !== null).kind === 'refuse') return true
    const waiting = await service.waiting()
    if (waiting.kind !== 'ok') return false
    let done = true
    // Oldest first, so that the queue is in the order of asking.
    for (const order of [...waiting.value].reverse()) done = (await take(service, order)) && done
    const known = new Set(waiting.value.map((order) => order.orderId))
    return (await followOpen(service, known)) && done
  })
}

/** An order that waits at the backend: new, changed, asked already, or ended here without the backend knowing. */
async function take(service: Wallet, order: AgentOrder): Promise<boolean> {
  const last = (await attemptsOf(db, order.orderId)).at(-1)
  if (last === undefined) {
    await ask(service, order)
    return true
  }
  switch (last.state) {
    case 'held':
      await askAbout(last)
      return true
    case 'asked':
      await askAnew(last, order)
      await keepConsentShown()
      return true
    // On its way: the mandate that approves it has been signed.
    case 'approved':
    case 'forwarding':
      return true
    case 'released':
    case 'unknown':
      // The agent has changed it: what was agreed to is void and was taken back there.
      if (last.digest === (await orderDigest(last.id, order.wire))) {
        // Recorded as sent by a worker that died before it was.
        void forward(last.id)
        return true
      }
      await follow(last, { ...order, state: 'cancelled' })
      await ask(service, order)
      return true
    default:
      // Asked for again in another form after its end, or ended here unheard.
      if (await isOlder(last, order)) {
        await ask(service, order)
        return true
      }
      return tellEnd(last)
  }
}

/** Whether this end was about an earlier form of the order: then the new form is a new question. */
async function isOlder(row: AttemptRow, order: AgentOrder): Promise<boolean> {
  if (row.id === attemptIdOf(order)) return false
  return row.digest !== (await orderDigest(row.id, order.wire))
}

async function ask(service: Wallet, order: AgentOrder): Promise<void> {
  const row = await rowOfOrder(order, await agentName(service, order.agentId), now())
  if (row === null) return
  await addAttempt(db, row)
  mark('attempt-recorded')
  await askAbout(row)
}

async function askAbout(row: AttemptRow): Promise<void> {
  const notes = await assessRow(row)
  const asked = await move(db, {
    attemptId: row.id,
    from: 'held',
    to: 'asked',
    reason: null,
    at: now(),
    change: { notes: [...row.notes, ...notes] },
  })
  mark('asked')
  armExpiry(asked)
  await showBadge()
  await showConsent()
  await notify(asked)
}

/** A change while it waits: what the window shows is replaced, and every consent to the old form is void. */
export async function askAnew(row: AttemptRow, order: AgentOrder): Promise<void> {
  const digest = await orderDigest(row.id, order.wire)
  if (digest !== row.digest) {
    const fresh = { ...row, order: order.order, digest }
    try {
      await reask(db, row, {
        order: order.order,
        digest,
        sources: [],
        notes: [ITS_OWN_WORD, ...(await assessRow(fresh))],
        changed: changedForTheWorse(row.order, order.order),
        at: now(),
      })
    } catch (error) {
      // Decided in this very moment; the next look sees what came of it.
      if (error instanceof IllegalMove) return
      throw error
    }
  }
}

/** What became of orders that do not wait any more. */
async function followOpen(service: Wallet, waiting: ReadonlySet<string>): Promise<boolean> {
  const open = await db.attempts
    .where('state')
    .anyOf([...OPEN])
    .filter((row) => isAgentRequest(row) && !waiting.has(row.holdId))
    .toArray()
  let done = true
  for (const row of open) {
    const answer = await service.order(row.holdId)
    if (answer.kind === 'ok') await follow(row, answer.value)
    else done = false
  }
  return done
}
