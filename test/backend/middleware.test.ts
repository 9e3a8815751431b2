/** The shop's side of consent in real Fastify and Express servers and as a fetch handler: one question, three shapes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Merchant, merchant } from '../../agent/merchant/merchant.ts'
import {
  requireConsent,
  requireConsentExpress,
  requireConsentFastify,
  type Sale,
} from '../../agent/merchant/require-consent.ts'
import type { WireMoney } from '../../utils/money/money.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

const ORIGIN = 'https://shop.example'

interface Shape {
  name: string
  /** Starts a shop that ships on `POST /pay`; gives its address and how to end it. */
  start(shop: Merchant): Promise<{ url: string; end(): Promise<void> }>
}

const PRICE = { amount: '4999', currency: 'EUR' }

/** The shop sells one thing, at its own price. */
const saleOf = (body: unknown): Sale => {
  const id = typeof body === 'object' && body !== null && 'order_id' in body ? body.order_id : null
  return { order: typeof id === 'string' ? id : null, amount: PRICE }
}

async function listening(server: Server): Promise<{ url: string; end(): Promise<void> }> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    end: () => new Promise((done) => server.close(() => done())),
  }
}

const SHAPES: Shape[] = [
  {
    name: 'Fastify',
    async start(shop) {
      const app = fastify()
      const guard = requireConsentFastify<{ body: unknown }>(shop, ({ body }) => saleOf(body))
      app.post('/pay', { preHandler: guard }, async () => ({ shipped: true }))
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url, end: () => app.close() }
    },
  },
  {
    name: 'Express',
    async start(shop) {
      const app = express()
      app.use(express.json())
      const guard = requireConsentExpress<{ body: unknown }>(shop, ({ body }) => saleOf(body))
      app.post('/pay', guard, (_request, response) => {
        response.json({ shipped: true })
      })
      return listening(createServer(app))
    },
  },
  {
    name: 'a fetch handler',
    async start(shop) {
      async function handle(request: Request): Promise<Response> {
        const refused = await requireConsent(shop, saleOf(await request.json()))
        return refused ?? Response.json({ shipped: true })
      }
      return listening(
        createServer(async (incoming, outgoing) => {
          const chunks: Buffer[] = []
          for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
          const answer = await handle(
            new Request('http://shop.example/pay', { method: 'POST', body: Buffer.concat(chunks) }),
          )
          outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
        }),
      )
    },
  },
]

let backend: TestBackend
let device: TestDevice
let shop: Merchant
let key: string
let orders = 0

beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
  key = (await backend.registerMerchant({ name: 'Shop', origin: ORIGIN })).key
  shop = merchant({ backend: backend.url, key })
})
afterAll(() => backend.close())

const open = (amount: WireMoney) =>
  shop.createOrder({ reference: `m${orders++}`, amount, description: '', origin: ORIGIN })

async function pay(url: string, body: object) {
  const response = await fetch(`${url}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, body: (await response.json()) as Record<string, unknown> }
}

describe.each(SHAPES)('$name', ({ start }) => {
  it('ships once, after the consent, and says why it does not otherwise', async () => {
    const server = await start(shop)
    try {
      const opened = await open(PRICE)
      const order = { order_id: opened.order_id }
      expect(await pay(server.url, {})).toMatchObject({ status: 402, body: { code: 'consent_required' } })
      const before = await pay(server.url, order)
      expect(before).toMatchObject({ status: 402, body: { code: 'consent_required' } })
      expect(before.type).toMatch(/^application\/problem\+json/)
      expect((await device.pay(anOrder({ merchantOrder: opened.order_id }))).status).toBe(201)
      const all = await Promise.all(Array.from({ length: 4 }, () => pay(server.url, order)))
      expect(all.filter(({ body }) => body.shipped === true)).toHaveLength(1)
      expect(all.filter(({ status }) => status === 409)).toHaveLength(3)
    } finally {
      await server.end()
    }
  })

  it('ships nothing for the consent to a cheaper order, or one in another currency', async () => {
    const server = await start(shop)
    try {
      for (const amount of [
        { amount: '1', currency: 'EUR' },
        { ...PRICE, currency: 'JPY' },
      ]) {
        const opened = await open(amount)
        const consented = anOrder({
          merchantOrder: opened.order_id,
          currency: amount.currency,
          total: amount,
          items: [],
          totals: [],
        })
        expect((await device.pay(consented)).status).toBe(201)
        expect(await pay(server.url, { order_id: opened.order_id })).toMatchObject({
          status: 402,
          body: { code: 'order_changed' },
        })
      }
    } finally {
      await server.end()
    }
  })

  it('ships nothing while the backend is away', async () => {
    const server = await start(merchant({ backend: 'http://127.0.0.1:9', key }))
    try {
      expect(await pay(server.url, { order_id: 'ord_x' })).toMatchObject({
        status: 503,
        body: { code: 'consent_unverifiable' },
      })
    } finally {
      await server.end()
    }
  })
})
