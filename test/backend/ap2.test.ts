/** The AP2 export, taken apart with nothing of ours: jose for signatures, a hash for what they bind. */
import { createHash } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Ap2Mandates } from '../../backend/export/ap2.ts'
import { orderDigest } from '../../utils/contract/order-wire.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
})
afterAll(() => backend.close())

const hash = (text: string) => createHash('sha256').update(text).digest('base64url')

async function verified(jws: string) {
  const key = await importJWK({ ...device.receiptKey, kty: 'EC' }, 'ES256')
  return (await jwtVerify(jws, key, { algorithms: ['ES256'] })).payload
}

it('binds payment to checkout, checkout to order, and carries what the person signed', async () => {
  const order = anOrder()
  const { body: paid } = await device.pay(order)
  const { body } = await device.request<Ap2Mandates>('GET', `/v1/payments/${paid.payment_id}/ap2`)

  const [checkout = '', disclosure = '', rest] = body.checkout_mandate.split('~')
  const mandate = await verified(checkout)
  expect(rest).toBe('')
  expect(mandate).toMatchObject({ vct: 'mandate.checkout.1', _sd_alg: 'sha-256', _sd: [hash(disclosure)] })
  expect(mandate).not.toHaveProperty('checkout_jwt')
  const [salt, name, checkoutJwt] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as string[]
  expect(name).toBe('checkout_jwt')
  expect(Buffer.from(salt ?? '', 'base64url').length).toBeGreaterThanOrEqual(16)
  expect(mandate.checkout_hash).toBe(hash(checkoutJwt ?? ''))
  const said = await verified(checkoutJwt ?? '')
  expect(said.order).toEqual(order)

  const payment = await verified(body.payment_mandate.split('~')[0] ?? '')
  expect(payment).toMatchObject({
    vct: 'mandate.payment.1',
    transaction_id: mandate.checkout_hash,
    payee: { id: 'shop.example', website: 'https://shop.example' },
    payment_amount: { amount: 4999, currency: 'EUR' },
    iat: mandate.iat,
    exp: mandate.exp,
  })
  const { consent_guard_mandate: own } = payment.risk_data as { consent_guard_mandate: string }
  const claims = JSON.parse(Buffer.from(own.split('.')[1] ?? '', 'base64url').toString()) as {
    transaction_id: string
  }
  expect(claims.transaction_id).toBe(await orderDigest(String(said.attempt_id), order))
})

it('is given to nobody else', async () => {
  const { body: paid } = await device.pay(anOrder())
  const other = await activate(backend.url, await backend.issueActivationCode())
  expect((await other.request('GET', `/v1/payments/${paid.payment_id}/ap2`)).status).toBe(404)
})
