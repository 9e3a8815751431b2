/**
 * The ordinary requests of a shop, counted by kind. A guard that holds any of these makes the web unusable:
 * analytics, search, add to basket by script, sign in, GraphQL, upload, newsletter.
 */
import type { FastifyInstance } from 'fastify'
import { jsonOf } from './bodies.ts'
import { PRODUCTS } from './catalogue.ts'
import { count, quoteOf, type Shop } from './context.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { wireTotal } from './quote.ts'
import { addToCart } from './session.ts'

export function registerTraffic(app: FastifyInstance, shop: Shop): void {
  app.addHook('onResponse', async (request) => {
    const kind = KINDS[`${request.method} ${request.routeOptions.url ?? ''}`]
    if (kind !== undefined) count(shop, kind)
  })

  app.post('/collect', async (_request, reply) => reply.code(204).send())
  app.post('/newsletter', async (_request, reply) => reply.redirect('/', 303))
  app.post('/account/photo', async () => ({ ok: true }))
  app.post('/account/login', async (_request, reply) => reply.redirect('/account', 303))
  app.get('/api/search', async (request) => ({ hits: found(request.query) }))

  app.post('/api/cart/items', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    const { sku, option, quantity } = jsonOf(request)
    const added = addToCart(
      session,
      String(sku),
      typeof option === 'string' ? option : undefined,
      Number(quantity ?? 1),
    )
    return added
      ? reply.code(201).send({ count: session.cart.length })
      : reply.code(400).send({ error: 'sku' })
  })

  app.post('/graphql', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    const priced = quoteOf(session, 'fetch-json')
    return { data: { cart: { total: wireTotal(priced), lines: session.cart } } }
  })

  app.get('/search', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    reply.type('text/html; charset=utf-8')
    return layout({
      title: 'Search',
      session,
      body: html`<h1>Search</h1><ul>${found(request.query).map((hit) => html`<li><a href="/products/${hit.sku}">${hit.name}</a></li>`)}</ul>`,
    })
  })

  app.get('/account', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    reply.type('text/html; charset=utf-8')
    return layout({
      title: 'Your account',
      session,
      scripts: ['account.js'],
      body: html`<h1>Your account</h1>
<form method="post" action="/account/login"><label>E-mail <input type="email" name="email"></label><label>Password <input type="password" name="password"></label><button type="submit" class="primary">Sign in</button></form>
<h2>Photo</h2><form class="upload"><input type="file" name="photo" aria-label="Photo"><button type="submit" class="quiet">Upload</button></form>`,
    })
  })
}

const KINDS: Record<string, string> = {
  'POST /collect': 'beacon',
  'POST /newsletter': 'newsletter',
  'POST /account/photo': 'upload',
  'POST /account/login': 'login',
  'GET /api/search': 'search',
  'POST /api/cart/items': 'add-to-cart',
  'POST /cart/add': 'add-to-cart',
  'POST /graphql': 'graphql',
}

function found(query: unknown) {
  const wanted = String((query as { q?: string }).q ?? '').toLowerCase()
  return PRODUCTS.filter((product) => product.name.toLowerCase().includes(wanted)).map(({ sku, name }) => ({
    sku,
    name,
  }))
}
