/**
 * Agents' drivers, each as its own users run it: they open pages, press, and read what is said to them. None of them
 * has a language model; what a model would be told is what `read` gives.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { chromium } from 'playwright-core'
import puppeteer from 'puppeteer-core'
import { startAgent } from '../harness/agent-mcp.ts'
import type { GuardedBrowser } from '../harness/browser.ts'
import { connectCdp } from '../harness/cdp.ts'
import { installed } from './installed.ts'

export interface Driver {
  open(url: string): Promise<void>
  /** Presses the button of that name in the page. Comes back when the driver thinks that it is done. */
  press(name: string): Promise<void>
  /** What the agent is told about the page now. */
  read(): Promise<string>
  close(): Promise<void>
}

export type DriverName = keyof typeof DRIVERS

/** Every agent that attaches from outside the browser. */
export const DRIVERS = {
  'playwright-mcp': playwrightMcp,
  'chrome-devtools-mcp': devtoolsMcp,
  'puppeteer-core': puppeteerCore,
  playwright: playwrightOverCdp,
  'raw CDP': rawCdp,
  'script in the page': scriptInPage,
  'agent-browser': agentBrowser,
} satisfies Record<string, (endpoint: string) => Promise<Driver>>

export function driverOf(guarded: GuardedBrowser, name: DriverName): Promise<Driver> {
  if (guarded.cdpEndpoint === null) throw new Error('agents attach over a debugging port')
  return DRIVERS[name](guarded.cdpEndpoint)
}

/** What a person would read: the title and the rendered text. */
const PAGE_TEXT = "document.title + '\\n' + document.body.innerText"

async function playwrightMcp(cdpEndpoint: string): Promise<Driver> {
  const agent = await startAgent({ cdpEndpoint })
  await agent.call('browser_tabs', { action: 'new' })
  return {
    open: async (url) => void (await agent.navigate(url)),
    press: async (name) => void (await agent.click('button', name)),
    read: () => agent.snapshot(),
    close: () => agent.close(),
  }
}

async function devtoolsMcp(cdpEndpoint: string): Promise<Driver> {
  const root = dirname(createRequire(import.meta.url).resolve('chrome-devtools-mcp/package.json'))
  const client = new Client({ name: 'scripted-agent', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [
        join(root, 'build/src/bin/chrome-devtools-mcp.js'),
        `--browserUrl=${cdpEndpoint}`,
        '--no-usage-statistics',
      ],
      stderr: 'ignore',
    }),
  )
  async function call(name: string, input: Record<string, unknown> = {}): Promise<string> {
    const answer = await client.callTool({ name, arguments: input }, undefined, { timeout: 60_000 })
    const parts = Array.isArray(answer.content) ? (answer.content as { text?: string }[]) : []
    const text = parts.map((part) => part.text ?? '').join('\n')
    if (answer.isError === true) throw new Error(`${name}: ${text}`)
    return text
  }
  let pageId: number | undefined
  const inPage = () => (pageId === undefined ? {} : { pageId })
  return {
    async open(url) {
      const text = await call('new_page', { url })
      const selected = /^(\d+): .*\[selected\]/m.exec(text)?.[1]
      if (selected !== undefined) pageId = Number(selected)
    },
    async press(name) {
      const snapshot = await call('take_snapshot', inPage())
      const uid = new RegExp(`uid=(\\S+) button "${name}"`).exec(snapshot)?.[1]
      if (uid === undefined) throw new Error(`no button "${name}" in:\n${snapshot}`)
      await call('click', { uid, ...inPage() })
    },
    read: () => call('take_snapshot', inPage()),
    close: () => client.close(),
  }
}

async function puppeteerCore(browserURL: string): Promise<Driver> {
  const browser = await puppeteer.connect({ browserURL, defaultViewport: null })
  const page = await browser.newPage()
  return {
    open: async (url) => void (await page.goto(url)),
    press: (name) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click(),
    read: () => page.evaluate(PAGE_TEXT) as Promise<string>,
    close: () => browser.disconnect(),
  }
}

async function playwrightOverCdp(endpoint: string): Promise<Driver> {
  const browser = await chromium.connectOverCDP(endpoint)
  const [context] = browser.contexts()
  if (!context) throw new Error('the browser has no context')
  const page = await context.newPage()
  return {
    open: async (url) => void (await page.goto(url)),
    press: (name) => page.getByRole('button', { name, exact: true }).click(),
    read: () => page.evaluate<string>(PAGE_TEXT),
    close: () => browser.close(),
  }
}

async function cdpTab(endpoint: string) {
  const cdp = await connectCdp(endpoint)
  const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true })
  const session = String(sessionId)
  await cdp.send('Page.enable', {}, session)
  async function evaluate<T>(expression: string): Promise<T> {
    const answer = await cdp.send(
      'Runtime.evaluate',
      { expression, returnByValue: true, awaitPromise: true },
      session,
    )
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails))
    return (answer.result as { value: T }).value
  }
  async function open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      cdp.onEvent((event) => {
        if (event.method === 'Page.loadEventFired' && event.sessionId === session) resolve()
      })
    })
    await cdp.send('Page.navigate', { url }, session)
    await loaded
  }
  const read = () => evaluate<string>(PAGE_TEXT)
  const close = async () => cdp.close()
  return { cdp, session, evaluate, open, read, close }
}

const BUTTON = (name: string) =>
  `[...document.querySelectorAll('button')].find((button) => button.textContent.trim() === ${JSON.stringify(name)})`

async function rawCdp(endpoint: string): Promise<Driver> {
  const tab = await cdpTab(endpoint)
  return {
    ...tab,
    async press(name) {
      const at = await tab.evaluate<{ x: number; y: number }>(
        `(() => { const button = ${BUTTON(name)}; button.scrollIntoView({ block: 'center' }); const box = button.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 } })()`,
      )
      for (const type of ['mousePressed', 'mouseReleased']) {
        const input = { type, ...at, button: 'left', clickCount: 1 }
        await tab.cdp.send('Input.dispatchMouseEvent', input, tab.session)
      }
    },
  }
}

async function scriptInPage(endpoint: string): Promise<Driver> {
  const tab = await cdpTab(endpoint)
  return { ...tab, press: (name) => tab.evaluate<void>(`${BUTTON(name)}.click()`) }
}

/** Its daemon is left to end by itself soon after: it did not start this browser and must not close it. */
async function agentBrowser(endpoint: string): Promise<Driver> {
  const program = installed('agent-browser')
  const run = promisify(execFile)
  const given = ['--cdp', new URL(endpoint).port, '--session', `cg-${randomUUID().slice(0, 8)}`]
  const call = async (...words: string[]) =>
    (await run(program, [...given, '--idle-timeout', '20s', ...words], { timeout: 60_000 })).stdout
  return {
    open: async (url) => void (await call('tab', 'new', url)),
    async press(name) {
      const ref = new RegExp(`button "${name}".*?ref=(e\\d+)`).exec(await call('snapshot', '-i'))?.[1]
      if (ref === undefined) throw new Error(`no button "${name}"`)
      await call('click', `@${ref}`)
    },
    read: async () => `${await call('get', 'title')}\n${await call('snapshot')}`,
    close: async () => {},
  }
}
