/** Keys that take each other's place: the old one is dead at once, what it signed stays proven, no thief can do it. */
import { createPublicKey, randomUUID, verify } from 'node:crypto'
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningBackend, startBackend } from '../../backend/backend.ts'
import { LOG_HANDOVER } from '../../backend/log/checkpoint.ts'
import { runningConnection } from '../../backend/postgres/server.ts'
import type { Problem } from '../../utils/contract/api.ts'
import { followHandovers, statementBy } from '../../utils/contract/handovers.ts'
import type { KeySetAnswer } from '../../utils/contract/keys.ts'
import type { AgentTokenAnswer } from '../../utils/contract/orders.ts'
import type { ClaimAnswer } from '../../utils/contract/subscriptions.ts'
import { statementOf } from '../../utils/forward/receipt-keys.ts'
import { agentOf } from './agent.ts'
import { activate, anOrder, type Reply, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let operator: string
beforeAll(async () => {
  backend = await runBackend()
  operator = await backend.issueOperatorKey()
})
afterAll(() => backend.close())

const newDevice = async (factor: 'pin' | 'passkey' = 'pin') =>
  activate(backend.url, await backend.issueActivationCode(), factor)

const newKeys = () => generateKeyPair('ES256', { extractable: true })
type Keys = Awaited<ReturnType<typeof newKeys>>

async function thumbprint(device: TestDevice): Promise<string> {
  const { kty, crv, x, y } = await exportJWK(device.deviceKey)
  return calculateJwkThumbprint({ kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' })
}

async function change(device: TestDevice, keys: Keys, claims: object = {}, signer = keys.privateKey) {
  const proof = await new SignJWT({
    vct: 'key.change.1',
    iss: device.id,
    replaces: await thumbprint(device),
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt()
    .sign(signer)
  return { device_key: await exportJWK(keys.publicKey), proof }
}

const rotate = (device: TestDevice, body: object, options = {}): Promise<Reply<Problem>> =>
  device.request('POST', '/v1/devices/rotate', body, options)

async function bearer<T>(token: string, path: string, body: object = {}) {
  const response = await fetch(backend.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as T }
}

describe('a device’s key', () => {
  it('is dead at once, and the new one is heard', async () => {
    const device = await newDevice()
    const keys = await newKeys()
    expect((await rotate(device, await change(device, keys))).status).toBe(200)
    expect((await device.pay(anOrder())).status).toBe(401)
    const list = await device.request('GET', '/v1/devices', undefined, { key: keys.privateKey })
    expect(list.status).toBe(200)
  })

  it.each([
    ['by the old key', async (device: TestDevice, keys: Keys) => change(device, keys, {}, device.deviceKey)],
    ['for another device', async (device: TestDevice, keys: Keys) => change(device, keys, { iss: 'dev_x' })],
    ['of another key', async (device: TestDevice, keys: Keys) => change(device, keys, { replaces: 'x' })],
    ['of another kind', async (device: TestDevice, keys: Keys) => change(device, keys, { vct: 'other' })],
  ])('is not replaced on a proof %s', async (_title, body) => {
    const device = await newDevice()
    const reply = await rotate(device, await body(device, await newKeys()))
    expect(reply).toMatchObject({ status: 401, body: { code: 'signature_invalid' } })
    expect((await device.pay(anOrder())).status).toBe(201)
  })

  it('is not replaced by whoever stole a token', async () => {
    const device = await newDevice()
    const agent = await agentOf(backend.url, device)
    const merchant = await backend.registerMerchant({ name: 'S', origin: 'https://s.example' })
    const body = await change(device, await newKeys())
    for (const token of [agent.token, merchant.key, operator]) {
      for (const path of ['/v1/devices/rotate', `/v1/agents/${agent.id}/rotate`]) {
        expect((await bearer<Problem>(token, path, body)).status).toBe(403)
      }
    }
    expect((await bearer<Problem>(agent.token, '/v1/operator/keys/rotate')).status).toBe(403)
    expect((await device.pay(anOrder())).status).toBe(201)
  })

  it('stays the new one when the rotation is heard again, by either key', async () => {
    const device = await newDevice()
    const keys = await newKeys()
    const body = await change(device, keys)
    const claims = { jti: randomUUID() }
    expect((await rotate(device, body, { claims })).status).toBe(200)
    expect((await rotate(device, body, { claims })).status).toBe(401)
    expect((await rotate(device, body)).status).toBe(401)
    // Signed by the new key, the old proof names a key that is not there any more.
    expect((await rotate(device, body, { key: keys.privateKey })).status).toBe(401)
  })

  it('never comes back', async () => {
    const device = await newDevice()
    const keys = await newKeys()
    await rotate(device, await change(device, keys))
    const publicJwk = await exportJWK(device.deviceKey)
    const { d: _, ...old } = publicJwk
    const proof = await new SignJWT({
      vct: 'key.change.1',
      iss: device.id,
      replaces: await calculateJwkThumbprint(await exportJWK(keys.publicKey)),
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(device.deviceKey)
    const back = await rotate(device, { device_key: old, proof }, { key: keys.privateKey })
    expect(back).toMatchObject({ status: 400, body: { code: 'malformed' } })
  })

  it('goes to one of two rotations that race', async () => {
    const device = await newDevice()
    const all = await Promise.all([newKeys(), newKeys(), newKeys(), newKeys()])
    const bodies = await Promise.all(all.map((keys) => change(device, keys)))
    const replies = await Promise.all(bodies.map((body) => rotate(device, body)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
  })

  it('pays nothing more once its rotation is answered, and what it paid before is paid once', async () => {
    const device = await newDevice()
    const body = await change(device, await newKeys())
    const made = await Promise.all(Array.from({ length: 30 }, () => device.mandate(anOrder())))
    const [turned, ...paid] = await Promise.all([
      rotate(device, body),
      ...made.map(({ id, submission }) => device.submit(submission, id)),
    ])
    expect(turned.status).toBe(200)
    expect(paid.every(({ status }) => status === 201 || status === 401)).toBe(true)
    expect((await device.pay(anOrder())).status).toBe(401)
    const db = await backend.database()
    const [row] = await db.query<{ n: bigint }>('SELECT count(*) AS n FROM payment WHERE account_id = $1', [
      device.account,
    ])
    await db.end()
    expect(Number(row?.n)).toBe(paid.filter(({ status }) => status === 201).length)
  })

  it('still proves what it signed: a rotation makes no compensation, and no new mandate by the old key holds', async () => {
    const device = await newDevice('passkey')
    const keys = await newKeys()
    const { body: paid } = await device.pay(anOrder())
    const unused = await device.mandate(anOrder())
    expect((await rotate(device, await change(device, keys))).status).toBe(200)
    const key = { key: keys.privateKey }

    const headers = { 'idempotency-key': unused.id }
    const late = await device.request('POST', '/v1/mandates', unused.submission, { ...key, headers })
    expect(late).toMatchObject({ status: 403, body: { code: 'mandate_invalid' } })

    const path = `/v1/payments/${paid.payment_id}/evidence`
    const { body: evidence } = await device.request<{
      consent_holds: boolean
      payment_mandate: string
      former_device_keys: { key_id: string; key: JsonWebKey }[]
    }>('GET', path, undefined, key)
    expect(evidence.consent_holds).toBe(true)
    const [former] = evidence.former_device_keys
    expect(former?.key_id).toBe(await thumbprint(device))
    await jwtVerify(evidence.payment_mandate, await importJWK({ ...former?.key, kty: 'EC', alg: 'ES256' }))

    const claim = { payment_id: paid.payment_id, reason: 'not_consented', statement: 'It was not me' }
    const opened = await device.request<ClaimAnswer>('POST', '/v1/claims', claim, {
      ...key,
      headers: { 'idempotency-key': randomUUID() },
    })
    expect(opened.body.state).toBe('open')
  })
})

describe('bearer keys', () => {
  it('of an agent: the old token is dead at once, the new one is the agent', async () => {
    const device = await newDevice()
    const agent = await agentOf(backend.url, device)
    const fresh = await device.request<AgentTokenAnswer>('POST', `/v1/agents/${agent.id}/rotate`, {})
    expect((await agent.get('/v1/orders')).status).toBe(401)
    const response = await fetch(`${backend.url}/v1/orders`, {
      headers: { authorization: `Bearer ${fresh.body.token}` },
    })
    expect(response.status).toBe(200)
  })

  it('of a merchant: of two rotations with one key one holds, and the operator takes a stolen one back', async () => {
    const { id, key } = await backend.registerMerchant({ name: 'R', origin: 'https://r.example' })
    const both = await Promise.all([
      bearer<{ key: string }>(key, '/v1/merchant/key/rotate'),
      bearer<{ key: string }>(key, '/v1/merchant/key/rotate'),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    const thief = both.find(({ status }) => status === 200)?.body.key ?? ''
    const { body } = await bearer<{ key: string }>(operator, `/v1/operator/merchants/${id}/rotate`)
    expect((await bearer(thief, '/v1/merchant/key/rotate')).status).toBe(401)
    expect((await bearer(body.key, '/v1/merchant/key/rotate')).status).toBe(200)
  })
})

describe('the backend’s own keys', () => {
  const keySet = async (of: RunningBackend = backend) =>
    (await (await fetch(`${of.url}/v1/keys`)).json()) as KeySetAnswer
  const handovers = async () =>
    (await keySet()).keys.flatMap(({ purpose, handover }) =>
      purpose === 'receipt' && handover !== null ? [handover] : [],
    )

  it('hand over to new ones that whoever pinned the first can follow', async () => {
    const device = await newDevice()
    const { body: first } = await device.pay(anOrder())
    const before = (await keySet()).keys.length
    for (let times = 0; times < 2; times++) {
      const turned = await bearer<KeySetAnswer>(operator, '/v1/operator/keys/rotate', { purpose: 'receipt' })
      expect(turned.status).toBe(200)
    }
    const { keys } = await keySet()
    expect(keys).toHaveLength(before + 2)
    const receiptKeys = keys.filter(({ purpose }) => purpose === 'receipt')
    expect(receiptKeys.map(({ retired_at }) => retired_at === null)).toEqual([false, false, true])

    const { body: second } = await device.pay(anOrder())
    expect(decodeProtectedHeader(second.receipt).kid).toBe(receiptKeys.at(-1)?.kid)
    const trusted = await followHandovers(device.receiptKey, await handovers())
    expect(await statementBy(first.receipt, trusted)).toMatchObject({ payment_id: first.payment_id })
    expect(await statementBy(second.receipt, trusted)).toMatchObject({ payment_id: second.payment_id })
    // Who does not follow believes only what the pinned key said.
    expect(await statementBy(second.receipt, await followHandovers(device.receiptKey, []))).toBeNull()
    // A device that is paired now pins the new key.
    expect((await newDevice()).receiptKey).toMatchObject({ x: receiptKeys.at(-1)?.x })

    const db = await backend.database()
    const kept = await db.query<{ open: boolean }>(
      `SELECT private_jwk ? 'd' AS open FROM backend_key WHERE purpose = 'receipt' ORDER BY key_id::int`,
    )
    await db.end()
    expect(kept.map(({ open }) => open)).toEqual([false, false, true])
  })

  it('are handed over by nobody else, and a retired one says nothing new', async () => {
    const pinned = await newKeys()
    const next = await newKeys()
    const stranger = await newKeys()
    const now = Math.floor(Date.now() / 1000)
    const handover = async (by: Keys, iat: number) =>
      new SignJWT({ vct: 'key.handover.1', iat, kid: '2', key: await exportJWK(next.publicKey) })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(by.privateKey)
    const say = (by: Keys, iat: number) =>
      new SignJWT({ said: true, iat }).setProtectedHeader({ alg: 'ES256' }).sign(by.privateKey)
    const pin = await exportJWK(pinned.publicKey)

    const forged = await followHandovers(pin, [await handover(stranger, now)])
    expect(await statementBy(await say(next, now), forged)).toBeNull()
    const trusted = await followHandovers(pin, [await handover(pinned, now - 3600)])
    expect(await statementBy(await say(next, now), trusted)).toMatchObject({ said: true })
    expect(await statementBy(await say(pinned, now - 4000), trusted)).toMatchObject({ said: true })
    expect(await statementBy(await say(pinned, now), trusted)).toBeNull()
    expect(await statementBy(await say(stranger, now), trusted)).toBeNull()
  })

  it('are followed by a device that pinned the first, which keeps the way for its evidence', async () => {
    const device = await newDevice()
    await bearer(operator, '/v1/operator/keys/rotate', { purpose: 'receipt' })
    const { body: paid } = await device.pay(anOrder())
    const pairing = {
      url: backend.url,
      deviceId: device.id,
      accountId: device.account,
      receiptKey: device.receiptKey,
    }
    let kept: string[] = []
    const followed = async (way: string[]) => {
      kept = way
    }
    expect(await statementOf(paid.receipt, pairing, { fetch, followed })).toMatchObject({
      payment_id: paid.payment_id,
    })
    expect(kept).toEqual(await handovers())
    // From then on without asking, and whoever answers in the backend's place has no say.
    const away = { fetch: async () => Promise.reject(new TypeError('nobody there')) }
    expect(await statementOf(paid.receipt, { ...pairing, handovers: kept }, away)).not.toBeNull()
    const liar = await newKeys()
    const lie = await new SignJWT({ payment_id: paid.payment_id, iat: 1 })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(liar.privateKey)
    const handover = await new SignJWT({
      vct: 'key.handover.1',
      iat: 1,
      key: await exportJWK(liar.publicKey),
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(liar.privateKey)
    const forged = { fetch: async () => Response.json({ keys: [{ purpose: 'receipt', handover }] }) }
    expect(await statementOf(lie, pairing, forged)).toBeNull()
  })

  it('of the log: the old key signs the new verifier', async () => {
    const device = await newDevice()
    const read = async () =>
      (await device.request<{ verifier: string }>('GET', '/v1/log/checkpoint')).body.verifier
    const before = await read()
    const { body } = await bearer<KeySetAnswer>(operator, '/v1/operator/keys/rotate', { purpose: 'log' })
    const after = await read()
    expect(after).not.toBe(before)
    const raw = Buffer.from(before.split('+').slice(2).join('+'), 'base64').subarray(1)
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      format: 'jwk',
    })
    const signature = Buffer.from(
      body.keys.findLast(({ purpose }) => purpose === 'log')?.handover ?? '',
      'base64',
    )
    expect(verify(null, Buffer.from(`${LOG_HANDOVER}${after}\n`), key, signature)).toBe(true)
  })

  it('are the same in every process, and of rotations that race each has its own place', async () => {
    const { host, port, user, password } = await runningConnection(backend.folder)
    const databaseUrl = `postgresql://${user}:${encodeURIComponent(password)}@/postgres?host=${encodeURIComponent(host)}&port=${port}`
    const second = await startBackend({ port: 0, databaseUrl, logLevel: 'silent' })
    try {
      const devices = [await newDevice(), await activate(second.url, await backend.issueActivationCode())]
      const before = (await keySet(second)).keys.length
      const turn = (at: RunningBackend) =>
        fetch(`${at.url}/v1/operator/keys/rotate`, {
          method: 'POST',
          headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
          body: '{"purpose":"receipt"}',
        }).then((response) => response.status)
      const statuses = await Promise.all([turn(backend), turn(second)])
      const done = statuses.filter((status) => status === 200).length
      expect(statuses.every((status) => status === 200 || status === 409)).toBe(true)
      const { keys } = await keySet(second)
      expect(keys).toHaveLength(before + done)
      const newest = keys.findLast(({ purpose }) => purpose === 'receipt')?.kid
      for (const device of devices) {
        await expect
          .poll(async () => decodeProtectedHeader((await device.pay(anOrder())).body.receipt).kid)
          .toBe(newest)
      }
    } finally {
      await second.close()
    }
  })
})
