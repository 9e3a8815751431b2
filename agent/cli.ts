#!/usr/bin/env node
/**
 * consent-guard mcp [--http PORT]          the MCP server; over stdio, or over HTTP on this machine
 * consent-guard browser --for AGENT        the settings that load the extension in that agent's browser
 * consent-guard verify BUNDLE.json         checks an exported evidence bundle, offline
 * consent-guard backend [--port N] …       the payments backend
 *
 * Settings: CONSENT_GUARD_URL (payments backend), CONSENT_GUARD_TOKEN (agent token that the person made).
 */
import { parseArgs } from 'node:util'
import { AGENTS, browserConfig, isAgent } from './browser/config.ts'

const USAGE = `Usage:
  consent-guard mcp [--http PORT]
  consent-guard browser --for ${AGENTS.join('|')} [--extension DIR] [--chromium PATH] [--profile DIR]
  consent-guard verify BUNDLE.json [--device-key THUMBPRINT] [--receipt-key THUMBPRINT] [--all]
  consent-guard backend [--port N] [--host HOST] [--data DIR] [--public-origin URL]
  consent-guard backend --activation-code [LABEL] | --merchant NAME ORIGIN | --operator [LABEL]`

const [command] = process.argv.slice(2)
if (process.argv.includes('--help') || command === 'help') {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}
// Each command loads its own code only: MCP clients give a server as little as five seconds to start.
// These two read their own options.
if (command === 'verify') {
  const { verifyCommand } = await import('./cli/verify.ts')
  process.exit(await verifyCommand(process.argv.slice(3)))
}
if (command === 'backend') {
  process.argv.splice(2, 1)
  await import('../backend/main.ts')
  await new Promise(() => {})
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    http: { type: 'string' },
    for: { type: 'string' },
    extension: { type: 'string' },
    chromium: { type: 'string' },
    profile: { type: 'string' },
  },
})

switch (positionals[0]) {
  case 'mcp':
    await runMcp()
    break
  case 'browser':
    printBrowser()
    break
  default:
    fail(USAGE)
}

async function runMcp(): Promise<void> {
  const backend = process.env.CONSENT_GUARD_URL ?? 'http://127.0.0.1:4870'
  if (values.http !== undefined) {
    const port = Number(values.http)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--http ${values.http} is not a port.`)
    const { serveMcp } = await import('./mcp/http.ts')
    const served = await serveMcp({ backend, port })
    process.stderr.write(`Consent Guard MCP at ${served.url}; send the agent token as a bearer token.\n`)
    return
  }
  const token = process.env.CONSENT_GUARD_TOKEN
  if (token === undefined || token === '') {
    fail(
      'CONSENT_GUARD_TOKEN is missing. The person makes an agent token in Consent Guard; it can ask, never approve.',
    )
  }
  const [{ StdioServerTransport }, { createMcpServer }, { consentGuard }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/stdio.js'),
    import('./mcp/server.ts'),
    import('./sdk/consent-guard.ts'),
  ])
  await createMcpServer(consentGuard({ backend, token }), { tasks: true }).connect(new StdioServerTransport())
}

function printBrowser(): void {
  const agent = values.for
  if (!isAgent(agent)) fail(USAGE)
  process.stdout.write(
    browserConfig(agent, {
      ...(values.extension === undefined ? {} : { extension: values.extension }),
      ...(values.chromium === undefined ? {} : { chromium: values.chromium }),
      ...(values.profile === undefined ? {} : { profile: values.profile }),
    }),
  )
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(2)
}
