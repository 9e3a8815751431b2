/**
 * The MCP server: an agent's verbs as tools. It holds an agent token and so can only ask, change, take back and look;
 * there is no tool that approves, and none that writes a cap. A call never waits longer than 25 s: clients give up at
 * times from 60 s to hours, and a person takes as long as they take.
 */
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { OrderAnswer } from '../../utils/contract/orders.ts'
import type { ConsentGuard } from '../sdk/consent-guard.ts'
import { PaymentRefused } from '../sdk/errors.ts'
import type { PaymentRequest } from '../sdk/payment-request.ts'
import {
  CAP,
  capOf,
  isOpen,
  orSay,
  PAYMENT,
  paymentOf,
  SUBSCRIPTION,
  subscriptionOf,
  tell,
} from './answer.ts'
import { pointerOf } from './point.ts'
import { addResources } from './resources.ts'
import { addTaskTool } from './tasks.ts'

const INSTRUCTIONS =
  'Every payment needs the consent of the person, given in Consent Guard and nowhere else. Ask with request_payment, ' +
  'then call wait_for_payment until the status is not "pending". A rejected payment is rejected: do not ask again ' +
  'unless the person tells you to, do not split it, do not pay another way, and never try to approve it yourself.'

const MAX_WAIT_S = 25
const PROGRESS_MS = 5_000
const MODIFY_TRIES = 3

const ASK = {
  payee: z.string().describe("The merchant's web address, e.g. https://shop.example"),
  payee_name: z.string().nullish(),
  items: z
    .array(
      z.object({ name: z.string(), quantity: z.number().int().positive(), amount: z.string().nullable() }),
    )
    .describe('amount: plain decimal of the line (quantity × price), or null'),
  total: z.string().describe('Everything the person would pay now, as a plain decimal like 49.99'),
  currency: z.string().describe('ISO 4217 code, e.g. EUR'),
  ship_to: z.string().nullish(),
  reason: z.string().describe('Why this is bought, for the person'),
  merchant_order: z.string().nullish().describe('Order id at a merchant that integrates Consent Guard'),
}
const INTENT = z
  .string()
  .optional()
  .describe(
    'What this purchase is. The same intent is the same order; use another only for another purchase.',
  )
const RENEWAL = z.object({
  amount: z.string(),
  every: z.number().int().positive(),
  unit: z.enum(['day', 'week', 'month', 'year']),
  trial_days: z.number().int().nonnegative(),
})

const ASKS = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true }
const LOOKS = { readOnlyHint: true, openWorldHint: false }

type Ask = z.infer<z.ZodObject<typeof ASK>>
type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

export interface McpOptions {
  /** Tasks live in this process, so only where one process serves a client all along. */
  tasks?: boolean
  /** Milliseconds that an order waits before the person is pointed to Consent Guard in the agent's own window. */
  pointAfterMs?: number
}

