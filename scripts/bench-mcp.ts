/**
 * What the MCP server adds to the backend's own answer: one order is read by a plain request, by the tool over stdio and
 * by the tool over HTTP, in turn, so that all three see the same machine. Run: npm run bench:mcp
 */
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { serveMcp } from '../agent/mcp/http.ts'
import { agentOf, anOrderRequest } from '../test/backend/agent.ts'
import { activate } from '../test/backend/device.ts'
import { runBackend } from '../test/backend/running.ts'
import type { OrderAnswer } from '../utils/contract/orders.ts'
import { report } from './figures.ts'

const ROUNDS = 300
const WARM_UP = 30
const TARGET_MS = 5

const backend = await runBackend()
const device = await activate(backend.url, await backend.issueActivationCode())
const agent = await agentOf(backend.url, device)
const { body: order } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())

const stdio = new Client({ name: 'bench', version: '1.0.0' })
await stdio.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [join(import.meta.dirname, '..', 'agent', 'cli.ts'), 'mcp'],
    env: { CONSENT_GUARD_URL: backend.url, CONSENT_GUARD_TOKEN: agent.token, PATH: process.env.PATH ?? '' },
  }),
)
const served = await serveMcp({ backend: backend.url, port: 0 })
const http = new Client({ name: 'bench', version: '1.0.0' })
const transport = new StreamableHTTPClientTransport(new URL(served.url), {
  requestInit: { headers: { authorization: `Bearer ${agent.token}` } },
})
await http.connect(transport as Parameters<typeof http.connect>[0])

const tool = { name: 'get_payment', arguments: { order_id: order.order_id } }
const ways = {
  backend: () => agent.get(`/v1/orders/${order.order_id}`),
  stdio: () => stdio.callTool(tool),
  http: () => http.callTool(tool),
}
const taken: Record<keyof typeof ways, number[]> = { backend: [], stdio: [], http: [] }
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways) as [keyof typeof ways, () => Promise<unknown>][]) {
    const start = performance.now()
    await way()
    if (round >= 0) taken[name].push(performance.now() - start)
  }
}
await Promise.all([stdio.close(), http.close()])
await served.close()
await backend.close()

const at = (times: number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN
const own = at(taken.backend, 0.5)
report([
  {
    what: 'MCP over stdio, beyond the backend’s own answer',
    value: at(taken.stdio, 0.5) - own,
    unit: 'ms',
    atMost: TARGET_MS,
  },
  {
    what: 'MCP over HTTP, beyond the backend’s own answer',
    value: at(taken.http, 0.5) - own,
    unit: 'ms',
    atMost: TARGET_MS,
  },
  { what: 'the backend’s own answer', value: own, unit: 'ms' },
])
