/** The pages around the checkouts: home, products, basket, thanks, orders. */
import type { FastifyInstance } from 'fastify'
import { formatMoney } from '../../utils/money/format.ts'
import { money } from '../../utils/money/money.ts'
import { formOf } from './bodies.ts'
import { PRODUCTS, type Product, productOf } from './catalogue.ts'
import { quoteOf, type Shop } from './context.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { isMechanism, LABELS, MECHANISMS, type MechanismName } from './mechanisms.ts'
import type { ShopOrder } from './order-store.ts'
import { picture } from './pictures.ts'
import { writerOf } from './price.ts'
import { addToCart, type Session } from './session.ts'
import { summary } from './summary.ts'

export function registerPages(app: FastifyInstance, shop: Shop): void {
  app.get('/', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    reply.type('text/html; charset=utf-8')
    return layout({
      title: 'Handmade things for quiet houses',
      session,
      body: html`<section class="hero"><h1>Handmade things for quiet houses</h1><p>Small batches, made to be used.</p></section><div class="grid">${PRODUCTS.map(card)}</div>`,
    })
  })

  app.get<{ Params: { sku: string } }>('/products/:sku', async (request, reply) => {
    const product = productOf(request.params.sku)
    if (product === null) return reply.callNotFound()
    const session = shop.sessions.of(request, reply)
    reply.type('text/html; charset=utf-8')
    return layout({
      title: product.name,
      session,
      body: html`<article class="product">${picture(product.sku, product.name)}<div><h1>${product.name}</h1><p class="price">${euro(product.price)}</p><p>${product.blurb}</p>
<form method="post" action="/cart/add"><input type="hidden" name="sku" value="${product.sku}">
<label>${product.choice} <select name="option">${product.options.map(
        (option) =>
          html`<option value="${option.name}">${option.name}${option.extra > 0n ? ` (+ ${euro(option.extra)})` : ''}</option>`,
      )}</select></label>
<label>Quantity <input type="number" name="quantity" value="1" min="1" max="99"></label>
<button type="submit" class="primary">Add to basket</button></form></div></article>`,
    })
  })

  app.post('/cart/add', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    const form = formOf(request)
    const quantity = Number(form.get('quantity') ?? 1)
    const added = addToCart(session, form.get('sku') ?? '', form.get('option') ?? undefined, quantity)
    return added ? reply.redirect('/cart', 303) : reply.code(400).send('There is no such product.')
  })
  app.post('/cart/clear', async (request, reply) => {
    shop.sessions.of(request, reply).cart = []
    return reply.redirect('/cart', 303)
  })

  app.get('/cart', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    reply.type('text/html; charset=utf-8')
    return layout({ title: 'Your basket', session, body: basket(session) })
  })

  // "Buy it now" of many shops: straight from a product to a checkout, for people and tests in a hurry.
  app.get<{ Params: { sku: string }; Querystring: { via?: string; quantity?: string; option?: string } }>(
    '/buy/:sku',
    async (request, reply) => {
      const { via, quantity, option } = request.query
      const session = shop.sessions.of(request, reply)
      session.cart = []
      if (!addToCart(session, request.params.sku, option, Number(quantity ?? 1))) return reply.callNotFound()
      return reply.redirect(`/checkout/${isMechanism(via) ? via : 'fetch-json'}`, 303)
    },
  )
  app.get('/checkout', async (_request, reply) => reply.redirect('/checkout/fetch-json', 303))

  app.get<{ Params: { id: string } }>('/thanks/:id', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    const order = shop.store.find(request.params.id)
    reply.type('text/html; charset=utf-8')
    if (order === null) {
      reply.code(402)
      return layout({
        title: 'Payment failed',
        session,
        body: html`<h1>Payment failed</h1><p>Your card was declined. You have not been charged.</p>`,
      })
    }
    return layout({
      title: 'Order confirmed',
      session,
      body: html`<h1>Thank you for your order</h1><p>Your order <strong class="order-id">${order.id}</strong> is confirmed. You paid ${writerOf(order.mechanism)(money(BigInt(order.total), order.currency))}.</p>`,
    })
  })

  app.get('/orders', async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    const orders = shop.store.all().filter((order) => order.session === session.id)
    reply.type('text/html; charset=utf-8')
    return layout({
      title: 'Your orders',
      session,
      scripts: ['outbox.js'],
      body: html`<h1>Your orders</h1><ul class="orders">${orders.map(orderLine)}</ul>${orders.length === 0 && html`<p>Nothing yet.</p>`}`,
    })
  })
}

function card(product: Product) {
  return html`<a class="card" href="/products/${product.sku}">${picture(product.sku, product.name)}<span>${product.name}</span><span class="price">${euro(product.price)}</span></a>`
}

function basket(session: Session) {
  if (session.cart.length === 0)
    return html`<h1>Your basket</h1><p>Your basket is empty. <a href="/">Look around</a></p>`
  const priced = quoteOf(session, 'fetch-json')
  const ways = MECHANISMS.filter((name) => name !== 'fetch-json')
  return html`<h1>Your basket</h1>${summary(priced, 'fetch-json', 'list')}
<p class="go"><a class="primary" href="/checkout/fetch-json">Checkout</a></p>
<form method="post" action="/cart/clear"><button type="submit" class="quiet">Empty the basket</button></form>
<h2>Other ways to pay</h2><ul class="ways">${ways.map(way)}</ul>`
}

function way(name: MechanismName) {
  return html`<li><a href="/checkout/${name}">${LABELS[name]}</a></li>`
}

function orderLine(order: ShopOrder) {
  const write = writerOf(order.mechanism)
  return html`<li>${order.id} · ${order.items.map((item) => `${item.quantity} × ${item.name}`).join(', ')} · ${write(money(BigInt(order.total), order.currency))}</li>`
}

function euro(amount: bigint): string {
  return formatMoney(money(amount, 'EUR'), 'en-US')
}
