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
import { startAgentWith, type ToolAnswer } from '../harness/agent-mcp.ts'
import type { GuardedBrowser } from '../harness/browser.ts'
import { connectCdp } from '../harness/cdp.ts'
import { installed, installedPackage } from './installed.ts'

export interface Driver {
  open(url: string): Promise<void>
  /** Presses the button of that name in the page. Comes back when the driver thinks that it is done. */
  press(name: string): Promise<void>
  /** What the agent is told about the page now. */
  read(): Promise<string>
  /** Runs an expression in the page and gives its value as JSON text. */
  script(expression: string): Promise<string>
  /** Commands of the DevTools protocol to the page, for agents that hand them through. */
  protocol: ((method: string, params?: object) => Promise<unknown>) | null
  /** Which checkout of the shop it uses; absent: the first. */
  via?: 'full-page'
  /** The same agent in a tab of its own; absent: another client may connect. */
  another?(): Promise<Driver>
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
  'WebMCP tool of the shop': webMcp,
  'agent-browser': agentBrowser,
  stagehand,
} satisfies Record<string, (endpoint: string) => Promise<Driver>>

export function driverOf(guarded: GuardedBrowser, name: DriverName): Promise<Driver> {
  if (guarded.cdpEndpoint === null) throw new Error('agents attach over a debugging port')
  return DRIVERS[name](guarded.cdpEndpoint)
}

/** What a person would read: the title and the rendered text. */
const PAGE_TEXT = "document.title + '\\n' + document.body.innerText"

/** Any expression, also one that gives a promise, as one that gives text. */
const asText = (expression: string) => `(async () => JSON.stringify((await (${expression})) ?? null))()`

async function playwrightMcp(cdpEndpoint: string): Promise<Driver> {
  return drivePlaywrightMcp(['--cdp-endpoint', cdpEndpoint])
}

/** `args`: of its program. */
export async function drivePlaywrightMcp(args: string[]): Promise<Driver> {
  const agent = await startAgentWith(args)
  await agent.call('browser_tabs', { action: 'new' })
  return {
    open: async (url) => void (await agent.navigate(url)),
    press: async (name) => void (await agent.click('button', name)),
    read: () => agent.snapshot(),
    script: (expression) =>
      evaluated(agent.call('browser_evaluate', { function: `() => ${asText(expression)}` })),
    protocol: (method, params = {}) =>
      evaluated(
        agent.call('browser_run_code_unsafe', {
          // One session a page: what a session has switched on ends with it.
          code: `async (page) => { const session = page.cg ??= await page.context().newCDPSession(page); return JSON.stringify(await session.send(${JSON.stringify(method)}, ${JSON.stringify(params)})) }`,
        }),
      ),
    close: () => agent.close(),
  }
}

