/** A form whose submit a script turns into an urlencoded XHR with a nonce (as WooCommerce's classic checkout). */
import { formOf } from '../bodies.ts'
import { html } from '../html.ts'
import { CARD_FIELDS, type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const xhrNonce: Checkout = {
  name: 'xhr-nonce',
  register(app, shop) {
    onCheckoutPage(app, shop, 'xhr-nonce', (session) => ({
      style: 'table',
      scripts: ['xhr-nonce.js'],
      pay: html`<form name="checkout" class="checkout-form"><input type="hidden" name="nonce" value="${session.token}">
<label class="radio"><input type="radio" name="payment_method" value="card" checked> Card</label>
<label class="radio"><input type="radio" name="payment_method" value="cod"> Cash on delivery</label>
${CARD_FIELDS}<button type="submit" name="checkout_place_order" value="Place order" class="primary">Place order</button></form>`,
    }))
    app.post('/ajax/checkout', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (formOf(request).get('nonce') !== session.token) {
        return { result: 'failure', messages: 'Your session has ended. Please reload the page.' }
      }
      const order = await placeFor(shop, 'xhr-nonce', request, session)
      if (order === null)
        return { result: 'failure', messages: 'Your card was declined. You have not been charged.' }
      return { result: 'success', redirect: `/thanks/${order.id}` }
    })
  },
}
