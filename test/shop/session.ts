/** Browsers that visit the shop: a cookie, a cart and an address. Kept in memory; only orders are durable. */
import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { optionOf, productOf } from './catalogue.ts'

export interface CartLine {
  sku: string
  option: string
  quantity: number
}

export interface Address {
  name: string
  street: string
  city: string
  country: string
}

export interface Session {
  id: string
  cart: CartLine[]
  /** What the last order was made of: placing again without a cart makes that order again, as real shops do. */
  bought: CartLine[]
  address: Address
  /** Anti-forgery token of the forms; every shop of this kind has one. */
  token: string
  /** Free-form marks of one checkout: chosen delivery, rows, steps. */
  marks: Map<string, string>
}

export interface Sessions {
  of(request: FastifyRequest, reply: FastifyReply): Session
  byId(id: string): Session | null
  byToken(token: string): Session | null
  clear(): void
}

const HOME: Address = {
  name: 'Ada Merriweather',
  street: '14 Heron Lane',
  city: '10115 Berlin',
  country: 'Germany',
}

export function openSessions(): Sessions {
  const sessions = new Map<string, Session>()
  return {
    of(request, reply) {
      const known = sessions.get(cookieOf(request, 'sid') ?? '')
      if (known) return known
      const session: Session = {
        id: randomUUID(),
        cart: [],
        bought: [],
        address: { ...HOME },
        token: randomUUID().replaceAll('-', ''),
        marks: new Map(),
      }
      sessions.set(session.id, session)
      reply.header('set-cookie', `sid=${session.id}; Path=/; HttpOnly; SameSite=Lax`)
      return session
    },
    byId: (id) => sessions.get(id) ?? null,
    byToken: (token) => [...sessions.values()].find((session) => session.token === token) ?? null,
    clear: () => sessions.clear(),
  }
}

/** Puts a product into the cart; false where the shop has no such product or the quantity is not 1 to 99. */
export function addToCart(
  session: Session,
  sku: string,
  option: string | undefined,
  quantity: number,
): boolean {
  const product = productOf(sku)
  if (product === null || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) return false
  const chosen = optionOf(product, option).name
  const line = session.cart.find((known) => known.sku === sku && known.option === chosen)
  if (line) line.quantity = Math.min(99, line.quantity + quantity)
  else session.cart.push({ sku, option: chosen, quantity })
  return true
}

export function cookieOf(request: FastifyRequest, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value !== undefined) return decodeURIComponent(value)
  }
  return null
}
