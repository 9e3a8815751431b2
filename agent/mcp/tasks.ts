/**
 * Asking for a payment as an MCP task (2025-11-25, experimental there), for clients that can leave a call and come back.
 * The order is what lasts: a task that is cancelled, forgotten or lost with this process leaves it where it is, and the
 * person's answer is found again by `get_payment` or by asking the same thing again.
 */
import { isTerminal, type TaskStore } from '@modelcontextprotocol/sdk/experimental/tasks'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js'
import type { z } from 'zod'
import type { OrderAnswer } from '../../utils/contract/orders.ts'
import type { ConsentGuard } from '../sdk/consent-guard.ts'
import { orSay, PAYMENT, paymentOf, tell } from './answer.ts'

/** As long as an order may wait for its person at all. */
const TTL_MS = 86_400_000
const POLL_MS = 1_000

interface TaskTool<Shape extends z.ZodRawShape> {
  guard: ConsentGuard
  store: TaskStore
  inputSchema: Shape
  annotations: ToolAnnotations
  ask: (input: z.infer<z.ZodObject<Shape>>) => Promise<OrderAnswer>
}

export function addTaskTool<Shape extends z.ZodRawShape>(server: McpServer, tool: TaskTool<Shape>): void {
  const { guard, store, inputSchema, annotations } = tool
  server.experimental.tasks.registerToolTask(
    'request_payment_task',
    {
      title: 'Ask the person for a payment, as a task',
      description:
        'Only for clients that run tools as MCP tasks; all others use request_payment. The task is done when the person ' +
        'has decided and the money has moved or will not.',
      inputSchema: inputSchema as z.ZodRawShape,
      outputSchema: PAYMENT,
      annotations,
      execution: { taskSupport: 'required' },
    },
    {
      async createTask(input, extra) {
        // The order is there before the task is: whoever loses the task finds it.
        const asked = await orSay(async () =>
          tell(paymentOf(await tool.ask(input as z.infer<z.ZodObject<Shape>>))),
        )
        const task = await extra.taskStore.createTask({ ttl: TTL_MS, pollInterval: POLL_MS })
        void follow(task.taskId, asked)
        return { task }
      },
      getTask: async (_input, extra) => extra.taskStore.getTask(extra.taskId),
      getTaskResult: async (_input, extra) =>
        (await extra.taskStore.getTaskResult(extra.taskId)) as CallToolResult,
    },
  )

  async function follow(taskId: string, asked: CallToolResult): Promise<void> {
    const orderId = asked.structuredContent?.order_id
    if (typeof orderId !== 'string') return finish(taskId, asked)
    await finish(taskId, await orSay(async () => tell(paymentOf(await guard.waitFor(orderId)))))
  }

  /** A task that its client has cancelled meanwhile keeps that end; the order has its own. */
  async function finish(taskId: string, result: CallToolResult): Promise<void> {
    const task = await store.getTask(taskId)
    if (task === null || isTerminal(task.status)) return
    await store.storeTaskResult(taskId, result.isError === true ? 'failed' : 'completed', result)
  }
}