/** The result of a tool that runs script, out of the words around it. */
async function evaluated(answer: Promise<ToolAnswer>): Promise<string> {
  const { text, isError } = await answer
  if (isError) throw new Error(text)
  return String(JSON.parse(/### Result\n(.*)/.exec(text)?.[1] ?? '""'))
}

async function devtoolsMcp(cdpEndpoint: string): Promise<Driver> {
  return driveDevtoolsMcp([`--browserUrl=${cdpEndpoint}`])
}

/** `options`: of its program. */
export async function driveDevtoolsMcp(options: string[]): Promise<Driver> {
  const root = dirname(createRequire(import.meta.url).resolve('chrome-devtools-mcp/package.json'))
  const client = new Client({ name: 'scripted-agent', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(root, 'build/src/bin/chrome-devtools-mcp.js'), ...options, '--no-usage-statistics'],
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
    async script(expression) {
      const text = await call('evaluate_script', { function: `() => ${asText(expression)}`, ...inPage() })
      return String(JSON.parse(/```json\n(.*)\n```/.exec(text)?.[1] ?? '""'))
    },
    protocol: null,
    close: () => client.close(),
  }
}

async function puppeteerCore(browserURL: string): Promise<Driver> {
  const browser = await puppeteer.connect({ browserURL, defaultViewport: null })
  const page = await browser.newPage()
  const session = await page.createCDPSession()
  return {
    open: async (url) => void (await page.goto(url)),
    press: (name) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click(),
    read: () => page.evaluate(PAGE_TEXT) as Promise<string>,
    script: (expression) => page.evaluate(asText(expression)) as Promise<string>,
    protocol: (method, params) => session.send(method as never, params as never),
    close: () => browser.disconnect(),
  }
}

async function playwrightOverCdp(endpoint: string): Promise<Driver> {
  const browser = await chromium.connectOverCDP(endpoint)
  const [context] = browser.contexts()
  if (!context) throw new Error('the browser has no context')
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  return {
    open: async (url) => void (await page.goto(url)),
    press: (name) => page.getByRole('button', { name, exact: true }).click(),
    read: () => page.evaluate<string>(PAGE_TEXT),
    script: (expression) => page.evaluate<string>(asText(expression)),
    protocol: (method, params) => session.send(method as never, params as never),
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
  const script = (expression: string) => evaluate<string>(asText(expression))
  const protocol = (method: string, params?: object) => cdp.send(method, params, session)
  const close = async () => cdp.close()
  return { cdp, session, evaluate, open, read, script, protocol, close }
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
  return { ...tab, protocol: null, press: (name) => tab.evaluate<void>(`${BUTTON(name)}.click()`) }
}

/** Calls the tool that the shop's form is, as a browser's own agent does; the form submits itself. */
async function webMcp(endpoint: string): Promise<Driver> {
  const tab = await cdpTab(endpoint)
  await tab.protocol('WebMCP.enable')
  return {
    ...tab,
    protocol: null,
    via: 'full-page',
    async press(name) {
      if ((await tab.evaluate<number>("document.querySelectorAll('form[toolname]').length")) === 0) {
        return tab.evaluate<void>(`${BUTTON(name)}.click()`)
      }
      const { frameTree } = (await tab.protocol('Page.getFrameTree')) as {
        frameTree: { frame: { id: string } }
      }
      await tab.protocol('WebMCP.invokeTool', {
        frameId: frameTree.frame.id,
        toolName: 'place_order',
        input: {},
      })
    },
  }
}

async function agentBrowser(endpoint: string): Promise<Driver> {
  const options = ['--cdp', new URL(endpoint).port, '--session', `cg-${randomUUID().slice(0, 8)}`]
  // Its daemon is left to end by itself soon after: it did not start this browser and must not close it.
  return driveAgentBrowser(installed('agent-browser'), [...options, '--idle-timeout', '20s'], process.env)
}

export function driveAgentBrowser(
  program: string,
  options: string[],
  env: NodeJS.ProcessEnv,
): Driver & { goto(url: string): Promise<void> } {
  const run = promisify(execFile)
  const call = async (...words: string[]) =>
    (await run(program, [...options, ...words], { timeout: 60_000, env })).stdout
  return {
    open: async (url) => void (await call('tab', 'new', url)),
    goto: async (url) => void (await call('open', url)),
    async press(name) {
      const ref = new RegExp(`button "${name}".*?ref=(e\\d+)`).exec(await call('snapshot', '-i'))?.[1]
      if (ref === undefined) throw new Error(`no button "${name}"`)
      await call('click', `@${ref}`)
    },
    read: async () => `${await call('get', 'title')}\n${await call('snapshot')}`,
    script: async (expression) => String(JSON.parse(await call('eval', asText(expression)))),
    protocol: null,
    close: async () => {},
  }
}

/** As much of Stagehand as is used here; it is installed beside the project and not in it. */
interface StagehandPage {
  goto(url: string): Promise<unknown>
  locator(selector: string): { click(): Promise<void> }
  click(x: number, y: number): Promise<void>
  evaluate<T>(expression: string): Promise<T>
  snapshot(): Promise<{ formattedTree: string }>
  title(): Promise<string>
}
interface StagehandBrowser {
  context: { newPage(): Promise<StagehandPage> }
  /** Leaves the browser open. */
  disconnect(): Promise<void>
}
interface StagehandSdk {
  localBrowser: {
    connect(options: { cdpUrl: string }): Promise<StagehandBrowser>
    launch(options: object): Promise<StagehandBrowser & { close(): Promise<void> }>
  }
  Stagehand: {
    create(options: object): Promise<{ close(): Promise<void> }>
  }
}

export const stagehandSdk = async () =>
  (await import(installedPackage('@browserbasehq/stagehand', 'dist/index.mjs'))) as StagehandSdk

async function stagehand(endpoint: string): Promise<Driver> {
  const browser = await (await stagehandSdk()).localBrowser.connect({ cdpUrl: endpoint })
  const driver = await driveStagehand(browser)
  const close = () => driver.close().finally(() => browser.disconnect())
  // A browser takes one client of it.
  return { ...driver, another: () => stagehandTab(browser), close }
}

/** What `act` does once its model has found the selector: a locator's click. */
export async function driveStagehand(browser: StagehandBrowser): Promise<Driver> {
  const agent = await (await stagehandSdk()).Stagehand.create({ browser, selfHeal: false })
  return { ...(await stagehandTab(browser)), close: () => agent.close() }
}

async function stagehandTab(browser: StagehandBrowser): Promise<Driver> {
  const page = await browser.context.newPage()
  return {
    open: async (url) => void (await page.goto(url)),
    async press(name) {
      const point = await page.evaluate<[number, number] | null>(`(() => {
        if (location.protocol !== 'chrome-extension:') return null
        const { x, y, width, height } = ${BUTTON(name)}.getBoundingClientRect()
        return [x + width / 2, y + height / 2]
      })()`)
      // Its locators find no world for their helpers in another extension's page; its computer use presses at a point.
      if (point !== null) return page.click(...point)
      await page.locator(`xpath=//button[normalize-space()="${name}"]`).click()
    },
    read: async () => `${await page.title()}\n${(await page.snapshot()).formattedTree}`,
    script: (expression) => page.evaluate<string>(asText(expression)),
    protocol: null,
    close: async () => {},
  }
}
