/**
 * How each agent's own browser loads the extension: settings as those tools were found to take them (docs/agents).
 * Branded Chrome ignores --load-extension since 137, so all of these name a Chromium.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export const AGENTS = [
  'playwright-mcp',
  'devtools-mcp',
  'agent-browser',
  'stagehand',
  'browser-use',
  'openclaw',
] as const
export type AgentName = (typeof AGENTS)[number]

export function isAgent(name: unknown): name is AgentName {
  return AGENTS.some((known) => known === name)
}

export interface BrowserChoice {
  /** Folder of the built extension. */
  extension?: string
  chromium?: string
  /** Profile to keep, so that the person activates the guard once. */
  profile?: string
}

/** The settings as text, ready to be saved or pasted. */
export function browserConfig(agent: AgentName, choice: BrowserChoice = {}): string {
  const extension = resolve(choice.extension ?? builtExtension())
  const chromium = choice.chromium ?? '/usr/bin/chromium'
  const profile = choice.profile ?? join(homedir(), '.consent-guard', `${agent}-profile`)
  const load = `--load-extension=${extension}`
  switch (agent) {
    case 'playwright-mcp':
      // Not --isolated: that mode starts the browser with --disable-extensions.
      return json({
        browser: {
          browserName: 'chromium',
          userDataDir: profile,
          launchOptions: { executablePath: chromium, headless: false, chromiumSandbox: true, args: [load] },
        },
      })
    case 'devtools-mcp':
      return json({
        mcpServers: {
          'chrome-devtools': {
            command: 'npx',
            args: [
              '-y',
              'chrome-devtools-mcp@1.11.0',
              `--executablePath=${chromium}`,
              `--userDataDir=${profile}`,
              `--chromeArg=${load}`,
              '--ignoreDefaultChromeArg=--disable-extensions',
            ],
          },
        },
      })
    case 'agent-browser':
      // The variable and not the flag: a later command without the flag restarts the browser without the guard.
      return `export AGENT_BROWSER_EXTENSIONS=${quote(extension)}
# then: agent-browser --executable-path ${quote(chromium)} --profile ${quote(profile)} …
`
    case 'stagehand':
      return `// Stagehand 4: await localBrowser.launch(…)
// Stagehand 3: new Stagehand({ env: 'LOCAL', localBrowserLaunchOptions: … })
${json({
  executablePath: chromium,
  userDataDir: profile,
  ignoreDefaultArgs: ['--disable-extensions'],
  args: [load],
})}`
    case 'browser-use':
      // Its own default extensions would overwrite ours: the last --load-extension wins.
      return `from browser_use import BrowserProfile\n\nprofile = BrowserProfile(\n    executable_path=${JSON.stringify(chromium)},\n    user_data_dir=${JSON.stringify(profile)},\n    enable_default_extensions=False,\n    args=[${JSON.stringify(load)}],\n)\n`
    case 'openclaw':
      return json({ browser: { executablePath: chromium, extraArgs: [load], evaluateEnabled: false } })
  }
}

/** Beside this file in the npm package, where `npm run build` leaves it in the source. */
function builtExtension(): string {
  const packed = join(import.meta.dirname, '..', '..', 'extension', 'chrome-mv3')
  return existsSync(packed) ? packed : join(import.meta.dirname, '..', '..', '.output', 'chrome-mv3')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
