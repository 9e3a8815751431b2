import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteAccess } from '../../backend/auth/principals.ts'
import { invitationChallenge } from '../../utils/contract/approvals.ts'
import { AGENT_SCOPES, type AgentScope } from '../../utils/contract/orders.ts'
import { type AgentClient, agentOf } from './agent.ts'
import { activate, post, type TestDevice } from './device.ts'
import { phoneOf } from './phone.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let operatorKey: string
let approverKey: string
const agents = new Map<AgentScope, AgentClient>()

beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
  operatorKey = await backend.issueOperatorKey()
  approverKey = await pairPhone()
  for (const scope of AGENT_SCOPES) agents.set(scope, await agentOf(backend.url, device, [scope]))
})
afterAll(() => backend.close())

async function pairPhone(): Promise<string> {
  const nonce = randomUUID()
  const consent = await device.consent({ command: 'invite-approver', nonce })
  const { body } = await device.request<{ token: string }>('POST', '/v1/approvers/invitations', {
    nonce,
    consent,
  })
  const registration = phoneOf(backend.url).register(await invitationChallenge(body.token))
  const made = await post<{ key: string }>(`${backend.url}/v1/approvers`, {
    token: body.token,
    label: 'Phone',
    registration,
  })
  return made.body.key
}

async function asBearer(route: RouteAccess, token: string | null): Promise<number> {
  const body = route.method === 'GET' ? null : '{}'
  const response = await fetch(backend.url + route.url.replace(':id', 'x'), {
    method: route.method,
    headers: {
      'idempotency-key': randomUUID(),
      'if-match': '"1"',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === null ? {} : { body }),
  })
  await response.body?.cancel()
  return response.status
}

async function asDevice(route: RouteAccess): Promise<number> {
  // Pages are no JSON, and open to all: it is asked for without a signature.
  if (route.access.public === true) return asBearer(route, null)
  const body = route.method === 'GET' ? undefined : {}
  const headers = { 'idempotency-key': randomUUID(), 'if-match': '"1"' }
  const path = route.url.replace(':id', 'x')
  return (await device.request<unknown>(route.method, path, body, { headers })).status
}

/** Let in: whatever the answer is then, it is not "who are you" and not "you may not". */
const isRefusal = (status: number) => status === 401 || status === 403

describe('every route × every principal', () => {
  it('serves those whom it names, and nobody else', async () => {
    expect(backend.routeTable.length).toBeGreaterThan(20)
    const wrong: string[] = []
    async function check(who: string, route: RouteAccess, status: number, allowed: boolean) {
      // An activation with a wrong body is no refusal of the caller; public routes let everyone in.
      const refused = isRefusal(status)
      if (refused === (allowed || route.access.public === true)) {
        wrong.push(`${who} ${route.method} ${route.url}: ${status}`)
      }
    }
    for (const route of backend.routeTable) {
      const { access } = route
      await check('stranger', route, await asBearer(route, null), false)
      // One of its own each time: a merchant may rotate its key here.
      const { key } = await backend.registerMerchant({ name: 'Shop', origin: 'https://shop.example' })
      await check('merchant', route, await asBearer(route, key), access.merchant === true)
      await check('approver', route, await asBearer(route, approverKey), access.approver === true)
      await check('operator', route, await asBearer(route, operatorKey), access.operator === true)
      // Rotating the test device's own key would lock it out; its body is refused before that.
      await check('device', route, await asDevice(route), access.device === true)
      for (const [scope, agent] of agents) {
        await check(scope, route, await asBearer(route, agent.token), access.agent === scope)
      }
    }
    expect(wrong).toEqual([])
  })

  it('lets no agent approve, write a cap, refund, or name another agent', () => {
    const open = backend.routeTable.filter((route) => route.access.agent !== undefined)
    const writes = open
      .filter((route) => route.method !== 'GET')
      .map((route) => `${route.method} ${route.url}`)
    expect(writes.sort()).toEqual([
      'POST /v1/orders',
      'POST /v1/orders/:id/cancel',
      'POST /v1/orders/:id/tips',
      'POST /v1/subscriptions/:id/cancel',
      'PUT /v1/orders/:id',
    ])
  })
})

describe('keys', () => {
  it('of a merchant are dead after rotation', async () => {
    const { key, id } = await backend.registerMerchant({ name: 'Two', origin: 'https://two.example' })
    const rotate = (token: string) =>
      fetch(`${backend.url}/v1/merchant/key/rotate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      })
    const fresh = (await (await rotate(key)).json()) as { key: string }
    expect((await rotate(key)).status).toBe(401)
    const revoked = await fetch(`${backend.url}/v1/operator/merchants/${id}/revoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}` },
    })
    expect(revoked.status).toBe(200)
    expect((await rotate(fresh.key)).status).toBe(401)
  })

  it('of a revoked device are dead', async () => {
    const lost = await activate(backend.url, await backend.issueActivationCode())
    const revoked = await fetch(`${backend.url}/v1/operator/devices/${lost.id}/revoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}` },
    })
    expect(revoked.status).toBe(200)
    expect((await lost.request('GET', '/v1/devices')).status).toBe(401)
  })
})
