/**
 * PaymentRequest: built when the page loads (many pages build and never show), shown on the press. Where the browser
 * knows no payment app, the shop's own card form takes over, as shops do.
 */

import { toDecimal } from '../../../utils/money/money.ts'
import { jsonOf } from '../bodies.ts'
import { count } from '../context.ts'
import { html, scriptJson } from '../html.ts'
import { wireTotal } from '../quote.ts'
import { CARD_FIELDS, type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const paymentRequest: Checkout = {
  name: 'payment-request',
  register(app, shop) {
    onCheckoutPage(app, shop, 'payment-request', (_session, priced) => ({
      style: 'table',
      scripts: ['payment-request.js'],
      head: html`<script type="application/json" id="payment-details">${scriptJson({
        method: `${shop.processorOrigin()}/pay`,
        details: {
          total: {
            label: 'Fernwood Goods',
            amount: { currency: wireTotal(priced).currency, value: toDecimal(priced.total) },
          },
          displayItems: priced.lines.map((line) => ({
            label: `${line.quantity} × ${line.name}`,
            amount: { currency: priced.currency, value: toDecimal(line.amount) },
          })),
        },
      })}</script>`,
      pay: html`<button type="button" class="primary" id="pay-browser">Pay with browser</button>
<div id="card-fallback" hidden><p>Your browser has no payment app for this shop.</p>${CARD_FIELDS}<button type="button" class="primary" id="pay-card">Pay by card</button></div>`,
    }))
    // The page says here what became of its PaymentRequest, so that a test can count shows and refusals.
    app.post('/api/payment-request/report', async (request) => {
      count(shop, `payment-request ${String(jsonOf(request).what)}`)
      return { ok: true }
    })
    app.post('/api/payment-request/complete', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const order = await placeFor(shop, 'payment-request', request, session)
      if (order === null) return reply.code(402).send({ error: 'card_declined' })
      return { next: `/thanks/${order.id}` }
    })
  },
}
