import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../utils/contract/api.ts'
import {
  type ApprovalAnswer,
  type ApproverAnswer,
  type InvitationAnswer,
  invitationChallenge,
} from '../../utils/contract/approvals.ts'
import type { MandateClaims } from '../../utils/contract/mandate.ts'
import { orderDigest, type WireOrder } from '../../utils/contract/order-wire.ts'
import { activate, anOrder, type Reply, type TestDevice } from './device.ts'
import { phoneOf } from './phone.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice

beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
})
afterAll(() => backend.close())

async function call<T>(method: string, path: string, key: string | null, body?: unknown): Promise<Reply<T>> {
  const response = await fetch(backend.url + path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as T }
}

async function invite(): Promise<string> {
  const nonce = randomUUID()
  const consent = await device.consent({ command: 'invite-approver', nonce })
  const answer = await device.request<InvitationAnswer>('POST', '/v1/approvers/invitations', {
    nonce,
    consent,
  })
  expect(answer.status).toBe(201)
  return answer.body.token
}

type Admitted = { approver_id: string; key: string } & Problem

async function admit(
  own: ReturnType<typeof phoneOf>,
  token: string,
  flags?: number,
): Promise<Reply<Admitted>> {
  const registration = own.register(await invitationChallenge(token), flags)
  return call<Admitted>('POST', '/v1/approvers', null, { token, label: 'Phone', registration })
}

async function paired() {
  const own = phoneOf(backend.url)
  const { body } = await admit(own, await invite())
  return { own, key: body.key, id: body.approver_id }
}

async function ask(order: WireOrder, attempt: string, expiresMs = 60_000) {
  const expires_at = new Date(Date.now() + expiresMs).toISOString()
  return device.request<ApprovalAnswer & Problem>('POST', '/v1/approvals', {
    attempt_id: attempt,
    order,
    expires_at,
  })
}
const look = (id: string, wait = '0') =>
  device.request<ApprovalAnswer>('GET', `/v1/approvals/${id}?wait_s=${wait}`)

describe('pairing another device', () => {
  it('needs the person’s consent, and lets one passkey in by a token, once', async () => {
    const nonce = randomUUID()
    const consent = await device.consent({ command: 'invite-approver', nonce: 'another' })
    const wrong = await device.request<Problem>('POST', '/v1/approvers/invitations', { nonce, consent })
    expect(wrong.body.code).toBe('digest_mismatch')
    const token = await invite()
    expect((await admit(phoneOf(backend.url), token)).status).toBe(201)
    expect((await admit(phoneOf(backend.url), token)).body.code).toBe('code_invalid')
  })

  it('takes no passkey that was made for another invitation, or without verifying its person', async () => {
    const [first, second] = [await invite(), await invite()]
    const registration = phoneOf(backend.url).register(await invitationChallenge(first))
    const crossed = await call<Problem>('POST', '/v1/approvers', null, {
      token: second,
      label: 'Phone',
      registration,
    })
    expect(crossed.body.code).toBe('factor_missing')
    expect((await admit(phoneOf(backend.url), second, 0x41)).body.code).toBe('factor_missing')
    expect((await admit(phoneOf(backend.url), `${'0'.repeat(20)}.${'x'.repeat(32)}`)).body.code).toBe(
      'code_invalid',
    )
  })

  it('ends when it is revoked', async () => {
    const { key, id } = await paired()
    expect((await call('GET', '/v1/approvals', key)).status).toBe(200)
    const revoked = await device.request<ApproverAnswer>('POST', `/v1/approvers/${id}/revoke`, {})
    expect(revoked.body.revoked_at).not.toBe(null)
    expect((await call('GET', '/v1/approvals', key)).status).toBe(401)
  })
})

