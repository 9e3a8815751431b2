/**
 * The packages for agents as their hosts run them: the Claude Code hook as a process, the Hermes plugin in Python, and
 * each vendor's own validator where it is installed (on PATH, or in folders of `CG_VENDORS`).
 */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { setupsFor } from '../../components/agents/setups.ts'
import type { OrderAnswer } from '../../utils/contract/orders.ts'
import { type AgentClient, agentOf, anOrderRequest } from '../backend/agent.ts'
import { activate, type TestDevice } from '../backend/device.ts'
import { runBackend, type TestBackend } from '../backend/running.ts'
import { installed, NotInstalled } from './installed.ts'

const run = promisify(execFile)
const PACKAGES = join(import.meta.dirname, '..', '..', 'agent', 'packages')
const CLAUDE = join(PACKAGES, 'claude-code')

let backend: TestBackend
let device: TestDevice
let agent: AgentClient
let folder: string

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  agent = await agentOf(backend.url, device)
  folder = await mkdtemp(join(tmpdir(), 'cg-packages-'))
})
afterAll(async () => {
  await backend?.close()
  await rm(folder, { recursive: true, force: true })
})

/** An order that the person has agreed to, paid. */
async function paidOrder(): Promise<OrderAnswer> {
  const { body: order } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
  await device.pay(order.order, { claims: { rail: 'wallet' } })
  for (let now = order; ; ) {
    if (now.state === 'settled') return now
    now = (await agent.get<OrderAnswer>(`/v1/orders/${order.order_id}?wait_s=10&version=${now.version}`)).body
  }
}

function settings(url = backend.url) {
  return {
    PATH: process.env.PATH ?? '',
    CONSENT_GUARD_URL: url,
    CONSENT_GUARD_TOKEN: agent.token,
    CONSENT_GUARD_USED: join(folder, 'used'),
  }
}

/** What the hook says about a call: null where it says nothing. */
async function hook(input: unknown, env: Record<string, string> = settings()): Promise<string | null> {
  const child = spawn(process.execPath, [join(CLAUDE, 'hooks', 'refuse-unconsented.mjs')], { env })
  child.stdin.end(typeof input === 'string' ? input : JSON.stringify(input))
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  if (text === '') return null
  const { hookSpecificOutput: said } = JSON.parse(text) as {
    hookSpecificOutput: { permissionDecision: string; permissionDecisionReason: string }
  }
  expect(said.permissionDecision).toBe('deny')
  return said.permissionDecisionReason
}

const STRIPE = 'mcp__stripe__create_payment_intent'

