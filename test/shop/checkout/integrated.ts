/**
 * An integrated merchant: the order is opened at the payments backend when the page is made, named in a meta element,
 * and carried out only by using up the payer's consent to it. A request made outside any browser gets no further.
 */
import { BackendUnavailable, type Merchant, merchant } from '../../../agent/merchant/merchant.ts'
import { decideConsent } from '../../../agent/merchant/require-consent.ts'
import { formOf } from '../bodies.ts'
import { quoteOf } from '../context.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { wireTotal } from '../quote.ts'
import { type Checkout, declinedPage, onCheckoutPage, placeFor } from './view.ts'

export const integrated: Checkout = {
  name: 'integrated',
  register(app, shop) {
    const backend: Merchant | null =
      shop.backend === null ? null : merchant({ backend: shop.backend.url, key: shop.backend.key })

    onCheckoutPage(app, shop, 'integrated', async (session, priced) => {
      if (backend === null) return unavailable('This shop was started without a payments backend.')
      try {
        // One reference a basket: reloading the page names the same order, a changed basket another one.
        const reference = `${session.id}-${JSON.stringify(session.cart.length > 0 ? session.cart : session.bought)}`
        const order = await backend.createOrder({
          reference: `fernwood-${await digest(reference)}-${session.marks.get('integrated-orders') ?? '0'}`,
          amount: wireTotal(priced),
          description: priced.lines.map((line) => `${line.quantity} × ${line.name}`).join(', '),
          origin: shop.origin(),
        })
        session.marks.set('integrated', order.order_id)
        return {
          style: 'table',
          head: html`<meta name="consent-guard-order" content="${order.order_id}">`,
          pay: html`<p>Your consent is checked before we take the payment.</p><form method="post" action="/checkout/integrated/place"><input type="hidden" name="_token" value="${session.token}"><input type="hidden" name="order_id" value="${order.order_id}"><button type="submit" class="primary">Place order</button></form>`,
        }
      } catch (error) {
        if (error instanceof BackendUnavailable) return unavailable('The payments backend does not answer.')
        throw error
      }
    })
    app.post('/checkout/integrated/place', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const form = formOf(request)
      const orderId = form.get('order_id')
      const mine = orderId !== null && orderId === session.marks.get('integrated')
      if (backend === null || !mine || form.get('_token') !== session.token) {
        return refuse('There is no such order for you.', 'order_unknown')
      }
      // A basket that changed since the order was opened is another order.
      const amount = wireTotal(quoteOf(session, 'integrated'))
      const decision = await decideConsent(backend, { order: orderId, amount })
      if (!decision.ok) return refuse(decision.problem.title, decision.problem.code)
      const order = await placeFor(shop, 'integrated', request, session)
      session.marks.set('integrated-orders', String(shop.store.all().length))
      return order === null
        ? declinedPage(reply, session, 'integrated')
        : reply.redirect(`/thanks/${order.id}`, 303)

      function refuse(why: string, code: string): string {
        reply.code(402).type('text/html; charset=utf-8')
        return layout({
          title: 'Consent needed',
          session,
          body: html`<h1>This payment needs your consent</h1><p>${why}</p><p>Nothing was charged. Open the checkout in the browser that Consent Guard watches and agree there.</p><p data-code="${code}"><a href="/checkout/integrated">Back to the checkout</a></p>`,
        })
      }
    })
  },
}

function unavailable(why: string) {
  return {
    style: 'table' as const,
    pay: html`<p class="problem">${why} Nothing can be paid here now.</p><button type="button" class="primary" disabled>Place order</button>`,
  }
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Buffer.from(hash).toString('hex').slice(0, 24)
}