describe('approving on another device', () => {
  it('lets the payment go once, for exactly the order that was shown there', async () => {
    const { own, key } = await paired()
    const attempt = randomUUID()
    const order = anOrder()
    const asked = await ask(order, attempt)
    expect(asked).toMatchObject({ status: 201, body: { state: 'pending', statement: null } })
    const again = await ask(order, attempt)
    expect(again.body.approval_id).toBe(asked.body.approval_id)

    const { approval_id: id } = asked.body
    const answered = look(id, '20')
    const list = await call<{ approvals: { approval_id: string; digest: string; exponent: number }[] }>(
      'GET',
      '/v1/approvals',
      key,
    )
    const shown = list.body.approvals.find((one) => one.approval_id === id)
    expect(shown).toMatchObject({ digest: await orderDigest(attempt, order), exponent: 2 })
    const assertion = own.assert(shown?.digest ?? '')
    const approve = (body: unknown) => call<Problem>('POST', `/v1/approvals/${id}/approve`, key, body)
    expect((await approve({ assertion: own.assert('another') })).body.code).toBe('factor_missing')
    const unverified = own.assert(shown?.digest ?? '', { unverified: true })
    expect((await approve({ assertion: unverified })).body.code).toBe('factor_missing')
    expect((await approve({ assertion })).status).toBe(200)
    expect((await approve({ assertion })).body.code).toBe('order_state')
    expect((await answered).body).toMatchObject({ state: 'approved', statement: expect.stringMatching(/\./) })

    const claims = { attempt_id: attempt, factor: 'approver', approval: id } as const
    const other = await device.pay(anOrder({ merchant: 'Another' }), { claims })
    expect(other.body.code).toBe('approval_missing')
    const paid = await device.pay(order, { claims })
    expect(paid.status).toBe(201)
    expect((await look(id)).body.state).toBe('used')
    const evidence = await device.request<{ consent_holds: boolean; approval_assertion: unknown }>(
      'GET',
      `/v1/payments/${paid.body.payment_id}/evidence`,
    )
    expect(evidence.body.consent_holds).toBe(true)
    expect(evidence.body.approval_assertion).not.toBe(null)
  })

  it('pays nothing that is pending, rejected, expired or another account’s', async () => {
    const { key } = await paired()
    const order = anOrder()
    const pay = (attempt: string, approval: string, more: Partial<MandateClaims> = {}) =>
      device.pay(order, { claims: { attempt_id: attempt, factor: 'approver', approval, ...more } })
    const pending = randomUUID()
    const first = (await ask(order, pending)).body.approval_id
    expect((await pay(pending, first)).body.code).toBe('approval_missing')
    expect((await call('POST', `/v1/approvals/${first}/reject`, key, {})).status).toBe(200)
    expect((await look(first)).body.state).toBe('rejected')
    expect((await pay(pending, first)).body.code).toBe('approval_missing')
    expect((await pay(pending, first, { rail: 'wallet' })).body.code).toBe('order_malformed')
    expect((await ask(order, randomUUID(), -1)).body.code).toBe('malformed')
    const stranger = await activate(backend.url, await backend.issueActivationCode())
    const foreign = await stranger.request('GET', `/v1/approvals/${first}`)
    expect(foreign.status).toBe(404)
  })
})

describe('paying only what another device approved', () => {
  it('holds for every mandate once the device asks for it, and only the other device can lift it', async () => {
    device = await activate(backend.url, await backend.issueActivationCode())
    const without = await device.request<Problem>('POST', '/v1/approvers/require', {})
    expect(without.body.code).toBe('order_state')
    const { key, id } = await paired()
    expect((await device.pay(anOrder())).status).toBe(201)
    expect((await device.request('POST', '/v1/approvers/require', {})).status).toBe(200)
    expect((await device.pay(anOrder())).body.code).toBe('approval_required')
    expect((await device.request<Problem>('POST', '/v1/approvers/release', {})).body.code).toBe('forbidden')
    const revoked = await device.request<Problem>('POST', `/v1/approvers/${id}/revoke`, {})
    expect(revoked.body.code).toBe('order_state')
    const list = await call<{ required: boolean }>('GET', '/v1/approvals', key)
    expect(list.body.required).toBe(true)
    expect((await call('POST', '/v1/approvers/release', key, {})).status).toBe(200)
    expect((await device.pay(anOrder())).status).toBe(201)
  })
})

describe('its page', () => {
  it('comes from the backend alone, runs nothing else and cannot be framed', async () => {
    for (const path of ['/approve', '/approve/approve.js', '/approve/approve.css']) {
      const response = await fetch(backend.url + path)
      expect(response.status).toBe(200)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(await response.text()).not.toMatch(/innerHTML|document\.write|<script>|\bon\w+=/)
    }
  })
})
