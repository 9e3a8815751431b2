/**
 * A scripted agent: `@playwright/mcp` over stdio, driven through MCP as a language model would drive it, without one.
 * It reads pages by their accessibility snapshot and knows only what a model would be told.
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { chromiumPath, PLAIN_ARGS } from './chromium.ts'

export interface ToolAnswer {
  text: string
  isError: boolean
}

export interface Agent {
  navigate(url: string): Promise<ToolAnswer>
  /** Accessibility snapshot of the current tab, as text. */
  snapshot(): Promise<string>
  /** Clicks the first element of that role whose name is, or matches, `name`. */
  click(role: string, name: string | RegExp): Promise<ToolAnswer>
  type(role: string, name: string | RegExp, text: string): Promise<ToolAnswer>
  /** Headings and buttons that speak of a payment, and the page's title: what an agent understands of a hold. */
  status(): Promise<{ title: string; url: string; lines: string[] }>
  /** Any other tool, by its name. */
  call(tool: string, input?: Record<string, unknown>): Promise<ToolAnswer>
  tools(): Promise<string[]>
  close(): Promise<void>
}

export type AgentBrowser =
  /** Attaches to a browser that runs already. */
  | { cdpEndpoint: string }
  /** Starts its own, with the guard loaded, as docs/agents describes it. */
  | { extensionDir: string; headless: boolean; userDataDir?: string; cdpPort?: number }

export async function startAgent(browser: AgentBrowser): Promise<Agent> {
  if ('cdpEndpoint' in browser) return startAgentWith(['--cdp-endpoint', browser.cdpEndpoint])
  const folder = await mkdtemp(join(tmpdir(), 'consent-guard-agent-'))
  return startAgentWith(['--config', await writeConfig(folder, browser)])
}

/** `args`: of its program. */
export async function startAgentWith(args: string[]): Promise<Agent> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/mcp/package.json')), 'cli.js')
  const output = await mkdtemp(join(tmpdir(), 'consent-guard-agent-'))
  const client = new Client({ name: 'scripted-agent', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [cli, ...args, '--output-dir', output],
      stderr: 'ignore',
    }),
  )

  async function call(tool: string, input: Record<string, unknown> = {}): Promise<ToolAnswer> {
    const answer = await client.callTool({ name: tool, arguments: input }, undefined, { timeout: 60_000 })
    const parts = Array.isArray(answer.content) ? (answer.content as { type: string; text?: string }[]) : []
    return { text: parts.map((part) => part.text ?? '').join('\n'), isError: answer.isError === true }
  }

  async function snapshot(): Promise<string> {
    return (await call('browser_snapshot')).text
  }

  async function find(role: string, name: string | RegExp): Promise<{ ref: string; element: string }> {
    const text = await snapshot()
    const found = elementsOf(text).find(
      (element) =>
        element.role === role &&
        (typeof name === 'string' ? element.name === name : name.test(element.name)) &&
        element.ref !== null,
    )
    if (!found || found.ref === null) throw new Error(`The agent sees no ${role} "${name}" in:\n${text}`)
    return { ref: found.ref, element: `${role} "${found.name}"` }
  }

  return {
    call,
    snapshot,
    navigate: (url) => call('browser_navigate', { url }),
    async click(role, name) {
      const { ref, element } = await find(role, name)
      return call('browser_click', { element, target: ref })
    },
    async type(role, name, text) {
      const { ref, element } = await find(role, name)
      return call('browser_type', { element, target: ref, text })
    },
    async status() {
      const text = await snapshot()
      const lines = elementsOf(text)
        .filter((element) => element.role === 'heading' || element.role === 'button')
        .map((element) => element.name)
        .filter((name) => /payment|paid|order|approved|press/i.test(name))
      return {
        title: /Page Title: (.*)/.exec(text)?.[1] ?? '',
        url: /Page URL: (.*)/.exec(text)?.[1] ?? '',
        lines,
      }
    },
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    close: () => client.close(),
  }
}

interface Seen {
  role: string
  name: string
  ref: string | null
}

/** `- button "Place order" [ref=e12] [cursor=pointer]` lines of a snapshot. */
function elementsOf(snapshot: string): Seen[] {
  return [...snapshot.matchAll(/^\s*- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?([^\n]*)$/gm)].map((match) => ({
    role: match[1] ?? '',
    name: (match[2] ?? '').replaceAll('\\"', '"'),
    ref: /\[ref=(\w+)\]/.exec(match[3] ?? '')?.[1] ?? null,
  }))
}

async function writeConfig(
  folder: string,
  browser: Extract<AgentBrowser, { extensionDir: string }>,
): Promise<string> {
  const path = join(folder, 'playwright-mcp.json')
  const config = {
    browser: {
      browserName: 'chromium',
      userDataDir: browser.userDataDir ?? join(folder, 'profile'),
      launchOptions: {
        executablePath: chromiumPath(),
        headless: browser.headless,
        chromiumSandbox: false,
        args: [
          ...PLAIN_ARGS,
          `--load-extension=${browser.extensionDir}`,
          ...(browser.cdpPort === undefined ? [] : [`--remote-debugging-port=${browser.cdpPort}`]),
        ],
      },
    },
  }
  await writeFile(path, JSON.stringify(config))
  return path
}
