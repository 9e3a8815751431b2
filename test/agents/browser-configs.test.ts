/**
 * The settings that `consent-guard browser --for …` prints, given to the agents that they are for: each starts its own
 * browser with them and presses pay at the demo shop. The guard is there and not switched on yet, so it refuses.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, type TestContext } from 'vitest'
import type { AgentName } from '../../agent/browser/config.ts'
import { builtExtension } from '../harness/browser.ts'
import { chromiumPath, PLAIN_ARGS } from '../harness/chromium.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'
import {
  type Driver,
  driveAgentBrowser,
  driveDevtoolsMcp,
  drivePlaywrightMcp,
  driveStagehand,
  stagehandSdk,
} from './drivers.ts'
import { installed, installedPackage, NotInstalled } from './installed.ts'

const CLI = join(import.meta.dirname, '..', '..', 'agent', 'cli.ts')
const FLAGS = [...PLAIN_ARGS, '--headless=new']

let shop: RunningShop
let folder: string
let driver: Driver | null = null

beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop?.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cg-config-'))
})
afterEach(async () => {
  await driver?.close()
  driver = null
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

function printed(agent: AgentName): string {
  const options = [
    '--extension',
    builtExtension(),
    '--chromium',
    chromiumPath(),
    '--profile',
    join(folder, 'profile'),
  ]
  return execFileSync(process.execPath, [CLI, 'browser', '--for', agent, ...options], { encoding: 'utf8' })
}

/** What follows the lines of comment. */
const jsonOf = (text: string): unknown => JSON.parse(text.replace(/^\/\/.*$/gm, ''))

/** Presses pay until the guard has answered: its worker may still be on its way in a browser that has just started. */
async function isRefused(agent: Driver): Promise<void> {
  driver = agent
  await agent.open(`${shop.url}/buy/teapot?via=fetch-json&quantity=1`)
  await agent.press('Place order')
  await expect.poll(() => agent.read(), { timeout: 20_000 }).toMatch(/not (switched )?on|Payment stopped/i)
  expect(await shop.orders()).toEqual([])
}

function orSkip<T>(context: TestContext, find: () => T): T {
  try {
    return find()
  } catch (error) {
    return context.skip(error instanceof NotInstalled ? error.message : String(error))
  }
}

it('playwright-mcp', async () => {
  const config = jsonOf(printed('playwright-mcp')) as {
    browser: { launchOptions: { headless: boolean; chromiumSandbox: boolean; args: string[] } }
  }
  const { launchOptions } = config.browser
  Object.assign(launchOptions, { headless: true, chromiumSandbox: process.getuid?.() !== 0 })
  launchOptions.args.push(...PLAIN_ARGS)
  const path = join(folder, 'config.json')
  await writeFile(path, JSON.stringify(config))
  await isRefused(await drivePlaywrightMcp(['--config', path]))
})

it('devtools-mcp', async () => {
  const config = jsonOf(printed('devtools-mcp')) as { mcpServers: Record<string, { args: string[] }> }
  // The program itself instead of `npx -y NAME`.
  const [, , ...args] = config.mcpServers['chrome-devtools']?.args ?? []
  await isRefused(await driveDevtoolsMcp([...args, ...FLAGS.map((flag) => `--chromeArg=${flag}`)]))
})

it('stagehand', async (context) => {
  orSkip(context, () => installedPackage('@browserbasehq/stagehand', 'dist/index.mjs'))
  const options = jsonOf(printed('stagehand')) as { args: string[] }
  const { localBrowser } = await stagehandSdk()
  const browser = await localBrowser.launch({ ...options, args: [...options.args, ...FLAGS] })
  const agent = await driveStagehand(browser)
  await isRefused({ ...agent, close: () => agent.close().then(() => browser.close()) })
})

it('agent-browser', async (context) => {
  const program = orSkip(context, () => installed('agent-browser'))
  if (process.env.DISPLAY === undefined) orSkip(context, () => installed('Xvfb'))
  const text = printed('agent-browser')
  const [, extension = ''] = /EXTENSIONS='(.*)'/.exec(text) ?? []
  const [, options = ''] = /agent-browser (--executable-path.*) …/.exec(text) ?? []
  const env = {
    ...process.env,
    AGENT_BROWSER_EXTENSIONS: extension,
    AGENT_BROWSER_ARGS: PLAIN_ARGS.join(','),
  }
  const given = [...options.matchAll(/'(.*?)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const session = ['--session', `cg-${process.pid}`]
  const agent = driveAgentBrowser(program, [...session, ...given], env)
  const close = () => promisify(execFile)(program, [...session, 'close'], { env }).then(() => {})
  await isRefused({ ...agent, open: (url) => agent.goto(url), close })
})
