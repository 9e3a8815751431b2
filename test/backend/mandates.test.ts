import { compactVerify, generateKeyPair, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../utils/contract/api.ts'
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import { activate, anOrder, type MandateChanges, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let passkeyDevice: TestDevice

beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
  passkeyDevice = await activate(backend.url, await backend.issueActivationCode(), 'passkey')
})
afterAll(() => backend.close())

describe('a consent authorises one payment', () => {
  it('answers with a payment and a receipt that the pinned key signed', async () => {
    const reply = await device.pay(anOrder())
    expect(reply.status).toBe(201)
    expect(reply.body).toMatchObject({ state: 'authorised', amount: { amount: '4999', currency: 'EUR' } })
    const key = await importJWK({ ...device.receiptKey, kty: 'EC' }, 'ES256')
    const { payload } = await compactVerify(reply.body.receipt, key)
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
    expect(claims).toMatchObject({
      iss: backend.url,
      payment_id: reply.body.payment_id,
      mandate_id: reply.body.mandate_id,
      state: 'authorised',
    })
    const again = await device.request('GET', `/v1/payments/${reply.body.payment_id}`)
    expect(again.body).toEqual(reply.body)
  })

  it('accepts a passkey assertion over the order digest', async () => {
    const reply = await passkeyDevice.pay(anOrder())
    expect(reply.status).toBe(201)
  })

  it('gives the first answer again to the same submission', async () => {
    const { id, submission } = await device.mandate(anOrder())
    const first = await device.submit(submission, id)
    const second = await device.submit(submission, id)
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.body).toEqual(first.body)
  })

  it('replays the first answer even after the payment has moved on', async () => {
    const { id, submission } = await device.mandate(anOrder())
    const first = await device.submit(submission, id)
    await device.request('POST', `/v1/payments/${first.body.payment_id}/outcome`, {
      outcome: 'settled',
      detail: '',
    })
    expect((await device.submit(submission, id)).body).toEqual(first.body)
  })

  it('executes once for ten parallel identical requests', async () => {
    const { id, submission } = await device.mandate(anOrder())
    const replies = await Promise.all(Array.from({ length: 10 }, () => device.submit(submission, id)))
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1)
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(9)
    expect(new Set(replies.map((reply) => reply.body.payment_id)).size).toBe(1)
  })

  it('hears the signed request that brought it once, however fast the copy is', async () => {
    const { id, submission } = await device.mandate(anOrder())
    const copy = () =>
      device.request<Problem>('POST', '/v1/mandates', submission, {
        headers: { 'idempotency-key': id },
        claims: { jti: `heard-${id}` },
      })
    const replies = await Promise.all(Array.from({ length: 6 }, copy))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(5).fill(401)])
    expect((await copy()).body).toMatchObject({ status: 401, code: 'request_replayed' })
    expect((await device.submit(submission, id)).status).toBe(200)
  })

  it('never pays the same consent under another mandate id', async () => {
    const attempt_id = 'attempt-once'
    expect((await device.pay(anOrder(), { claims: { attempt_id } })).status).toBe(201)
    const again = await device.pay(anOrder(), { claims: { attempt_id } })
    expect(again.body).toMatchObject({ status: 422, code: 'consent_used' })
  })

  it('never pays one attempt twice, even for another order', async () => {
    const attempt_id = 'attempt-changed'
    await device.pay(anOrder(), { claims: { attempt_id } })
    const again = await device.pay(anOrder({ merchant: 'Renamed' }), { claims: { attempt_id } })
    expect(again.body).toMatchObject({ status: 422, code: 'attempt_paid' })
  })

  it('stays used after the payment was voided', async () => {
    const claims = { attempt_id: 'attempt-voided' }
    const first = await device.pay(anOrder(), { claims })
    const path = `/v1/payments/${first.body.payment_id}/outcome`
    await device.request('POST', path, { outcome: 'voided', detail: 'nothing was released' })
    expect((await device.pay(anOrder(), { claims })).body.code).toBe('consent_used')
  })
})

