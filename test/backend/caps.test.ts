import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusedBy } from '../../backend/risk/rules.ts'
import type { Problem } from '../../utils/contract/api.ts'
import type { AccountAnswer, CapAnswer, WireCap } from '../../utils/contract/caps.ts'
import { agentOf } from './agent.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let clock = 0

beforeAll(async () => {
  backend = await runBackend({ now: () => Date.now() + clock })
})
afterAll(() => backend.close())
beforeEach(async () => {
  device = await activate(backend.url, await backend.issueActivationCode())
})

type Caps = { caps: CapAnswer[] } & Problem

const eur = (amount: string) => ({ amount, currency: 'EUR' })
const allDay = (limit: string): WireCap => ({ scope: { kind: 'all' }, window: 'day', limit: eur(limit) })

async function set(cap: WireCap, version: number, withConsent = false) {
  const consent = withConsent ? await device.consent({ command: 'set-cap', cap, version }) : null
  return device.request<Caps>('PUT', '/v1/caps', { cap, version, consent })
}

describe('a cap', () => {
  it('stops what would exceed it, here as well', async () => {
    await set(allDay('10000'), 0)
    expect((await device.pay(anOrder())).status).toBe(201)
    expect((await device.pay(anOrder())).status).toBe(201)
    const third = await device.pay(anOrder())
    expect(third.body).toMatchObject({ status: 422, code: 'cap_exceeded' })
    expect(third.body.detail).toContain('0.02 EUR left')
  })

  it('cannot be passed by two at once', async () => {
    await set(allDay('5000'), 0)
    const replies = await Promise.all(Array.from({ length: 8 }, () => device.pay(anOrder())))
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1)
    expect(replies.filter((reply) => reply.body.code === 'cap_exceeded')).toHaveLength(7)
  })

  it('does not refuse the repeat of what filled it', async () => {
    await set(allDay('5000'), 0)
    const { id, submission } = await device.mandate(anOrder())
    const replies = await Promise.all(Array.from({ length: 6 }, () => device.submit(submission, id)))
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 200, 200, 200, 200, 201])
  })

  it('has room again after a void, not after a settlement', async () => {
    await set(allDay('5000'), 0)
    const first = await device.pay(anOrder())
    await device.request('POST', `/v1/payments/${first.body.payment_id}/outcome`, {
      outcome: 'voided',
      detail: '',
    })
    const second = await device.pay(anOrder())
    expect(second.status).toBe(201)
    await device.request('POST', `/v1/payments/${second.body.payment_id}/outcome`, {
      outcome: 'settled',
      detail: '',
    })
    expect((await device.pay(anOrder())).body.code).toBe('cap_exceeded')
  })

  it('of a site counts that site only, of a currency that currency only', async () => {
    const scope = { kind: 'site', site: 'shop.example' } as const
    await set({ scope, window: 'total', limit: eur('5000') }, 0)
    expect((await device.pay(anOrder())).status).toBe(201)
    expect((await device.pay(anOrder())).body.code).toBe('cap_exceeded')
    const elsewhere = anOrder({ site: { key: 'other.example', origin: 'https://other.example' } })
    expect((await device.pay(elsewhere)).status).toBe(201)
    const usd = anOrder({ currency: 'USD', total: { amount: '4999', currency: 'USD' } })
    expect((await device.pay(usd)).status).toBe(201)
  })

  it('per order needs no sum', async () => {
    await set({ scope: { kind: 'all' }, window: 'order', limit: eur('4998') }, 0)
    expect((await device.pay(anOrder())).body.code).toBe('cap_exceeded')
  })

  it('starts anew with its window', async () => {
    await set(allDay('5000'), 0)
    await device.pay(anOrder())
    const reading = (await device.request<Caps>('GET', '/v1/caps')).body.caps[0]
    expect(reading).toMatchObject({ used: eur('4999'), left: eur('1') })
    const ends = Date.parse(reading?.resets_at ?? '')
    clock = ends - Date.now()
    try {
      // The device's clock is the test's; the request is signed for the backend's time.
      const claims = { iat: Math.floor(ends / 1000) }
      const after = await device.request<Caps>('GET', '/v1/caps', undefined, { claims })
      expect(after.body.caps[0]).toMatchObject({ used: eur('0'), left: eur('5000') })
    } finally {
      clock = 0
    }
  })
})

