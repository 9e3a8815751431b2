/** Every route's successful answers have the shape that the API describes; and every route describes one. */
import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Compile } from 'typebox/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { invitationChallenge } from '../../utils/contract/approvals.ts'
import type { CapAnswer } from '../../utils/contract/caps.ts'
import { GENESIS } from '../../utils/contract/chain.ts'
import { CHECKPOINT_VCT, followLinks } from '../../utils/contract/checkpoint.ts'
import type { OrderAnswer, OrderState, RefundAnswer } from '../../utils/contract/orders.ts'
import type { AllowanceAnswer, ClaimAnswer, SubscriptionAnswer } from '../../utils/contract/subscriptions.ts'
import { type AgentClient, agentOf, anOrderRequest } from './agent.ts'
import { activate, anOrder, post, type TestDevice } from './device.ts'
import { phoneOf } from './phone.ts'
import { runBackend, type TestBackend } from './running.ts'

interface Described {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >
}

interface Heard {
  method: string
  path: string
  status: number
  type: string
  body: unknown
}

let backend: TestBackend
let device: TestDevice
let agent: AgentClient
let operator: string
const heard: Heard[] = []
const plainFetch = globalThis.fetch

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  operator = await backend.issueOperatorKey()
  globalThis.fetch = async (input, init) => {
    const response = await plainFetch(input, init)
    const type = response.headers.get('content-type') ?? ''
    if (response.ok && !type.includes('event-stream')) {
      const copy = response.clone()
      const path = new URL(String(input)).pathname
      const body = type.includes('json') ? await copy.json() : await copy.text()
      heard.push({ method: (init?.method ?? 'GET').toLowerCase(), path, status: response.status, type, body })
    }
    return response
  }
  device = await activate(backend.url, await backend.issueActivationCode())
  agent = await agentOf(backend.url, device)
})
afterAll(async () => {
  globalThis.fetch = plainFetch
  await backend.close()
})

