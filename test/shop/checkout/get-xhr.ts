/** The order is confirmed by a GET XHR that a link starts (as OpenCart does). */
import { html } from '../html.ts'
import { type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const getXhr: Checkout = {
  name: 'get-xhr',
  register(app, shop) {
    onCheckoutPage(app, shop, 'get-xhr', () => ({
      style: 'list',
      scripts: ['get-xhr.js'],
      heading: 'Confirm your order',
      pay: html`<p>Pay by invoice, 14 days.</p><a href="#" class="primary" id="button-confirm">Confirm order</a>`,
    }))
    app.get('/extension/payment/invoice/confirm', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const query = request.query as { token?: string }
      if (query.token !== session.token) return reply.code(403).send({ error: 'token' })
      const order = await placeFor(shop, 'get-xhr', request, session)
      if (order === null)
        return reply.code(402).send({ error: 'Your payment was declined. You have not been charged.' })
      return { redirect: `/thanks/${order.id}` }
    })
  },
}
