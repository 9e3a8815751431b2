/**
 * The MCP server over streamable HTTP, for agents that run elsewhere on this machine. Stateless; the caller's bearer
 * token is the agent token and is passed through, so the process itself holds no authority. Loopback only, and only
 * for callers that name it by a loopback host: a web page that resolves its own name to 127.0.0.1 does not.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { consentGuard } from '../sdk/consent-guard.ts'
import { createMcpServer } from './server.ts'

export interface McpHttp {
  url: string
  close(): Promise<void>
}

export async function serveMcp(options: { backend: string; port: number }): Promise<McpHttp> {
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
    const mcp = createMcpServer(consentGuard({ backend: options.backend, token }))
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: false })
    response.on('close', () => void mcp.close())
    // The transport's optional callbacks are typed without `undefined`; the value is the SDK's own.
    await mcp.connect(transport as Parameters<typeof mcp.connect>[0])
    await transport.handleRequest(request, response)
  }

  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(text)
}
