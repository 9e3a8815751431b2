/** What every checkout page has: heading, order, address, and the place for its own way to pay. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { place, quoteOf, type Shop, troubleOf } from '../context.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import { LABELS, type MechanismName } from '../mechanisms.ts'
import type { ShopOrder } from '../order-store.ts'
import type { Quote } from '../quote.ts'
import type { Session } from '../session.ts'
import { addressBlock, type Style, summary } from '../summary.ts'

/** One checkout: registers its pages and the requests behind them. */
export interface Checkout {
  name: MechanismName
  register(app: FastifyInstance, shop: Shop): void
}

export interface CheckoutView {
  style: Style
  /** The way to pay: fields and the pay control. */
  pay: Html
  heading?: string
  head?: Html | null
  scripts?: string[]
  lang?: string
  /** Shown above the order. */
  notice?: Html | null
}

export function checkoutPage(
  name: MechanismName,
  session: Session,
  priced: Quote,
  view: CheckoutView,
): string {
  const heading = view.heading ?? 'Checkout'
  return layout({
    title: heading,
    session,
    lang: view.lang ?? 'en',
    head: view.head ?? null,
    scripts: view.scripts ?? [],
    body: html`<h1>${heading}</h1>
${view.notice ?? ''}
<div class="checkout" data-mechanism="${name}" data-token="${session.token}">
<section class="order"><h2>Your order</h2>${summary(priced, name, view.style)}</section>
<div class="side">${addressBlock(session)}<section class="pay"><h2>Payment</h2>${view.pay}<p class="status" role="status"></p></section></div>
</div>`,
  })
}

/** `GET /checkout/<name>`: the page, or back to the basket where there is nothing to buy. */
export function onCheckoutPage(
  app: FastifyInstance,
  shop: Shop,
  name: MechanismName,
  view: (session: Session, priced: Quote, request: FastifyRequest) => CheckoutView | Promise<CheckoutView>,
  path = `/checkout/${name}`,
): void {
  app.get(path, async (request, reply) => {
    const session = shop.sessions.of(request, reply)
    const priced = quoteOf(session, name)
    if (priced.lines.length === 0) return reply.redirect('/cart', 303)
    reply.type('text/html; charset=utf-8')
    return checkoutPage(name, session, priced, await view(session, priced, request))
  })
}

/** Takes the payment of the browser that asks. Null where it was declined. */
export function placeFor(
  shop: Shop,
  name: MechanismName,
  request: FastifyRequest,
  session: Session,
): Promise<ShopOrder | null> {
  return place(shop, session, name, troubleOf(request))
}

export function declinedPage(reply: FastifyReply, session: Session, name: MechanismName): string {
  reply.code(402).type('text/html; charset=utf-8')
  return layout({
    title: 'Payment failed',
    session,
    body: html`<h1>Payment failed</h1><p>Your card was declined. You have not been charged.</p><p><a href="/checkout/${name}">Back to ${LABELS[name]}</a></p>`,
  })
}

export const CARD_FIELDS = html`<label>Card number <input name="card" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242"></label>
<div class="pair"><label>Expiry <input name="expiry" autocomplete="cc-exp" placeholder="12 / 29"></label><label>CVC <input name="cvc" autocomplete="cc-csc" placeholder="123"></label></div>`
