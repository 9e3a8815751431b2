/** The whole checkout in a frame of the same origin; the top page has no amount at all. */
import { formOf } from '../bodies.ts'
import { quoteOf } from '../context.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { type Checkout, declinedPage, onCheckoutPage, placeFor } from './view.ts'

export const xFrame: Checkout = {
  name: 'x-frame',
  register(app, shop) {
    app.get('/checkout/x-frame', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (quoteOf(session, 'x-frame').lines.length === 0) return reply.redirect('/cart', 303)
      reply.type('text/html; charset=utf-8')
      return layout({
        title: 'Checkout',
        session,
        body: html`<h1>Checkout</h1><iframe class="embedded" title="Secure checkout" src="/checkout/x-frame/inner"></iframe>`,
      })
    })
    onCheckoutPage(
      app,
      shop,
      'x-frame',
      (session) => ({
        style: 'table',
        pay: html`<form method="post" action="/checkout/x-frame/inner/place"><input type="hidden" name="_token" value="${session.token}"><button type="submit" class="primary">Place order</button></form>`,
      }),
      '/checkout/x-frame/inner',
    )
    app.post('/checkout/x-frame/inner/place', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (formOf(request).get('_token') !== session.token) return reply.code(403).send('Bad token.')
      const order = await placeFor(shop, 'x-frame', request, session)
      return order === null
        ? declinedPage(reply, session, 'x-frame')
        : reply.redirect(`/thanks/${order.id}`, 303)
    })
  },
}
