/**
 * A device for tests: keys, activation, signed requests, mandates. What the extension does, without a browser.
 * Made from the contract alone and not from the extension's own code, so that the two check each other.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { actionDigest } from '../../utils/contract/action.ts'
import type { ActivationAnswer, PaymentAnswer, Problem } from '../../utils/contract/api.ts'
import type { ActionClaims, ActionConsent } from '../../utils/contract/caps.ts'
import type { MandateClaims, MandateSubmission } from '../../utils/contract/mandate.ts'
import { orderDigest, type WireOrder } from '../../utils/contract/order-wire.ts'
import { softwarePasskey } from './passkey.ts'

export interface Reply<T> {
  status: number
  headers: Headers
  body: T
}

export type PaymentReply = Reply<PaymentAnswer & Problem>

export interface MandateChanges {
  claims?: Partial<MandateClaims>
  /** Order that is sent; the digest stays that of `order`. */
  sentOrder?: WireOrder
  /** Signs with this key instead of the registered one. */
  key?: CryptoKey
  assertion?: AuthenticationResponseJSON | null
}

export interface TestDevice {
  id: string
  account: string
  receiptKey: JsonWebKey
  deviceKey: CryptoKey
  /** Signed request. `authorization` overrides the header; `claims` changes the token's claims. */
  request<T>(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Reply<T>>
  mandate(order: WireOrder, changes?: MandateChanges): Promise<{ id: string; submission: MandateSubmission }>
  submit(submission: MandateSubmission, key: string | null): Promise<PaymentReply>
  /** Consent to a command that is no order. */
  consent(action: { command: string } & Record<string, unknown>): Promise<ActionConsent>
  /** Makes a mandate for the order and submits it. */
  pay(order: WireOrder, changes?: MandateChanges): Promise<PaymentReply>
}

export interface RequestOptions {
  headers?: Record<string, string>
  authorization?: string | null
  claims?: Record<string, unknown>
  key?: CryptoKey
}

export function anOrder(changes: Partial<WireOrder> = {}): WireOrder {
  return {
    site: { key: 'shop.example', origin: 'https://shop.example' },
    merchant: 'A shop',
    processor: null,
    merchantOrder: null,
    currency: 'EUR',
    items: [{ name: 'Kettle', quantity: 1, amount: '4999' }],
    totals: [{ type: 'subtotal', label: 'Subtotal', amount: '4999' }],
    total: { amount: '4999', currency: 'EUR' },
    certain: true,
    shipTo: null,
    paymentMethod: null,
    recurrence: null,
    ...changes,
  }
}

export async function post<T>(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply<T>> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as T }
}

export async function activate(
  backend: string,
  code: string,
  factor: 'pin' | 'passkey' = 'pin',
  /** Sends the signed requests; a measurement has a browser send them. */
  send: typeof fetch = fetch,
): Promise<TestDevice> {
  const deviceKeys = await generateKeyPair('ES256', { extractable: true })
  const consentKeys = await generateKeyPair('ES256', { extractable: true })
  const passkey = softwarePasskey(`chrome-extension://${'a'.repeat(32)}`)
  const activation = await post<ActivationAnswer & Problem>(`${backend}/v1/devices`, {
    code,
    device_key: await exportJWK(deviceKeys.publicKey),
    consent:
      factor === 'pin' ? { kind: 'pin', key: await exportJWK(consentKeys.publicKey) } : passkey.registration,
    label: 'Test device',
  })
  if (activation.status !== 201) throw new Error(`activation: ${activation.body.code}`)
  const { device_id: id, account_id: account, receipt_key: receiptKey } = activation.body

  async function request<T>(
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<Reply<T>> {
    const text = body === undefined ? null : JSON.stringify(body)
    const token = await new SignJWT({
      iss: id,
      aud: backend,
      htm: method,
      htu: path.split('?')[0],
      iat: Math.floor(Date.now() / 1000),
      jti: randomUUID(),
      bh: createHash('sha256')
        .update(text ?? '')
        .digest('base64url'),
      ...options.claims,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(options.key ?? deviceKeys.privateKey)
    const authorization = options.authorization === undefined ? `Device ${token}` : options.authorization
    const response = await send(backend + path, {
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(text === null ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(text === null ? {} : { body: text }),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as T }
  }

  async function mandate(order: WireOrder, changes: MandateChanges = {}) {
    const now = Math.floor(Date.now() / 1000)
    const mandateId = changes.claims?.jti ?? randomUUID()
    const attempt = changes.claims?.attempt_id ?? `attempt-${randomBytes(8).toString('hex')}`
    const digest = await orderDigest(attempt, order)
    const claims: MandateClaims = {
      vct: 'mandate.payment.1',
      jti: mandateId,
      iss: id,
      aud: backend,
      iat: now,
      exp: now + 300,
      transaction_id: digest,
      attempt_id: attempt,
      payee: { id: order.site.key, name: order.merchant, website: order.site.origin },
      payment_amount: order.total ?? { amount: '0', currency: order.currency ?? 'EUR' },
      rail: 'shop',
      factor,
      ...changes.claims,
    }
    // Under an allowance nobody is asked, and an approval comes from elsewhere: the device signs.
    const asked = claims.factor !== 'allowance' && claims.factor !== 'approver'
    const key = changes.key ?? (factor === 'pin' && asked ? consentKeys.privateKey : deviceKeys.privateKey)
    const jws = await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(key)
    const assertion =
      changes.assertion !== undefined
        ? changes.assertion
        : factor === 'pin' || !asked
          ? null
          : passkey.assert(digest)
    const submission = { mandate: jws, order: changes.sentOrder ?? order, assertion }
    return { id: claims.jti, submission }
  }

  async function submit(submission: MandateSubmission, key: string | null): Promise<PaymentReply> {
    return request('POST', '/v1/mandates', submission, {
      headers: key === null ? {} : { 'idempotency-key': key },
    })
  }

  return {
    id,
    account,
    receiptKey,
    deviceKey: deviceKeys.privateKey,
    request,
    mandate,
    submit,
    async consent(action) {
      const now = Math.floor(Date.now() / 1000)
      const digest = await actionDigest(action)
      const claims: ActionClaims = {
        vct: 'mandate.action.1',
        jti: randomUUID(),
        iss: id,
        aud: backend,
        iat: now,
        exp: now + 300,
        transaction_id: digest,
        factor,
      }
      const key = factor === 'pin' ? consentKeys.privateKey : deviceKeys.privateKey
      const mandate = await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(key)
      return { mandate, assertion: factor === 'pin' ? null : passkey.assert(digest) }
    },
    async pay(order, changes) {
      const made = await mandate(order, changes)
      return submit(made.submission, made.id)
    },
  }
}
