import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activate, anOrder, post, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let clock = 0

beforeAll(async () => {
  backend = await runBackend({ now: () => Date.now() + clock })
  device = await activate(backend.url, await backend.issueActivationCode())
})
afterAll(() => backend.close())

async function activation(code: string, changes: object = {}) {
  const key = await exportJWK((await generateKeyPair('ES256')).publicKey)
  const body = { code, device_key: key, consent: { kind: 'pin', key }, label: 'Another', ...changes }
  return post<{ code: string; device_id: string }>(`${backend.url}/v1/devices`, body)
}

describe('activation by one-time code', () => {
  it('lets one device in, once', async () => {
    const code = await backend.issueActivationCode()
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    const replies = await Promise.all([activation(code), activation(code), activation(code)])
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, 403, 403])
  })

  it('does not mind how a person types the code', async () => {
    const code = await backend.issueActivationCode()
    expect((await activation(` ${code.toLowerCase().replaceAll('-', ' ')} `)).status).toBe(201)
  })

  it('refuses a code after ten minutes', async () => {
    const code = await backend.issueActivationCode()
    clock = 10 * 60_000 + 1
    try {
      expect((await activation(code)).body.code).toBe('code_invalid')
    } finally {
      clock = 0
    }
  })

  it.each([
    [
      'a private key',
      async () => await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey),
    ],
    [
      'a point that is not on the curve',
      async () => ({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) }),
    ],
    ['another kind of key', async () => ({ kty: 'RSA', n: 'x', e: 'AQAB' })],
  ])('refuses %s and keeps the code', async (_title, makeKey) => {
    const code = await backend.issueActivationCode()
    const reply = await activation(code, { device_key: await makeKey() })
    expect(reply).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect((await activation(code)).status).toBe(201)
  })
})

describe('a signed request', () => {
  const path = '/v1/payments/none'
  const seconds = () => Math.floor(Date.now() / 1000)

  it('is heard', async () => {
    expect((await device.request('GET', path)).status).toBe(404)
  })

  it.each([
    ['for another method', { htm: 'POST' }, 'signature_invalid'],
    ['for another path', { htu: '/v1/payments/other' }, 'signature_invalid'],
    ['for another backend', { aud: 'https://other.example' }, 'signature_invalid'],
    ['for another body', { bh: 'A'.repeat(43) }, 'signature_invalid'],
    ['without a body hash', { bh: undefined }, 'signature_invalid'],
    ['without an id', { jti: undefined }, 'signature_invalid'],
    ['from three minutes ago', { iat: seconds() - 180 }, 'request_stale'],
    ['from three minutes ahead', { iat: seconds() + 180 }, 'request_stale'],
    ['without a time', { iat: undefined }, 'request_stale'],
    ['by a device that is not there', { iss: `dev_${'0'.repeat(20)}_${'0'.repeat(20)}` }, 'device_unknown'],
    ['by a name that is no device', { iss: 'me' }, 'unauthenticated'],
  ])('%s is refused', async (_title, claims, code) => {
    const reply = await device.request('GET', path, undefined, { claims })
    expect(reply).toMatchObject({ status: 401, body: { code } })
  })

  it('is heard once', async () => {
    const claims = { jti: randomUUID() }
    expect((await device.request('GET', path, undefined, { claims })).status).toBe(404)
    const again = await device.request('GET', path, undefined, { claims })
    expect(again).toMatchObject({ status: 401, body: { code: 'request_replayed' } })
  })

  it('by another key is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const reply = await device.request('GET', path, undefined, { key: privateKey })
    expect(reply).toMatchObject({ status: 401, body: { code: 'signature_invalid' } })
  })

  it.each([null, 'Bearer x', 'Device', 'Device a.b.c', `Device ${'a'.repeat(5000)}.b.c`])(
    'with the header %s is refused',
    async (authorization) => {
      const reply = await device.request('GET', path, undefined, { authorization })
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    },
  )
})

describe('bad input', () => {
  const raw = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    fetch(`${backend.url}/v1/devices`, { method: 'POST', body, headers: { 'content-type': type } })

  it.each([
    ['no JSON', '{', 400, 'malformed'],
    ['an empty body', '', 400, 'malformed'],
    ['null', 'null', 400, 'malformed'],
    ['a prototype', '{"__proto__":{"x":1}}', 400, 'malformed'],
    ['unknown members', '{"code":"x","more":1}', 400, 'malformed'],
    ['ten megabytes', `{"code":"${'x'.repeat(10_000_000)}"}`, 413, 'too_large'],
  ])('%s is a problem document', async (_title, body, status, code) => {
    const response = await raw(body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ status, code })
  })

  it('another media type and an unknown address are problem documents too', async () => {
    expect((await raw('x', 'text/plain')).status).toBe(415)
    const missing = await fetch(`${backend.url}/nothing`)
    expect(await missing.json()).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('is not offered to other web pages', async () => {
    const response = await fetch(`${backend.url}/healthz`, { headers: { origin: 'https://evil.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(await response.json()).toEqual({ status: 'ok' })
  })
})

describe('an order with everything in it', () => {
  it('is authorised as it is, whatever its words', async () => {
    const order = anOrder({
      merchant: 'Ünïcode „Shop“ 商店 🛒',
      items: Array.from({ length: 500 }, (_, n) => ({
        name: `Item ${n} ${'é'.repeat(250)}`,
        quantity: 0.5,
        amount: null,
      })),
      shipTo: '1 Long Road',
      recurrence: { every: 1, unit: 'month', amount: '999', trialDays: 7 },
    })
    expect((await device.pay(order)).status).toBe(201)
  })
})

describe('guessing codes', () => {
  it('is stopped after ten wrong tries, and a right code then waits too', async () => {
    const own = await runBackend({ now: () => Date.now() + clock })
    try {
      const key = await exportJWK((await generateKeyPair('ES256')).publicKey)
      const attempt = (code: string) =>
        post(`${own.url}/v1/devices`, { code, device_key: key, consent: { kind: 'pin', key }, label: '' })
      for (let tries = 0; tries < 10; tries++) expect((await attempt('WRONG')).status).toBe(403)
      const code = await own.issueActivationCode()
      const stopped = await attempt(code)
      expect(stopped).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
      expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
      clock = 10 * 60_000 + 1000
      expect((await attempt(await own.issueActivationCode())).status).toBe(201)
    } finally {
      clock = 0
      await own.close()
    }
  })
})