async function call<T>(token: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(backend.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`).toBe(true)
  return (
    response.headers.get('content-type')?.includes('json') === true ? response.json() : response.text()
  ) as Promise<T>
}

async function asDevice<T>(method: string, path: string, body?: object): Promise<T> {
  const reply = await device.request<T>(method, path, body, { headers: { 'idempotency-key': randomUUID() } })
  expect(reply.status, `${method} ${path} ${JSON.stringify(reply.body)}`).toBeLessThan(300)
  return reply.body
}

async function until(orderId: string, ...states: OrderState[]): Promise<OrderAnswer> {
  let version = 0
  for (;;) {
    const { body } = await agent.get<OrderAnswer>(`/v1/orders/${orderId}?wait_s=25&version=${version}`)
    if (states.includes(body.state)) return body
    version = body.version
  }
}

async function buy(changes: Parameters<typeof anOrderRequest>[0] = {}): Promise<OrderAnswer> {
  const { body } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest(changes))
  await device.pay(body.order, { claims: { rail: 'wallet' } })
  return until(body.order_id, 'settled')
}

async function ordersAndWhatFollows(): Promise<void> {
  const paid = await buy()
  await asDevice('GET', '/v1/orders')
  const { body: tip } = await agent.post<OrderAnswer>(`/v1/orders/${paid.order_id}/tips`, {
    amount: { amount: '100', currency: 'EUR' },
    reason: 'Thanks',
  })
  await asDevice('POST', `/v1/orders/${tip.order_id}/reject`, { say: { kind: 'reason', text: 'No' } })
  const refund = await call<RefundAnswer>(operator, 'POST', `/v1/orders/${paid.order_id}/refunds`, {
    amount: null,
    reason: 'Broken',
  })
  await asDevice('GET', `/v1/refunds/${refund.refund_id}`)
  const { body: open } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
  await agent.put(`/v1/orders/${open.order_id}`, anOrderRequest({ reason: 'Another' }), {
    'if-match': `"${open.version}"`,
  })
  await agent.post(`/v1/orders/${open.order_id}/cancel`, { reason: 'Changed my mind' })
  const kept = await buy({ recurrence: { every: 1, unit: 'month', amount: '4999', trialDays: 0 } })
  const { body } = await agent.get<{ subscriptions: SubscriptionAnswer[] }>('/v1/subscriptions')
  for (const amount of ['3999', '5999']) {
    const price = { amount, currency: 'EUR' }
    await call(operator, 'POST', `/v1/orders/${kept.order_id}/price`, { price })
  }
  for (const change of ['pause', 'resume', 'cancel']) {
    await asDevice('POST', `/v1/subscriptions/${body.subscriptions[0]?.subscription_id}/${change}`)
  }
  const claim = await asDevice<ClaimAnswer>('POST', '/v1/claims', {
    payment_id: kept.payment_id,
    reason: 'not_delivered',
    statement: 'Nothing came',
  })
  await asDevice('GET', '/v1/claims')
  await call(operator, 'GET', '/v1/operator/claims')
  await call(operator, 'GET', `/v1/operator/claims/${claim.claim_id}`)
  const decide = `/v1/operator/claims/${claim.claim_id}/decide`
  await call(operator, 'POST', decide, { compensate: false, why: 'It did' })
  await asDevice('POST', `/v1/claims/${claim.claim_id}/appeal`, { statement: 'It did not' })
  await call(operator, 'POST', decide, { compensate: true, why: 'It did not' })
}

async function paymentsAndTheLog(): Promise<void> {
  const { body: payment } = await device.pay(anOrder())
  await asDevice('GET', `/v1/payments/${payment.payment_id}`)
  await asDevice('GET', `/v1/payments/${payment.payment_id}/evidence`)
  await asDevice('GET', `/v1/payments/${payment.payment_id}/ap2`)
  await asDevice('POST', `/v1/payments/${payment.payment_id}/outcome`, { outcome: 'settled', detail: '' })
  await expect
    .poll(async () => (await asDevice<{ size: number }>('GET', '/v1/log/checkpoint')).size)
    .toBeGreaterThan(1)
  await asDevice('GET', '/v1/events')
  await asDevice('GET', '/v1/log/inclusion?seq=1&size=2')
  await asDevice('GET', '/v1/log/consistency?from=1&to=2')
  const links = [{ at: 1, content: 'a'.repeat(64) }]
  const head = followLinks({ size: 0, hash: GENESIS }, links)
  const checkpoint = await new SignJWT({ vct: CHECKPOINT_VCT, iss: device.id, ledger: 'l', ...head, iat: 1 })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(device.deviceKey)
  await asDevice('POST', '/v1/checkpoints', { checkpoint, links })
}

async function capsAllowancesZone(): Promise<void> {
  const cap = { scope: { kind: 'all' }, window: 'day', limit: { amount: '9000000', currency: 'EUR' } }
  const set = await asDevice<{ caps: CapAnswer[] }>('PUT', '/v1/caps', { cap, version: 0, consent: null })
  await agent.get('/v1/caps')
  const [first] = set.caps
  const removal = { cap_id: first?.cap_id ?? '', version: first?.version ?? 0 }
  const consent = await device.consent({ command: 'remove-cap', ...removal })
  await asDevice('POST', '/v1/caps/remove', { ...removal, consent })
  const account = await asDevice<{ version: number }>('GET', '/v1/account')
  const zone = { zone: 'Europe/Berlin', version: account.version }
  await asDevice('PUT', '/v1/account/zone', {
    ...zone,
    consent: await device.consent({ command: 'set-zone', ...zone }),
  })
  const allowance = {
    payee: 'https://shop.example',
    agent_id: agent.id,
    limit: { amount: '5000', currency: 'EUR' },
    per_order: '1000',
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const made = await asDevice<AllowanceAnswer>('POST', '/v1/allowances', {
    allowance,
    consent: await device.consent({ command: 'allow', allowance }),
  })
  await asDevice('GET', '/v1/allowances')
  const one = `/v1/allowances/${made.allowance_id}`
  await asDevice('GET', `${one}/acp?checkout_session_id=cs&merchant_id=m`)
  await asDevice('GET', `${one}/act`)
  await asDevice('POST', `${one}/revoke`)
}

async function anotherDevice(): Promise<void> {
  const nonce = randomUUID()
  const { token } = await asDevice<{ token: string }>('POST', '/v1/approvers/invitations', {
    nonce,
    consent: await device.consent({ command: 'invite-approver', nonce }),
  })
  const phone = phoneOf(backend.url)
  const registration = phone.register(await invitationChallenge(token))
  const { body } = await post<{ key: string; approver_id: string }>(`${backend.url}/v1/approvers`, {
    token,
    label: 'Phone',
    registration,
  })
  await asDevice('GET', '/v1/approvers')
  await asDevice('POST', '/v1/approvers/require')
  await call(body.key, 'POST', '/v1/approvers/release')
  for (const decision of ['approve', 'reject'] as const) {
    const asked = await asDevice<{ approval_id: string }>('POST', '/v1/approvals', {
      attempt_id: randomUUID(),
      order: anOrder(),
      expires_at: new Date(Date.now() + 600_000).toISOString(),
    })
    const path = `/v1/approvals/${asked.approval_id}`
    await asDevice('GET', path)
    const waiting = await call<{ approvals: { digest: string }[] }>(body.key, 'GET', '/v1/approvals')
    const assertion = phone.assert(waiting.approvals[0]?.digest ?? '')
    await call(body.key, 'POST', `${path}/${decision}`, decision === 'approve' ? { assertion } : {})
  }
  await asDevice('POST', `/v1/approvers/${body.approver_id}/revoke`)
}

async function merchantsAndOperators(): Promise<void> {
  const origin = 'https://shop.example'
  const made = await call<{ id: string; key: string }>(operator, 'POST', '/v1/operator/merchants', {
    name: 'S',
    origin,
  })
  const amount = { amount: '4999', currency: 'EUR' }
  const order = { reference: 'one', amount, description: 'A kettle', origin }
  const opened = await call<{ order_id: string }>(made.key, 'POST', '/v1/merchant/orders', order)
  await device.pay(anOrder({ merchantOrder: opened.order_id }))
  await call(made.key, 'GET', `/v1/merchant/orders/${opened.order_id}`)
  await call(made.key, 'POST', `/v1/merchant/orders/${opened.order_id}/consume`)
  const next = await call<{ key: string }>(made.key, 'POST', '/v1/merchant/key/rotate')
  expect(next.key).not.toBe(made.key)
  await call(operator, 'POST', `/v1/operator/merchants/${made.id}/rotate`)
  await call(operator, 'POST', `/v1/operator/merchants/${made.id}/revoke`)
  await call(operator, 'POST', '/v1/operator/activation-codes', { label: 'A', account_id: null })
  await call(operator, 'POST', '/v1/operator/keys/rotate', { purpose: 'receipt' })
  for (const path of ['/v1/keys', '/healthz', '/readyz']) await call('', 'GET', path)
  await call(operator, 'GET', '/metrics')
}

async function keysAndDevices(): Promise<void> {
  await asDevice('GET', '/v1/agents')
  await asDevice('POST', `/v1/agents/${agent.id}/rotate`)
  await asDevice('POST', `/v1/agents/${agent.id}/revoke`)
  await asDevice('GET', '/v1/devices')
  const lost = await activate(backend.url, await backend.issueActivationCode())
  await call(operator, 'POST', `/v1/operator/devices/${lost.id}/revoke`)
  const other = await activate(backend.url, await backend.issueActivationCode())
  const keys = await generateKeyPair('ES256')
  const proof = await new SignJWT({
    vct: 'key.change.1',
    iss: other.id,
    replaces: await calculateJwkThumbprint(await exportJWK(other.deviceKey)),
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(keys.privateKey)
  const body = { device_key: await exportJWK(keys.publicKey), proof }
  expect((await other.request('POST', '/v1/devices/rotate', body)).status).toBe(200)
  await asDevice('POST', `/v1/devices/${device.id}/revoke`)
}

it('every route answers as described', async () => {
  await ordersAndWhatFollows()
  await paymentsAndTheLog()
  await capsAllowancesZone()
  await anotherDevice()
  await merchantsAndOperators()
  await keysAndDevices()

  const api = (await (await plainFetch(`${backend.url}/openapi.json`)).json()) as Described
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({ method, path, responses })),
  )
  const wrong: string[] = []
  for (const { method, path, responses } of routes) {
    const name = `${method} ${path}`
    const fits = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
    const own = heard.filter((one) => one.method === method && fits.test(one.path))
    // A processor's signed news needs its processor: test/backend/processors.test.ts.
    if (own.length === 0 && !path.startsWith('/v1/processors/')) wrong.push(`${name}: never answered`)
    for (const { status, type, body } of own) {
      const content = responses[String(status)]?.content ?? {}
      const schema = Object.entries(content).find(([media]) => type.startsWith(media))?.[1].schema
      if (schema === undefined) wrong.push(`${name} ${status} ${type}: not described`)
      else if (!Compile(schema).Check(body)) wrong.push(`${name} ${status}: ${JSON.stringify(body)}`)
    }
    const described = Object.keys(responses).some((status) => status.startsWith('2'))
    if (!described) wrong.push(`${name}: no answer described`)
  }
  expect(wrong).toEqual([])
})
