/** What every part of the shop works with. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { MechanismName } from './mechanisms.ts'
import type { OrderStore, ShopOrder } from './order-store.ts'
import type { Intent } from './processor.ts'
import { orderItems, quote } from './quote.ts'
import { cookieOf, type Session, type Sessions } from './session.ts'

export interface PaymentsBackend {
  url: string
  /** Merchant key of this shop. */
  key: string
}

export interface Shop {
  store: OrderStore
  sessions: Sessions
  backend: PaymentsBackend | null
  origin(): string
  processorOrigin(): string
  createIntent(intent: Omit<Intent, 'id'>): Intent
  /** Ordinary requests that arrived, by kind: what the guard must never hold. */
  traffic: Map<string, number>
}

/** The artificial trouble of one request, from its query or a cookie: `delay` and `mute` in ms, `fail`. */
export interface Trouble {
  delayMs: number
  /** How long the answer is kept back after the order was taken. */
  muteMs: number
  fail: boolean
}

export function troubleOf(request: FastifyRequest): Trouble {
  const query = request.query as Record<string, string | undefined>
  const ms = (name: 'delay' | 'mute') => {
    const asked = Number(query[name] ?? cookieOf(request, name) ?? 0)
    return Number.isFinite(asked) && asked > 0 ? Math.min(asked, 120_000) : 0
  }
  const fail = query.fail ?? cookieOf(request, 'fail')
  return {
    delayMs: ms('delay'),
    muteMs: ms('mute'),
    fail: fail !== undefined && fail !== null && fail !== '' && fail !== '0',
  }
}

/**
 * Takes the money: the one place where an order comes to be. Null where the card is declined. There is no guard
 * against a second identical request, so that a payment sent twice shows as two orders.
 */
export async function place(
  shop: Shop,
  session: Session,
  mechanism: MechanismName,
  trouble: Trouble,
): Promise<ShopOrder | null> {
  if (trouble.delayMs > 0) await wait(trouble.delayMs)
  const priced = quoteOf(session, mechanism)
  if (trouble.fail || priced.lines.length === 0) return null
  const order: ShopOrder = {
    id: `FG-${randomUUID().slice(0, 8).toUpperCase()}`,
    mechanism,
    items: orderItems(priced),
    total: priced.total.amount.toString(),
    currency: priced.currency,
    at: new Date().toISOString(),
    session: session.id,
    renewal: priced.renewal,
  }
  shop.store.append(order)
  if (session.cart.length > 0) session.bought = session.cart
  session.cart = []
  if (trouble.muteMs > 0) await wait(trouble.muteMs)
  return order
}

export function quoteOf(session: Session, mechanism: MechanismName): ReturnType<typeof quote> {
  return quote(session.cart.length > 0 ? session.cart : session.bought, mechanism)
}

export function count(shop: Shop, kind: string): void {
  shop.traffic.set(kind, (shop.traffic.get(kind) ?? 0) + 1)
}