export function createMcpServer(guard: ConsentGuard, options: McpOptions = {}): McpServer {
  const store = options.tasks === true ? new InMemoryTaskStore() : null
  const server = new McpServer(
    { name: 'consent-guard', title: 'Consent Guard', version: '0.1.0' },
    {
      instructions: INSTRUCTIONS,
      ...(store === null
        ? {}
        : {
            taskStore: store,
            capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
          }),
    },
  )
  const pointer = pointerOf(server, options.pointAfterMs)

  server.registerTool(
    'request_payment',
    {
      title: 'Ask the person for a payment',
      description:
        'Asks for a payment. Returns at once, or after wait_s; "pending" means that the person has not answered yet. ' +
        'Repeating it with the same content returns the same payment and never pays twice.',
      inputSchema: { ...ASK, intent: INTENT, wait_s: z.number().int().min(0).max(MAX_WAIT_S).optional() },
      outputSchema: PAYMENT,
      annotations: ASKS,
    },
    ({ intent, wait_s, ...ask }, extra) =>
      orSay(async () => {
        const order = await guard.requestPayment(requestOf(ask), intent === undefined ? {} : { intent })
        return tell(paymentOf(await waited(order, wait_s ?? 0, extra)))
      }),
  )

  server.registerTool(
    'subscribe',
    {
      title: 'Ask the person for a subscription',
      description:
        'Like request_payment, with what each renewal will cost. The person agrees to both amounts.',
      inputSchema: { ...ASK, renewal: RENEWAL, intent: INTENT },
      outputSchema: PAYMENT,
      annotations: ASKS,
    },
    ({ intent, renewal, ...ask }) =>
      orSay(async () => {
        const { trial_days: trialDays, ...rest } = renewal
        const request = { ...requestOf(ask), renewal: { ...rest, trialDays } }
        return tell(paymentOf(await guard.subscribe(request, intent === undefined ? {} : { intent })))
      }),
  )

  server.registerTool(
    'wait_for_payment',
    {
      title: 'Wait for the person',
      description: `Waits up to ${MAX_WAIT_S} s for a change. Call it again while the status is "pending".`,
      inputSchema: {
        order_id: z.string(),
        wait_s: z.number().int().min(0).max(MAX_WAIT_S).default(MAX_WAIT_S),
      },
      outputSchema: PAYMENT,
      annotations: LOOKS,
    },
    ({ order_id, wait_s }, extra) =>
      orSay(async () => tell(paymentOf(await waited(await guard.status(order_id), wait_s, extra)))),
  )

  server.registerTool(
    'get_payment',
    {
      title: 'Status of a payment',
      description: 'The payment as it is now.',
      inputSchema: { order_id: z.string() },
      outputSchema: PAYMENT,
      annotations: LOOKS,
    },
    ({ order_id }) => orSay(async () => tell(paymentOf(await guard.status(order_id)))),
  )

  server.registerTool(
    'list_payments',
    {
      title: 'Recent payments',
      description: "This agent's payments, newest first.",
      inputSchema: { limit: z.number().int().min(1).max(100).default(20) },
      outputSchema: { payments: z.array(z.object(PAYMENT)) },
      annotations: LOOKS,
    },
    ({ limit }) => orSay(async () => tell({ payments: (await guard.recent(limit)).map(paymentOf) })),
  )

  server.registerTool(
    'modify_payment',
    {
      title: 'Change a payment that is not settled yet',
      description:
        'Replaces what is asked for. Asking for less keeps the consent; anything else is asked again.',
      inputSchema: { order_id: z.string(), ...ASK },
      outputSchema: PAYMENT,
      annotations: ASKS,
    },
    ({ order_id, ...ask }) => orSay(async () => tell(paymentOf(await modified(order_id, requestOf(ask))))),
  )

  server.registerTool(
    'cancel_payment',
    {
      title: 'Take a payment back',
      description: 'Works until it is settled. Costs nothing.',
      inputSchema: { order_id: z.string(), reason: z.string() },
      outputSchema: PAYMENT,
      annotations: { ...ASKS, destructiveHint: false },
    },
    ({ order_id, reason }) => orSay(async () => tell(paymentOf(await guard.cancelOrder(order_id, reason)))),
  )

  server.registerTool(
    'tip',
    {
      title: 'Ask for a tip to a paid order',
      description:
        'A tip is consented to like any payment. amount: plain decimal in the currency of the order.',
      inputSchema: { order_id: z.string(), amount: z.string(), reason: z.string() },
      outputSchema: PAYMENT,
      annotations: ASKS,
    },
    ({ order_id, amount, reason }) =>
      orSay(async () => tell(paymentOf(await guard.tip(await guard.status(order_id), amount, reason)))),
  )

  server.registerTool(
    'get_caps',
    {
      title: 'Spending caps',
      description: "The person's caps and what is left of them. Nobody but the person can change them.",
      inputSchema: {},
      outputSchema: { caps: z.array(z.object(CAP)) },
      annotations: LOOKS,
    },
    () => orSay(async () => tell({ caps: (await guard.caps()).map(capOf) })),
  )

  server.registerTool(
    'list_subscriptions',
    {
      title: 'Subscriptions',
      description: 'Subscriptions that payments of this agent began.',
      inputSchema: {},
      outputSchema: { subscriptions: z.array(z.object(SUBSCRIPTION)) },
      annotations: LOOKS,
    },
    () => orSay(async () => tell({ subscriptions: (await guard.subscriptions()).map(subscriptionOf) })),
  )

  server.registerTool(
    'cancel_subscription',
    {
      title: 'End a subscription',
      description: 'Nothing more is charged. Needs no consent; what was paid stays paid.',
      inputSchema: { subscription_id: z.string() },
      outputSchema: SUBSCRIPTION,
      annotations: { ...ASKS, destructiveHint: false },
    },
    ({ subscription_id }) =>
      orSay(async () => tell(subscriptionOf(await guard.cancelSubscription(subscription_id)))),
  )

  addResources(server, guard)
  if (store !== null) {
    addTaskTool(server, {
      guard,
      store,
      annotations: ASKS,
      inputSchema: { ...ASK, intent: INTENT },
      ask: ({ intent, ...ask }) =>
        guard.requestPayment(requestOf(ask), intent === undefined ? {} : { intent }),
    })
  }

  /** The tool knows no version; an order that moved on by itself in between (authorised just now) is read again. */
  async function modified(orderId: string, request: PaymentRequest): Promise<OrderAnswer> {
    for (let tries = 1; ; tries++) {
      try {
        return await guard.modifyOrder(await guard.status(orderId), request)
      } catch (error) {
        const moved = error instanceof PaymentRefused && error.code === 'version_conflict'
        if (!moved || tries === MODIFY_TRIES) throw error
      }
    }
  }

  /** Waits without ever losing the order: a client that gives up finds it where it was. */
  async function waited(order: OrderAnswer, seconds: number, extra: Extra): Promise<OrderAnswer> {
    if (seconds === 0 || !isOpen(order)) return order
    const token = extra._meta?.progressToken
    let progress = 0
    const timer =
      token === undefined
        ? null
        : setInterval(() => {
            progress += 1
            const message = 'Waiting for the person to decide.'
            void extra
              .sendNotification({
                method: 'notifications/progress',
                params: { progressToken: token, progress, message },
              })
              .catch(() => {})
          }, PROGRESS_MS)
    const stopPointing = pointer.watch(order)
    try {
      return await guard.waitFor(order.order_id, { timeoutMs: seconds * 1_000, signal: extra.signal })
    } finally {
      if (timer !== null) clearInterval(timer)
      stopPointing()
    }
  }

  return server
}

function requestOf(ask: Ask): PaymentRequest {
  return {
    payee: ask.payee,
    payeeName: ask.payee_name ?? null,
    items: ask.items,
    total: ask.total,
    currency: ask.currency,
    shipTo: ask.ship_to ?? null,
    reason: ask.reason,
    merchantOrder: ask.merchant_order ?? null,
  }
}
