/** Full-page steps: address, delivery, card, review. The card is sent a step before the order is placed. */
import { formOf } from '../bodies.ts'
import { quoteOf } from '../context.ts'
import { type Html, html } from '../html.ts'
import { CARD_FIELDS, type Checkout, checkoutPage, declinedPage, placeFor } from './view.ts'

const STEPS = ['address', 'delivery', 'payment', 'review'] as const
type Step = (typeof STEPS)[number]

export const multiStep: Checkout = {
  name: 'multi-step',
  register(app, shop) {
    app.get('/checkout/multi-step', async (_request, reply) =>
      reply.redirect('/checkout/multi-step/address', 303),
    )
    for (const step of STEPS) {
      app.get(`/checkout/multi-step/${step}`, async (request, reply) => {
        const session = shop.sessions.of(request, reply)
        const priced = quoteOf(session, 'multi-step')
        if (priced.lines.length === 0) return reply.redirect('/cart', 303)
        if (step === 'review' && session.marks.get('card') === undefined) {
          return reply.redirect('/checkout/multi-step/payment', 303)
        }
        reply.type('text/html; charset=utf-8')
        const last4 = session.marks.get('card') ?? ''
        return checkoutPage('multi-step', session, priced, {
          style: 'list',
          heading: HEADINGS[step],
          notice: html`<ol class="steps">${STEPS.map((name) => html`<li class="${name === step ? 'now' : ''}">${name}</li>`)}</ol>`,
          pay: html`<form method="post" action="/checkout/multi-step/${step}"><input type="hidden" name="form_key" value="${session.token}">${fields(step, last4)}</form>`,
        })
      })
    }
    app.post('/checkout/multi-step/address', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const form = formOf(request)
      session.address.name = form.get('name') || session.address.name
      session.address.street = form.get('street') || session.address.street
      return reply.redirect('/checkout/multi-step/delivery', 303)
    })
    app.post('/checkout/multi-step/delivery', async (_request, reply) =>
      reply.redirect('/checkout/multi-step/payment', 303),
    )
    app.post('/checkout/multi-step/payment', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      session.marks.set('card', (formOf(request).get('card') ?? '').replace(/\D/g, '').slice(-4) || '4242')
      return reply.redirect('/checkout/multi-step/review', 303)
    })
    app.post('/checkout/multi-step/review', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (formOf(request).get('form_key') !== session.token || !session.marks.has('card')) {
        return reply.redirect('/checkout/multi-step', 303)
      }
      const order = await placeFor(shop, 'multi-step', request, session)
      return order === null
        ? declinedPage(reply, session, 'multi-step')
        : reply.redirect(`/thanks/${order.id}`, 303)
    })
  },
}

const HEADINGS: Record<Step, string> = {
  address: 'Where shall it go?',
  delivery: 'How shall it travel?',
  payment: 'How would you like to pay?',
  review: 'Review your order',
}

function fields(step: Step, last4: string): Html {
  switch (step) {
    case 'address':
      // The class says "pay" on a step that does not: seen on real shops.
      return html`<label>Name <input name="name" autocomplete="name"></label><label>Street <input name="street" autocomplete="street-address"></label><button type="submit" class="primary btn-submit-payment">Continue</button>`
    case 'delivery':
      return html`<label class="radio"><input type="radio" name="delivery" value="post" checked> Post, 3 to 5 days</label><button type="submit" class="primary">Continue</button>`
    case 'payment':
      return html`${CARD_FIELDS}<button type="submit" class="primary">Continue to review</button>`
    case 'review':
      return html`<p>Card ending in ${last4}</p><button type="submit" class="primary">Place order</button>`
  }
}
