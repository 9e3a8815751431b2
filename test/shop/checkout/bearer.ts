/** An app-like shop: REST with a bearer token from storage. The pay control is a div with a button's role. */
import { html } from '../html.ts'
import { type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const bearer: Checkout = {
  name: 'bearer',
  register(app, shop) {
    onCheckoutPage(app, shop, 'bearer', () => ({
      style: 'blocks',
      scripts: ['bearer.js'],
      pay: html`<p>Wallet balance or card ending in 4242</p><div class="primary" id="buy" role="button" tabindex="0">Buy now</div>`,
    }))
    app.post('/api/rest/v1/guest', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      return { access_token: session.token, token_type: 'Bearer' }
    })
    app.put<{ Params: { cart: string } }>('/api/rest/v1/carts/:cart/order', async (request, reply) => {
      const session = shop.sessions.byToken((request.headers.authorization ?? '').replace('Bearer ', ''))
      if (session === null) return reply.code(401).send({ message: 'Not signed in.' })
      const order = await placeFor(shop, 'bearer', request, session)
      if (order === null)
        return reply.code(402).send({ message: 'Your payment was declined. You have not been charged.' })
      return { orderId: order.id }
    })
  },
}
