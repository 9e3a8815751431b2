/** What operators see: metrics without ids, logs without secrets. */
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { type BackendProcess, runCommand, startProcess } from './child.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { removeFolder } from './running.ts'

let parent: string
let backend: BackendProcess
let device: TestDevice
let agent: AgentClient
let operator: string
let code: string
let logged = ''

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'cg-observed-'))
  const folder = join(parent, 'data')
  // The level at which most is said.
  backend = await startProcess(folder, { LOG_LEVEL: 'debug' })
  backend.child.stderr?.on('data', (chunk) => {
    logged += chunk
  })
  const said = async (...args: string[]) =>
    JSON.parse((await runCommand([...args, '--data', folder])).stdout) as { code: string; key: string }
  code = (await said('--activation-code', 'Test')).code
  operator = (await said('--operator', 'Test')).key
  device = await activate(backend.url, code)
  agent = await agentOf(backend.url, device)
})
afterAll(async () => {
  if (backend.child.exitCode === null) await backend.end('SIGTERM')
  await removeFolder(parent)
})

async function metrics(): Promise<string> {
  const response = await fetch(`${backend.url}/metrics`, { headers: { authorization: `Bearer ${operator}` } })
  expect(response.headers.get('content-type')).toContain('text/plain')
  return response.text()
}

it('metrics count requests by route and status, and name nobody', async () => {
  const paid = await device.pay(anOrder())
  expect(paid.status).toBe(201)
  await device.request('GET', `/v1/payments/${paid.body.payment_id}`)
  expect((await agent.get('/v1/orders/ord_unknown')).status).toBe(404)
  const text = await metrics()
  expect(text).toMatch(
    /^consent_guard_request_seconds_count\{method="POST",route="\/v1\/mandates",status="201"\} 1$/m,
  )
  expect(text).toMatch(/^consent_guard_refusals_total\{route="\/v1\/orders\/:id",status="404"\} 1$/m)
  for (const name of [device.id, agent.id, paid.body.payment_id, 'ord_unknown'])
    expect(text).not.toContain(name)
})

it('logs are JSON lines that hold no key, signature, code or body', async () => {
  const request = anOrderRequest({ reason: 'words-of-the-agent' })
  expect((await agent.post('/v1/orders', request)).status).toBe(201)
  const { id, submission } = await device.mandate(anOrder({ merchant: 'words-of-the-order' }))
  const { status, body } = await device.submit(submission, id)
  expect(status).toBe(201)
  const broken = await fetch(`${backend.url}/v1/devices?code=${code}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: `{"code":"${code}","words-of-the-broken`,
  })
  expect(broken.status).toBeGreaterThanOrEqual(400)
  const ended = once(backend.child, 'close')
  backend.child.kill('SIGTERM')
  await ended
  const lines = logged.split('\n').filter((line) => line !== '')
  // Each request left its line, so there was something to leak from.
  const routes = lines.map((line) => (JSON.parse(line) as { req?: { route: string } }).req?.route)
  expect(routes).toContain('/v1/mandates')
  expect(routes).toContain('/v1/orders')
  const secrets = [code, operator, agent.token, submission.mandate, body.receipt, 'words-of-the-', 'Kettle']
  for (const secret of secrets) expect(logged).not.toContain(secret)
})
