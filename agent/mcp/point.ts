/**
 * Points the person at Consent Guard where they look at the agent's own window and not at theirs: a message by
 * elicitation, once for an order that has waited a while. Its answer comes through the agent's own client, so it is
 * thrown away: it approves nothing and rejects nothing.
 */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { OrderAnswer } from '../../utils/contract/orders.ts'
import { paymentOf } from './answer.ts'

/** Somebody who sits in front of the consent window has answered by then. */
export const POINT_AFTER_MS = 10_000

export interface Pointer {
  /** Starts the time; the answer of this call ends it, and takes a message back that is still open. */
  watch(order: OrderAnswer): () => void
}

export function pointerOf(server: McpServer, afterMs = POINT_AFTER_MS): Pointer {
  const pointed = new Set<string>()
  return {
    watch(order) {
      const able = server.server.getClientCapabilities()?.elicitation !== undefined
      if (!able || order.state !== 'requested' || pointed.has(order.order_id)) return () => {}
      const over = new AbortController()
      const timer = setTimeout(() => {
        pointed.add(order.order_id)
        const { amount, currency, payee } = paymentOf(order)
        const message =
          `Consent Guard holds a payment of ${amount} ${currency} to ${payee}. Decide in its own window in your ` +
          'browser. An answer here changes nothing.'
        server.server
          .elicitInput(
            { message, requestedSchema: { type: 'object', properties: {} } },
            { signal: over.signal, timeout: 86_400_000 },
          )
          .catch(() => {})
      }, afterMs)
      return () => {
        clearTimeout(timer)
        over.abort('decided or waited long enough')
      }
    },
  }
}
