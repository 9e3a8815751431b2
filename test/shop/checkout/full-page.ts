/**
 * A plain form: one full-page POST that carries nothing but the shop's token. Browsers with WebMCP offer it to agents as a
 * tool that submits without any press.
 */
import { formOf } from '../bodies.ts'
import { html } from '../html.ts'
import { type Checkout, declinedPage, onCheckoutPage, placeFor } from './view.ts'

export const fullPage: Checkout = {
  name: 'full-page',
  register(app, shop) {
    onCheckoutPage(app, shop, 'full-page', (session) => ({
      style: 'blocks',
      pay: html`<p>Card ending in 4242</p><form method="post" action="/checkout/full-page/complete" toolname="place_order" tooldescription="Places the order that is in the basket" toolautosubmit><input type="hidden" name="_token" value="${session.token}">
<input type="submit" class="primary" value="Complete purchase"></form>`,
    }))
    app.post('/checkout/full-page/complete', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (formOf(request).get('_token') !== session.token) return reply.redirect('/checkout/full-page', 303)
      const order = await placeFor(shop, 'full-page', request, session)
      return order === null
        ? declinedPage(reply, session, 'full-page')
        : reply.redirect(`/thanks/${order.id}`, 303)
    })
  },
}
