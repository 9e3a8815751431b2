/**
 * The demo shop: a small real shop with a checkout for each mechanism that real shops use, and its own order store.
 * Tests ask `orders()` what was really bought; nothing that a page or an extension says counts as that.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import Fastify from 'fastify'
import { acceptEveryBody } from './bodies.ts'
import { CHECKOUTS } from './checkout/all.ts'
import { registerWebhook } from './checkout/larkpay.ts'
import type { PaymentsBackend, Shop } from './context.ts'
import { openOrderStore, type ShopOrder } from './order-store.ts'
import { registerPages } from './pages.ts'
import { createProcessor } from './processor.ts'
import { openSessions } from './session.ts'
import { registerTraffic } from './traffic.ts'

export interface ShopOptions {
  /** 0 or absent: any free port. */
  port?: number
  processorPort?: number
  /** Payments backend for the integrated checkout. */
  backend?: PaymentsBackend
  /** Folder of the order store; absent: a fresh temporary folder. */
  data?: string
}

export interface RunningShop {
  /** `http://127.0.0.1:PORT`. */
  url: string
  /** `http://localhost:PORT`: another site than the shop's, for the browser. */
  processorUrl: string
  /** File of the order store. */
  store: string
  orders(): Promise<ShopOrder[]>
  /** How many ordinary requests arrived, by kind (`beacon`, `search`, `add-to-cart` …). */
  traffic(): Record<string, number>
  /** Confirmations that reached the processor. */
  confirmations(): number
  /** Forgets orders, sessions and counts. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function startShop(options: ShopOptions = {}): Promise<RunningShop> {
  const folder = options.data ?? (await mkdtemp(join(tmpdir(), 'fernwood-')))
  const store = openOrderStore(folder)
  const sessions = openSessions()
  const secret = randomUUID()
  const processor = createProcessor(secret)
  const traffic = new Map<string, number>()
  const app = Fastify()
  const origins = { shop: '', processor: '' }
  const shop: Shop = {
    store,
    sessions,
    backend: options.backend ?? null,
    origin: () => origins.shop,
    processorOrigin: () => origins.processor,
    createIntent: processor.createIntent,
    traffic,
  }

  function reset(): void {
    store.clear()
    sessions.clear()
    processor.clear()
    traffic.clear()
  }

  acceptEveryBody(app)
  await app.register(fastifyStatic, { root: join(import.meta.dirname, 'public'), prefix: '/assets/' })
  registerTraffic(app, shop)
  registerPages(app, shop)
  registerWebhook(app, shop, secret)
  for (const checkout of CHECKOUTS) checkout.register(app, shop)
  app.get('/admin/orders', async () => store.all())
  app.get('/admin/traffic', async () => Object.fromEntries(traffic))
  app.post('/admin/reset', async () => {
    reset()
    return { ok: true }
  })

  await processor.app.listen({ port: options.processorPort ?? 0, host: '127.0.0.1' })
  origins.processor = `http://localhost:${portOf(processor.app.server.address())}`
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  origins.shop = `http://127.0.0.1:${portOf(app.server.address())}`

  return {
    url: origins.shop,
    processorUrl: origins.processor,
    store: store.path,
    orders: async () => store.all(),
    traffic: () => Object.fromEntries(traffic),
    confirmations: processor.confirmations,
    reset: async () => reset(),
    async close() {
      app.server.closeAllConnections()
      processor.app.server.closeAllConnections()
      await Promise.all([app.close(), processor.app.close()])
      store.close()
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the shop has no port')
  return address.port
}
