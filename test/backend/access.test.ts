import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteAccess } from '../../backend/auth/principals.ts'
import { AGENT_SCOPES, type AgentScope } from '../../utils/contract/orders.ts'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { belongings, type Paired, pairPhone } from './belongings.ts'
import { activate, type TestDevice } from './device.ts'
import { phoneOf } from './phone.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let operatorKey: string
let phone: Paired
const agents = new Map<AgentScope, AgentClient>()

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  operatorKey = await backend.issueOperatorKey()
  phone = await pairPhone(backend, device)
  for (const scope of AGENT_SCOPES) agents.set(scope, await agentOf(backend.url, device, [scope]))
})
afterAll(() => backend.close())

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
      await check('approver', route, await asBearer(route, phone.key), access.approver === true)
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

/** Bodies that get past the schema, so that the answer is about whose it is. */
const BODIES: Record<string, unknown> = {
  'POST /v1/payments/:id/outcome': { outcome: 'voided', detail: '' },
  'PUT /v1/orders/:id': anOrderRequest(),
  'POST /v1/orders/:id/cancel': { reason: 'x' },
  'POST /v1/orders/:id/tips': { amount: { amount: '1', currency: 'EUR' }, reason: 'x' },
  'POST /v1/orders/:id/refunds': { amount: null, reason: 'x' },
  'POST /v1/orders/:id/price': { price: { amount: '1', currency: 'EUR' } },
  'POST /v1/claims/:id/appeal': { statement: 'x' },
}

describe('every route × the ids of another account', () => {
  it('are not there, whoever asks', async () => {
    const ids = await belongings(backend, device, operatorKey)
    expect(new Set(ids).size).toBe(12)
    expect(ids).not.toContain('missing')
    const stranger = await activate(backend.url, await backend.issueActivationCode())
    const agent = await agentOf(backend.url, stranger)
    const other = await pairPhone(backend, stranger)
    const merchant = await backend.registerMerchant({ name: 'Other', origin: 'https://other.example' })
    const assertion = phoneOf(backend.url).assert('x')
    const wrong: string[] = []
    const routes = backend.routeTable.filter((route) => route.url.includes(':id'))
    for (const { method, url, access } of routes) {
      const name = `${method} ${url}`
      const given = url.endsWith('/approve') ? { assertion } : (BODIES[name] ?? {})
      const body = method === 'GET' ? undefined : given
      for (const id of ids) {
        const query = url.endsWith('/acp') ? '?checkout_session_id=x&merchant_id=x' : ''
        const path = url.replace(':id', id) + query
        const headers = { 'idempotency-key': randomUUID(), 'if-match': '"1"' }
        const tokens = [
          access.agent === undefined ? null : agent.token,
          access.approver === true ? other.key : null,
          access.merchant === true ? merchant.key : null,
        ]
        const asked = tokens
          .filter((token) => token !== null)
          .map((token) =>
            fetch(backend.url + path, {
              method,
              headers: {
                ...headers,
                authorization: `Bearer ${token}`,
                ...(body === undefined ? {} : { 'content-type': 'application/json' }),
              },
              ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            }).then(({ status }) => status),
          )
        if (access.device === true) {
          asked.push(stranger.request(method, path, body, { headers }).then(({ status }) => status))
        }
        for (const status of await Promise.all(asked))
          if (status !== 404) wrong.push(`${name} ${id}: ${status}`)
      }
    }
    expect(wrong).toEqual([])
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
