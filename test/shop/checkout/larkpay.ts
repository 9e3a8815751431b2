/**
 * The two checkouts over the processor: its card form in a frame on this page, and its own hosted cashier. In both
 * the shop is told of the payment by the processor, server to server.
 */
import { jsonOf } from '../bodies.ts'
import { place, quoteOf, type Shop, troubleOf } from '../context.ts'
import { html } from '../html.ts'
import { isMechanism, type MechanismName } from '../mechanisms.ts'
import { writerOf } from '../price.ts'
import type { Intent } from '../processor.ts'
import type { Session } from '../session.ts'
import { type Checkout, onCheckoutPage } from './view.ts'

function openIntent(
  shop: Shop,
  session: Session,
  mechanism: MechanismName,
  trouble: Intent['trouble'],
): Intent {
  return shop.createIntent({
    session: session.id,
    mechanism,
    shown: writerOf(mechanism)(quoteOf(session, mechanism).total),
    notify: `${shop.origin()}/webhooks/larkpay`,
    back: `${shop.origin()}/thanks/:order`,
    trouble,
  })
}

export const processorIframe: Checkout = {
  name: 'processor-iframe',
  register(app, shop) {
    onCheckoutPage(app, shop, 'processor-iframe', (session, _priced, request) => {
      const intent = openIntent(shop, session, 'processor-iframe', troubleOf(request))
      return {
        style: 'table',
        scripts: ['processor-iframe.js'],
        pay: html`<iframe class="larkpay" title="Card form" src="${shop.processorOrigin()}/frame/${intent.id}"></iframe>`,
      }
    })
  },
}

export const hosted: Checkout = {
  name: 'hosted',
  register(app, shop) {
    onCheckoutPage(app, shop, 'hosted', (session) => ({
      style: 'list',
      pay: html`<p>You pay on the page of our processor, Larkpay.</p><form method="post" action="/checkout/hosted/start"><input type="hidden" name="_token" value="${session.token}"><button type="submit" class="primary">Proceed to payment</button></form>`,
    }))
    app.post('/checkout/hosted/start', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const intent = openIntent(shop, session, 'hosted', troubleOf(request))
      return reply.redirect(`${shop.processorOrigin()}/cashier/${intent.id}`, 303)
    })
  },
}

/** `POST /webhooks/larkpay`: the processor has the money. */
export function registerWebhook(app: Parameters<Checkout['register']>[0], shop: Shop, secret: string): void {
  app.post('/webhooks/larkpay', async (request, reply) => {
    if (request.headers['x-larkpay-secret'] !== secret) return reply.code(401).send({ error: 'secret' })
    const { session: sessionId, mechanism, trouble } = jsonOf(request)
    const session = typeof sessionId === 'string' ? shop.sessions.byId(sessionId) : null
    if (session === null || !isMechanism(mechanism)) return reply.code(404).send({ error: 'session' })
    const order = await place(shop, session, mechanism, trouble as Intent['trouble'])
    return order === null ? reply.code(402).send({ error: 'declined' }) : { order: order.id }
  })
}
