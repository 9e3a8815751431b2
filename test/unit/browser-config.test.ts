import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AGENTS, browserConfig } from '../../agent/browser/config.ts'

const CHOICE = { extension: '/opt/guard dir', chromium: '/usr/bin/chromium', profile: '/home/me/profile' }

describe.each(AGENTS)('settings for %s', (agent) => {
  test('name the extension, and keep extensions switched on', () => {
    const text = browserConfig(agent, CHOICE)
    expect(text).toContain('/opt/guard dir')
    expect(text).not.toContain('"--disable-extensions=')
    expect(text).not.toContain('--isolated')
  })
})

test('are what the command prints', () => {
  const cli = join(import.meta.dirname, '..', '..', 'agent', 'cli.ts')
  const printed = execFileSync(
    process.execPath,
    [cli, 'browser', '--for', 'playwright-mcp', '--extension', CHOICE.extension],
    { encoding: 'utf8' },
  )
  const config = JSON.parse(printed) as { browser: { launchOptions: { args: string[] } } }
  expect(config.browser.launchOptions.args).toEqual([`--load-extension=${CHOICE.extension}`])
})

test('an unknown agent gets the usage, not a guess', () => {
  const cli = join(import.meta.dirname, '..', '..', 'agent', 'cli.ts')
  expect(() =>
    execFileSync(process.execPath, [cli, 'browser', '--for', 'somebody'], { stdio: 'pipe' }),
  ).toThrow(/Usage/)
})
