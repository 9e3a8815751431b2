/**
 * A pure-script shop: paying sends nothing. The order waits in `localStorage` under NO_NETWORK_KEY and reaches the
 * shop when the person next opens /orders. Before that, a test reads it with `localStorage.getItem(NO_NETWORK_KEY)`.
 */
import { jsonOf } from '../bodies.ts'
import { html } from '../html.ts'
import { type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const NO_NETWORK_KEY = 'fernwood-orders'

export const noNetwork: Checkout = {
  name: 'no-network',
  register(app, shop) {
    onCheckoutPage(app, shop, 'no-network', () => ({
      style: 'list',
      scripts: ['no-network.js'],
      pay: html`<p>Pay by invoice. Works without a connection.</p><button type="button" class="primary">Finish and pay</button>`,
    }))
    // Each waiting order is taken once: `local` is its id in the browser.
    app.post('/api/outbox', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const local = jsonOf(request).local
      if (typeof local !== 'string') return reply.code(400).send({ error: 'local' })
      const known = session.marks.get(`outbox ${local}`)
      if (known !== undefined) return { id: known }
      const order = await placeFor(shop, 'no-network', request, session)
      if (order === null) return reply.code(402).send({ error: 'declined' })
      session.marks.set(`outbox ${local}`, order.id)
      return reply.code(201).send({ id: order.id })
    })
  },
}