describe('the Claude Code hook', () => {
  it.each([
    ['mcp__playwright__browser_click', { element: 'Pay' }],
    ['mcp__plugin_consent-guard_consent-guard__request_payment', { total: '1.00' }],
    ['Bash', { command: 'npm test' }],
  ])('says nothing about %s', async (tool_name, tool_input) => {
    expect(await hook({ tool_name, tool_input })).toBeNull()
  })

  it.each([
    [STRIPE, { amount: 4999, currency: 'eur' }],
    ['Bash', { command: 'curl -X POST https://api.stripe.com/v1/payment_intents -d amount=4999' }],
  ])('refuses %s without consent, and says what to do', async (tool_name, tool_input) => {
    expect(await hook({ tool_name, tool_input })).toContain('Ask with request_payment')
  })

  it('lets a call pass once that names an order that was agreed to, for its amount and currency', async () => {
    const { order_id } = await paidOrder()
    const call = (input: Record<string, unknown>, tool_name = STRIPE) => ({
      tool_name,
      tool_input: { amount: 4999, currency: 'eur', metadata: { order: order_id }, ...input },
    })
    expect(await hook(call({ amount: 5999 }))).toContain('amount')
    expect(await hook(call({ currency: 'kwd' }))).toContain('currency')
    expect(await hook(call({ currency: undefined }))).toContain('currency')
    expect(await hook(call({ quantity: 100 }))).toContain('more than once')
    expect(await hook(call({ also: [{ amount: 4999 }, { amount: 4999 }] }))).toContain('more than once')
    expect(await hook(call({ application_fee_amount: 100 }))).toContain('amount')
    expect(await hook(call({ note: 'wor_aaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbb' }))).toContain(
      'more than one',
    )
    // To a tool that counts whole units, 4999 is a hundred times as much.
    expect(await hook(call({}, 'mcp__paypal__create_order'))).toContain('amount')
    expect(await hook(call({}), settings('http://127.0.0.1:9'))).toContain('does not answer')
    expect(await hook(call({}))).toBeNull()
    expect(await hook(call({}))).toContain('used for another call')
  })

  it('reads a command like any other call, and refuses one that does a second thing', async () => {
    const { order_id } = await paidOrder()
    const bash = (command: string) => hook({ tool_name: 'Bash', tool_input: { command } })
    const curl = `curl https://api.stripe.com/v1/payment_intents -d amount=4999 -d currency=eur -d metadata[o]=${order_id}`
    for (const twice of [`${curl}; ${curl}`, `${curl} https://api.stripe.com/v1/charges`, `watch ${curl}`])
      expect(await bash(twice)).toContain('more than one thing')
    expect(await bash(curl.replace('4999', '14999'))).toContain('amount')
    expect(await bash(curl)).toBeNull()
    expect(await bash('rm -r ~/.consent-guard/used-orders')).toContain('no order')
  })

  it('refuses an order that nobody has agreed to, one of somebody else, and what it cannot read', async () => {
    const { body } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
    const call = (order: string) => ({ tool_name: STRIPE, tool_input: { amount: 4999, order } })
    expect(await hook(call(body.order_id))).toContain('requested')
    expect(await hook(call('wor_aaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbb'))).toContain('does not know')
    expect(await hook('{')).toContain('could not be read')
    expect(await hook({ tool_input: {} })).toContain('could not be read')
  })

  it('blocks where it cannot run at all: exit code 2, by the command of its own settings', async () => {
    const file = await readFile(join(CLAUDE, 'hooks', 'hooks.json'), 'utf8')
    const { hooks } = JSON.parse(file) as { hooks: { PreToolUse: { hooks: { command: string }[] }[] } }
    const command = hooks.PreToolUse[0]?.hooks[0]?.command ?? ''
    const sh = (root: string) =>
      run('sh', ['-c', command], { env: { ...settings(), CLAUDE_PLUGIN_ROOT: root } }).catch(
        (error: { code: number; stderr: string }) => error,
      )
    expect(await sh(join(folder, 'nowhere'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('could not run'),
    })
  })
})

describe('the Hermes plugin', () => {
  const PYTHON = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("plugin", sys.argv[1])
plugin = importlib.util.module_from_spec(spec); spec.loader.exec_module(plugin)
class Context:
    transports = {}; hooks = {}
    def register_approval_transport(self, name, present): self.transports[name] = present
    def register_hook(self, name, callback): self.hooks[name] = callback
class Request:
    request_id = "r"; description = "a payment"; timeout_seconds = 20; allowed_choices = ("once", "session", "deny")
    def __init__(self, command): self.command = command
    def respond(self, choice): return choice
context = Context(); plugin.register(context)
what, text = sys.argv[2], sys.argv[3]
try:
    approve = lambda: context.transports["consent-guard"](Request(text))
    hook = lambda name, args: context.hooks["pre_tool_call"](tool_name=name, args=args)
    said = approve() if what == "approval" else [hook("terminal", {"command": text}), approve(), approve()] if what == "both" else hook(what, json.loads(text))
    print(json.dumps(said))
except Exception as error:
    print(json.dumps(type(error).__name__))
`
  async function python(context: TestContext, what: string, text: string): Promise<unknown> {
    const path = join(PACKAGES, 'hermes', 'plugin', '__init__.py')
    try {
      await run('python3', ['--version'])
    } catch {
      context.skip('skipped, because there is no python3')
    }
    const { stdout } = await run('python3', ['-B', '-c', PYTHON, path, what, text], { env: settings() })
    return JSON.parse(stdout)
  }

  const paying = (orderId: string, amount = '4999') =>
    `curl https://api.stripe.com/v1/charges -d amount=${amount} -d currency=eur -d metadata[o]=${orderId}`

  it('answers an approval with the person’s decision, once, as soon as it is made', async (context) => {
    const { body } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
    const waiting = python(context, 'approval', paying(body.order_id))
    await device.pay(body.order, { claims: { rail: 'wallet' } })
    expect(await waiting).toBe('once')
    expect(await python(context, 'approval', paying(body.order_id))).toBe('deny')
  })

  it('denies what the person rejected, what nobody knows and another amount, and leaves the rest to Hermes', async (context) => {
    const { body } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
    await device.request('POST', `/v1/orders/${body.order_id}/reject`, {})
    expect(await python(context, 'approval', paying(body.order_id))).toBe('deny')
    expect(await python(context, 'approval', paying('wor_aaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbb'))).toBe(
      'deny',
    )
    const { order_id } = await paidOrder()
    expect(await python(context, 'approval', paying(order_id, '499900'))).toBe('deny')
    // An order that was agreed to is no permission for anything else.
    expect(await python(context, 'approval', `rm -rf / # ${order_id}`)).toBe('NotAPayment')
    expect(await python(context, 'approval', 'rm -rf build')).toBe('NotAPayment')
  })

  it('blocks a payment tool without consent and no other', async (context) => {
    const input = '{"amount": 4999}'
    for (const tool of ['mcp__stripe__create_payment_intent', 'mcp__evil__pay_consent_guard']) {
      expect(await python(context, tool, input)).toMatchObject({ action: 'block' })
    }
    expect(await python(context, 'mcp__consent_guard__request_payment', '{}')).toBeNull()
    expect(await python(context, 'terminal', '{"command": "ls"}')).toBeNull()
  })

  it('asks about a paying command twice, hook and approval, and uses its order once', async (context) => {
    const { order_id } = await paidOrder()
    expect(await python(context, 'both', paying(order_id))).toEqual([null, 'once', 'deny'])
  })
})

describe('one skill', () => {
  it('in every package', async () => {
    const skills = await Promise.all(
      [join(CLAUDE, 'skills', 'pay', 'SKILL.md'), join(PACKAGES, 'hermes', 'SKILL.md')].map((path) =>
        readFile(path, 'utf8'),
      ),
    )
    const bodies = skills.map((text) => text.split(/^---$/m)[2])
    expect(bodies[0]).toContain('# Paying with Consent Guard')
    expect(bodies[1]).toBe(bodies[0])
    for (const text of skills) expect(text).toMatch(/^---\nname: \S+\ndescription: .{50,}\n/)
  })
})

describe('the vendors’ own tools', () => {
  /** The program of that name, or a skip that says why. */
  function program(context: TestContext, name: string): string {
    try {
      return installed(name)
    } catch (error) {
      return context.skip(error instanceof NotInstalled ? error.message : String(error))
    }
  }
  const env = () => ({ PATH: process.env.PATH ?? '', HOME: folder, CI: '1' })

  it('Claude Code accepts the plugin, the marketplace and the command of the settings', async (context) => {
    const claude = program(context, 'claude')
    for (const path of [CLAUDE, PACKAGES]) {
      expect((await run(claude, ['plugin', 'validate', path], { env: env() })).stdout).toContain(
        'Validation passed',
      )
    }
    const [setup] = setupsFor(backend.url, agent.token)
    await run(claude, (setup?.text ?? '').split(' ').slice(1), { env: env() })
    const { stdout } = await run(claude, ['mcp', 'get', 'consent-guard'], { env: env() })
    expect(stdout).toMatch(/Command: consent-guard\s+Args: mcp/)
  })

  it('OpenClaw installs the folder as a bundle, the native plugin beside it, and the command of the settings', async (context) => {
    const openclaw = program(context, 'openclaw')
    const options = { env: env(), timeout: 80_000 }
    for (const path of [CLAUDE, join(PACKAGES, 'openclaw', 'plugin')]) {
      await run(openclaw, ['plugins', 'install', '--force', '--accept-capabilities', path], options)
    }
    const { stdout } = await run(openclaw, ['plugins', 'list', '--json'], { ...options, maxBuffer: 1e8 })
    const { plugins } = JSON.parse(stdout) as { plugins: { id: string; status: string; format: string }[] }
    const ours = plugins.filter((plugin) => plugin.id.startsWith('consent-guard'))
    expect(ours.map(({ id, status, format }) => [id, status, format]).sort()).toEqual([
      ['consent-guard', 'loaded', 'bundle'],
      ['consent-guard-gate', 'loaded', 'openclaw'],
    ])
    // It starts the server to see whether it works. The program is this checkout here.
    const bin = join(folder, 'consent-guard')
    const cli = join(import.meta.dirname, '..', '..', 'agent', 'cli.ts')
    await writeFile(bin, `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, { mode: 0o755 })
    // It would put the system's own folders in front.
    const path = { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, OPENCLAW_PATH_BOOTSTRAPPED: '1' }
    const withBin = { ...options, env: { ...env(), ...path } }
    const [, setup] = setupsFor(backend.url, agent.token)
    await run(openclaw, (setup?.text ?? '').split(' ').slice(1), withBin)
    const probed = await run(openclaw, ['mcp', 'probe', 'consent-guard', '--json'], withBin)
    expect(probed.stdout).toContain('consent-guard__request_payment')
  }, 300_000)
})
