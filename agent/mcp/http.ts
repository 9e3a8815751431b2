/**
 * The MCP server over streamable HTTP, for agents that run elsewhere on this machine. The caller's bearer token is the agent
 * token and is passed through, so the process itself holds no authority; a session belongs to the token that began it.
 * Loopback only, and only for callers that name it by a loopback host: a web page that resolves its own name to 127.0.0.1
 * does not.
 */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { consentGuard } from '../sdk/consent-guard.ts'
import { createMcpServer } from './server.ts'

export interface McpHttp {
  url: string
  close(): Promise<void>
}

interface Session {
  transport: StreamableHTTPServerTransport
  owner: Buffer
  usedAt: number
}

const MAX_SESSIONS = 100
/** A client that comes later begins anew; its orders are at the backend and not here. */
const IDLE_MS = 30 * 60_000

export async function serveMcp(options: { backend: string; port: number }): Promise<McpHttp> {
  const sessions = new Map<string, Session>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    const host = request.headers.host ?? ''
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return end(response, 421, 'Wrong host.')
    if (request.headers.origin !== undefined) return end(response, 403, 'Not for web pages.')
    if (token === undefined) return end(response, 401, 'Send the agent token as a bearer token.')
    const id = request.headers['mcp-session-id']
    if (id === undefined) return (await begin(token)).handleRequest(request, response)
    const session = sessions.get(String(id))
    // To another token, the session is not there; a client then begins a new one.
    if (session === undefined || !timingSafeEqual(session.owner, hashOf(token)))
      return end(response, 404, 'No such session.')
    session.usedAt = Date.now()
    await session.transport.handleRequest(request, response)
  }

  /** A transport of its own for a caller without a session; it becomes one once the caller has said hello. */
  async function begin(token: string): Promise<StreamableHTTPServerTransport> {
    forgetIdle()
    const mcp = createMcpServer(consentGuard({ backend: options.backend, token }), { tasks: true })
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, { transport, owner: hashOf(token), usedAt: Date.now() })
      },
      onsessionclosed: (id) => {
        sessions.delete(id)
      },
    })
    // The transport's optional callbacks are typed without `undefined`; the value is the SDK's own.
    await mcp.connect(transport as Parameters<typeof mcp.connect>[0])
    return transport
  }

  function forgetIdle(): void {
    const oldest = [...sessions.entries()].sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [index, [id, session]] of oldest.entries()) {
      const crowded = oldest.length - index >= MAX_SESSIONS
      if (!crowded && Date.now() - session.usedAt < IDLE_MS) return
      sessions.delete(id)
      void session.transport.close()
    }
  }

  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: async () => {
      await Promise.all([...sessions.values()].map(({ transport }) => transport.close()))
      await new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
    },
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(text)
}
