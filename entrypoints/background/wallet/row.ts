/** An agent's order as an attempt of the ledger, and how the two are told to belong together. */
import { orderDigest } from '../../../utils/contract/order-wire.ts'
import type { AgentOrder } from '../../../utils/forward/wallet.ts'
import type { AttemptRow, Ledger } from '../../../utils/ledger/db.ts'
import type { Note } from '../../../utils/order/order.ts'
import { siteOf } from '../../../utils/site/site.ts'

export function isAgentRequest(row: Pick<AttemptRow, 'channel'>): boolean {
  return row.channel === 'agent-request'
}

/** One attempt for each time that the order came before the person: a repeat finds the attempt that is there. */
export function attemptIdOf(order: Pick<AgentOrder, 'orderId' | 'version'>): string {
  return `${order.orderId}-${order.version}`
}

/** The order's attempts, oldest first. */
export function attemptsOf(db: Ledger, orderId: string): Promise<AttemptRow[]> {
  return db.attempts.where('id').startsWith(`${orderId}-`).sortBy('createdAt')
}

/** null: the payee is no web address, so there is nobody to pay. `agent`: the person's own name for it. */
export async function rowOfOrder(
  order: AgentOrder,
  agent: string | null,
  at: number,
): Promise<AttemptRow | null> {
  const site = siteOf(order.order.site.origin)
  if (site === null) return null
  const id = attemptIdOf(order)
  return {
    id,
    channel: 'agent-request',
    site,
    page: `${site.origin}/`,
    tabId: -1,
    frameId: 0,
    what: order.reason,
    request: null,
    actor: { kind: 'agent', reasons: [order.agentId === null ? 'page_request' : 'agent_token'] },
    createdAt: at,
    state: 'held',
    version: 1,
    holdId: order.orderId,
    order: order.order,
    digest: await orderDigest(id, order.wire),
    sources: [],
    notes: [ITS_OWN_WORD],
    changed: [],
    dedupeKey: order.orderId,
    expiresAt: order.expiresAt,
    seen: false,
    reason: null,
    updatedAt: at,
    ...(agent === null ? {} : { agent }),
  }
}

/** No page was read: amount and payee are bound by the mandate, everything else is what the agent says. */
export const ITS_OWN_WORD: Note = {
  id: 'agent_order',
  field: 'items',
  severity: 'info',
  blocking: false,
  values: {},
}
