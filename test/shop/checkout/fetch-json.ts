/** A script posts JSON; the button stands outside any form. The body names a payment method and no amount. */
import { jsonOf } from '../bodies.ts'
import { html } from '../html.ts'
import { CARD_FIELDS, type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const fetchJson: Checkout = {
  name: 'fetch-json',
  register(app, shop) {
    onCheckoutPage(app, shop, 'fetch-json', () => ({
      style: 'table',
      scripts: ['fetch-json.js'],
      pay: html`${CARD_FIELDS}<button type="button" class="primary" id="place-order">Place order</button>`,
    }))
    app.post('/api/orders', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (typeof jsonOf(request).payment_method !== 'string')
        return reply.code(400).send({ error: 'payment_method' })
      const order = await placeFor(shop, 'fetch-json', request, session)
      if (order === null) return reply.code(402).send({ error: 'card_declined' })
      return reply.code(201).send({ id: order.id, next: `/thanks/${order.id}` })
    })
  },
}
