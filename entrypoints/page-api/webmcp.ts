/**
 * The same entry as WebMCP tools, where the browser has them, so that an agent finds it among the page's tools. A hostile
 * page can register tools of the same name: they carry no authority here either.
 */
import type { PageAsk } from '../../utils/forward/page-ask.ts'
import type { PageEntry } from './entry.ts'

interface Tool {
  name: string
  description: string
  inputSchema: Record<string, unknown>
  /** As the schema says, which the browser does not enforce; the background parses it. */
  execute: (input: PageAsk & { intent?: string; id?: string }) => Promise<unknown>
}
interface ModelContext {
  registerTool(tool: Tool): unknown
}

const TEXT = { type: 'string' }

export function offerTools(entry: PageEntry): void {
  const context: unknown = Reflect.get(document, 'modelContext')
  if (!isModelContext(context)) return
  context.registerTool({
    name: 'consent_guard_request_payment',
    description:
      'Asks the person for a payment to this site. "pending" means that they have not answered: wait with ' +
      'consent_guard_payment_status, do not ask again and do not pay another way.',
    inputSchema: {
      type: 'object',
      required: ['items', 'total', 'currency', 'reason'],
      properties: {
        items: {
          type: 'array',
          items: {
            type: 'object',
            properties: { name: TEXT, quantity: { type: 'integer' }, amount: { type: ['string', 'null'] } },
          },
        },
        total: { ...TEXT, description: 'Plain decimal like 49.99' },
        currency: { ...TEXT, description: 'ISO 4217' },
        reason: TEXT,
        intent: { ...TEXT, description: 'What this purchase is; the same intent is the same payment.' },
      },
    },
    execute: ({ intent, ...ask }) => told(entry.requestPayment(ask, intent === undefined ? {} : { intent })),
  })
  context.registerTool({
    name: 'consent_guard_payment_status',
    description: 'What became of a payment that was asked for here.',
    inputSchema: { type: 'object', required: ['id'], properties: { id: TEXT } },
    execute: ({ id }) => told(entry.status(String(id))),
  })
}

async function told(work: Promise<unknown>): Promise<unknown> {
  const value = await work.catch((error: unknown) => ({ error: String(error) }))
  return { content: [{ type: 'text', text: JSON.stringify(value) }] }
}

function isModelContext(value: unknown): value is ModelContext {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, 'registerTool') === 'function'
  )
}
