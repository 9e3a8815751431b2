/** What an agent may look at: the person's caps, its recent payments and their receipts. Read only. */
import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { ConsentGuard } from '../sdk/consent-guard.ts'
import { paymentOf } from './answer.ts'

const JSON_TYPE = 'application/json'
const RECENT = 20

export function addResources(server: McpServer, guard: ConsentGuard): void {
  const json = (uri: URL, value: unknown) => ({
    contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(value) }],
  })
  server.registerResource(
    'caps',
    'consent-guard://caps',
    {
      title: 'Spending caps',
      description: "The person's caps and what is left of them.",
      mimeType: JSON_TYPE,
    },
    async (uri) => json(uri, await guard.caps()),
  )
  server.registerResource(
    'receipts',
    'consent-guard://receipts',
    {
      title: 'Recent receipts',
      description:
        "This agent's newest payments that were paid: id, amount, payee, when, and what came back.",
      mimeType: JSON_TYPE,
    },
    async (uri) => {
      const paid = (await guard.recent(100)).filter((order) => order.state === 'settled').slice(0, RECENT)
      return json(
        uri,
        paid.map((order) => ({
          ...paymentOf(order),
          payment_id: order.payment_id,
          refunded: order.refunded,
          paid_at: order.updated_at,
        })),
      )
    },
  )
  server.registerResource(
    'payment',
    new ResourceTemplate('consent-guard://payments/{id}', {
      list: async () => ({
        resources: (await guard.recent(RECENT)).map((order) => ({
          uri: `consent-guard://payments/${order.order_id}`,
          name: `${order.order.site.key} ${order.state}`,
          mimeType: JSON_TYPE,
        })),
      }),
    }),
    { title: 'A payment', mimeType: JSON_TYPE },
    async (uri, { id }) => json(uri, await guard.status(String(id))),
  )
}