describe('changing a cap', () => {
  it('down is free, up needs consent to exactly that, once', async () => {
    await set(allDay('5000'), 0)
    expect((await set(allDay('4000'), 1)).body.caps[0]).toMatchObject({ version: 2, limit: eur('4000') })
    expect((await set(allDay('9000'), 2)).body).toMatchObject({ status: 403, code: 'factor_missing' })
    const cap = allDay('9000')
    const less = await device.consent({ command: 'set-cap', cap: allDay('8000'), version: 2 })
    const other = await device.request<Caps>('PUT', '/v1/caps', { cap, version: 2, consent: less })
    expect(other.body).toMatchObject({ status: 422, code: 'digest_mismatch' })
    const consent = await device.consent({ command: 'set-cap', cap, version: 2 })
    const raised = await device.request<Caps>('PUT', '/v1/caps', { cap, version: 2, consent })
    expect(raised.body.caps[0]).toMatchObject({ version: 3, limit: eur('9000') })
    await set(allDay('1'), 3)
    const replay = await device.request<Caps>('PUT', '/v1/caps', { cap, version: 4, consent })
    expect(replay.body.code).toBe('digest_mismatch')
  })

  it('with a version that is not the last is refused', async () => {
    await set(allDay('5000'), 0)
    expect((await set(allDay('4000'), 0)).body).toMatchObject({ status: 409, code: 'version_conflict' })
    expect((await set(allDay('4000'), 7)).body.code).toBe('version_conflict')
  })

  it('away needs consent', async () => {
    const made = await set(allDay('5000'), 0)
    const cap_id = made.body.caps[0]?.cap_id ?? ''
    const wrong = await device.consent({ command: 'set-cap', cap: allDay('1'), version: 1 })
    const refused = await device.request<Caps>('POST', '/v1/caps/remove', {
      cap_id,
      version: 1,
      consent: wrong,
    })
    expect(refused.body.code).toBe('digest_mismatch')
    const consent = await device.consent({ command: 'remove-cap', cap_id, version: 1 })
    const gone = await device.request<Caps>('POST', '/v1/caps/remove', { cap_id, version: 1, consent })
    expect(gone.body.caps).toEqual([])
  })

  it('by a passkey works as well', async () => {
    device = await activate(backend.url, await backend.issueActivationCode(), 'passkey')
    await set(allDay('5000'), 0)
    expect((await set(allDay('9000'), 1, true)).body.caps[0]?.limit).toEqual(eur('9000'))
  })

  it("is never an agent's, which may look", async () => {
    await set(allDay('5000'), 0)
    const agent = await agentOf(backend.url, device)
    expect((await agent.get<Caps>('/v1/caps')).body.caps).toHaveLength(1)
    const body = { cap: allDay('1'), version: 1, consent: null }
    expect((await agent.put<Problem>('/v1/caps', body)).body).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })
})

describe('risk', () => {
  it('stops a flood of payments', async () => {
    const replies = []
    for (let n = 0; n < 61; n++) replies.push(await device.pay(anOrder()))
    expect(replies.slice(0, 60).every((reply) => reply.status === 201)).toBe(true)
    expect(replies.at(-1)?.body).toMatchObject({ status: 422, code: 'risk_refused' })
  })

  it('stops card testing', async () => {
    for (let n = 0; n < 10; n++) {
      const paid = await device.pay(anOrder())
      await device.request('POST', `/v1/payments/${paid.body.payment_id}/outcome`, {
        outcome: 'failed',
        detail: '',
      })
    }
    expect((await device.pay(anOrder())).body.code).toBe('risk_refused')
  })

  it('refuses a payee without a secure address, but not one on this machine', async () => {
    const plain = anOrder({ site: { key: 'shop.example', origin: 'http://shop.example' } })
    expect((await device.pay(plain)).body.code).toBe('risk_refused')
    const local = anOrder({ site: { key: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' } })
    expect((await device.pay(local)).status).toBe(201)
  })

  it('refuses when a rule itself fails', () => {
    const broken = { id: 'broken', refuses: () => JSON.parse('{') as null }
    const facts = { origin: 'https://shop.example', recent: 0, recentFailed: 0 }
    expect(refusedBy(facts)).toBeNull()
    expect(refusedBy(facts, [broken])).toContain('broken')
  })
})

describe('the zone of calendar caps', () => {
  const path = '/v1/account/zone'
  const change = async (zone: string, version: number, withConsent = true) => {
    const consent = withConsent ? await device.consent({ command: 'set-zone', zone, version }) : null
    return device.request<AccountAnswer & Problem>('PUT', path, { zone, version, consent })
  }

  it('changes with consent to just this change, and windows follow it', async () => {
    expect((await device.request<AccountAnswer>('GET', '/v1/account')).body).toMatchObject({
      zone: 'UTC',
      version: 0,
    })
    expect((await change('Pacific/Kiritimati', 0)).body).toMatchObject({
      zone: 'Pacific/Kiritimati',
      version: 1,
    })
    const { caps } = (await set(allDay('10000'), 0)).body
    // Midnight there is ten in the morning of UTC.
    expect(caps[0]?.resets_at).toMatch(/T10:00:00/)
  })

  it('changes neither without consent, nor with one that was used or is for another version', async () => {
    expect((await change('Asia/Tokyo', 0, false)).status).toBe(400)
    expect((await change('Asia/Tokyo', 5)).body.code).toBe('version_conflict')
    const consent = await device.consent({ command: 'set-zone', zone: 'Asia/Tokyo', version: 0 })
    const send = (zone: string, version: number) =>
      device.request<Problem>('PUT', path, { zone, version, consent })
    expect((await send('Asia/Seoul', 0)).body.code).toBe('digest_mismatch')
    expect((await send('Asia/Tokyo', 0)).status).toBe(200)
    expect((await send('Asia/Tokyo', 1)).body.code).toBe('digest_mismatch')
    expect((await change('Mars/Olympus', 1)).body.code).toBe('malformed')
    expect((await change('+02:00', 1)).body.code).toBe('malformed')
  })
})
