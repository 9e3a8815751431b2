/** Remix: one address, told apart by `_data`; a fetch, then a navigation that never leaves the document. */
import { formOf } from '../bodies.ts'
import { html } from '../html.ts'
import { type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const remix: Checkout = {
  name: 'remix',
  register(app, shop) {
    onCheckoutPage(app, shop, 'remix', () => ({
      style: 'list',
      scripts: ['remix.js'],
      pay: html`<form method="post" class="remix"><label class="radio"><input type="radio" name="shippingMethod" value="post" checked> Post</label><label class="radio"><input type="radio" name="shippingMethod" value="courier"> Courier</label></form>
<form method="post" class="remix"><input type="hidden" name="paymentMethodCode" value="standard-payment"><button type="submit" name="action" value="setOrderPayment" class="primary">Pay with card</button></form>`,
    }))
    app.post('/checkout/remix', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const form = formOf(request)
      if (form.has('shippingMethod')) {
        session.marks.set('shipping', form.get('shippingMethod') ?? '')
        return { ok: true }
      }
      if (!form.has('paymentMethodCode')) return reply.code(400).send({ error: 'unknown action' })
      const order = await placeFor(shop, 'remix', request, session)
      if (order === null)
        return reply.code(402).send({ error: 'Your card was declined. You have not been charged.' })
      return reply.code(204).header('x-remix-redirect', `/thanks/${order.id}`).send()
    })
  },
}