describe('refused', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const cases: [string, string, number, (order: WireOrder) => MandateChanges | Promise<MandateChanges>][] = [
    [
      'an order changed after the signature',
      'digest_mismatch',
      422,
      (order) => ({
        sentOrder: { ...order, shipTo: 'Elsewhere' },
      }),
    ],
    [
      'an amount that is not the total',
      'amount_mismatch',
      422,
      () => ({
        claims: { payment_amount: { amount: '4998', currency: 'EUR' } },
      }),
    ],
    [
      'another currency',
      'amount_mismatch',
      422,
      () => ({
        claims: { payment_amount: { amount: '4999', currency: 'USD' } },
      }),
    ],
    [
      'another payee',
      'payee_mismatch',
      422,
      () => ({
        claims: { payee: { id: 'shop.example', name: null, website: 'https://evil.example' } },
      }),
    ],
    [
      'another payee id',
      'payee_mismatch',
      422,
      () => ({
        claims: { payee: { id: 'evil.example', name: null, website: 'https://shop.example' } },
      }),
    ],
    ['an expired mandate', 'mandate_expired', 422, () => ({ claims: { iat: now() - 400, exp: now() - 1 } })],
    [
      'a mandate from the future',
      'mandate_time',
      422,
      () => ({ claims: { iat: now() + 500, exp: now() + 900 } }),
    ],
    ['a mandate that lives for a day', 'mandate_time', 422, () => ({ claims: { exp: now() + 86_400 } })],
    [
      'a mandate for another backend',
      'wrong_audience',
      422,
      () => ({ claims: { aud: 'https://other.example' } }),
    ],
    ['a mandate by another device', 'wrong_issuer', 422, () => ({ claims: { iss: passkeyDevice.id } })],
    [
      'a signature by another key',
      'mandate_invalid',
      403,
      async () => ({
        key: (await generateKeyPair('ES256')).privateKey,
      }),
    ],
    ['the device key instead of the consent key', 'mandate_invalid', 403, () => ({ key: device.deviceKey })],
    [
      'a factor that was not registered',
      'factor_missing',
      403,
      () => ({ claims: { factor: 'passkey' as const } }),
    ],
    [
      'an unknown mandate type',
      'mandate_invalid',
      403,
      () => ({ claims: { jti: 'x', vct: 'mandate.checkout.1' as never } }),
    ],
  ]
  it.each(cases)('%s (%s)', async (_title, code, status, changes) => {
    const order = anOrder()
    const reply = await device.pay(order, await changes(order))
    expect(reply.body).toMatchObject({ code, status })
    expect(reply.headers.get('content-type')).toContain('application/problem+json')
  })

  it('an order without a known total', async () => {
    const reply = await device.pay(anOrder({ total: null }))
    expect(reply.body).toMatchObject({ code: 'unknown_total', status: 422 })
  })

  it('an order whose site key is not its origin', async () => {
    const order = anOrder({ site: { key: 'shop.example', origin: 'https://evil.example' } })
    expect((await device.pay(order)).body).toMatchObject({ code: 'order_malformed' })
  })

  it('an order in a currency that does not exist', async () => {
    const order = anOrder({ currency: 'XXQ', total: { amount: '1', currency: 'XXQ' } })
    expect([403, 422]).toContain((await device.pay(order)).status)
  })

  it('a mandate that was refused is not used up', async () => {
    const { id, submission } = await device.mandate(anOrder())
    const changed = { ...submission, order: anOrder({ merchant: 'Other' }) }
    expect((await device.submit(changed, id)).body.code).toBe('digest_mismatch')
    expect((await device.submit(submission, id)).status).toBe(201)
  })

  it('a passkey mandate without its assertion, or with one that does not fit', async () => {
    const { id, submission } = await passkeyDevice.mandate(anOrder())
    const other = await passkeyDevice.mandate(anOrder({ merchant: 'Other' }))
    const assertions = [null, other.submission.assertion]
    for (const assertion of assertions) {
      const reply = await passkeyDevice.submit({ ...submission, assertion }, id)
      expect(reply.body).toMatchObject({ code: 'factor_missing', status: 403 })
    }
    expect((await passkeyDevice.submit(submission, id)).status).toBe(201)
  })
})

describe('idempotency key', () => {
  it('is required', async () => {
    const { submission } = await device.mandate(anOrder())
    expect((await device.submit(submission, null)).body).toMatchObject({
      status: 400,
      code: 'idempotency_key_required',
    })
  })
  it("must be the mandate's id", async () => {
    const { submission } = await device.mandate(anOrder())
    expect((await device.submit(submission, 'another')).body.code).toBe('idempotency_key_mismatch')
  })
  it('refuses another body', async () => {
    const { id, submission } = await device.mandate(anOrder())
    await device.submit(submission, id)
    const other = await device.mandate(anOrder({ merchant: 'Other' }), { claims: { jti: id } })
    expect((await device.submit(other.submission, id)).body).toMatchObject({
      status: 422,
      code: 'idempotency_conflict',
    })
  })
})

describe('outcome', () => {
  async function paid() {
    const reply = await device.pay(anOrder())
    return `/v1/payments/${reply.body.payment_id}/outcome`
  }
  const outcomes = ['settled', 'failed', 'voided'] as const

  it.each(outcomes)('%s is filed once and repeated harmlessly', async (outcome) => {
    const path = await paid()
    const first = await device.request<{ state: string }>('POST', path, { outcome, detail: 'seen' })
    const again = await device.request('POST', path, { outcome, detail: 'seen' })
    expect(first.body.state).toBe(outcome)
    expect(again.body).toEqual(first.body)
    for (const other of outcomes.filter((name) => name !== outcome)) {
      const refused = await device.request('POST', path, { outcome: other, detail: '' })
      expect(refused.body).toMatchObject({ status: 422, code: 'payment_state' })
    }
  })

  it('lets one of two racing outcomes win', async () => {
    const path = await paid()
    const replies = await Promise.all(
      (['settled', 'voided', 'failed'] as const).map((outcome) =>
        device.request('POST', path, { outcome, detail: '' }),
      ),
    )
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 422, 422])
  })

  it("is not another account's to file or see", async () => {
    const path = await paid()
    const body = { outcome: 'voided', detail: '' }
    expect((await passkeyDevice.request('POST', path, body)).status).toBe(404)
    expect((await passkeyDevice.request('GET', path.replace('/outcome', ''))).status).toBe(404)
  })
})
