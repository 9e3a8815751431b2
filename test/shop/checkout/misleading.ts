/**
 * Checkouts whose pages mislead a reader: a stale state object, decoy prices, no currency at all, and a trial that
 * turns into a subscription. All place their order with the same JSON call.
 */

import { money } from '../../../utils/money/money.ts'
import { type Html, html, scriptJson } from '../html.ts'
import type { MechanismName } from '../mechanisms.ts'
import { writerOf } from '../price.ts'
import type { Quote } from '../quote.ts'
import { CARD_FIELDS, type Checkout, type CheckoutView, onCheckoutPage, placeFor } from './view.ts'

type Misleading = Extract<MechanismName, 'stale-state' | 'decoys' | 'no-currency' | 'subscription'>

function misleading(name: Misleading, view: (priced: Quote) => CheckoutView): Checkout {
  return {
    name,
    register(app, shop) {
      onCheckoutPage(app, shop, name, (_session, priced) => view(priced))
      app.post(`/api/pay/${name}`, async (request, reply) => {
        const session = shop.sessions.of(request, reply)
        const order = await placeFor(shop, name, request, session)
        if (order === null) return reply.code(402).send({ error: 'card_declined' })
        return reply.code(201).send({ next: `/thanks/${order.id}` })
      })
    },
  }
}

function payButton(label: string): Html {
  return html`${CARD_FIELDS}<button type="button" class="primary" data-pay>${label}</button>`
}

/** The server-rendered state is from before delivery was added and the quantity changed: 15.00. */
export const staleState = misleading('stale-state', () => ({
  style: 'table',
  scripts: ['pay.js'],
  head: html`<script>window.__STATE__ = ${scriptJson({ cart: { currency: 'EUR', subtotal: '15.00', total: '15.00', totalMinor: 1500, items: [{ name: 'Linen Tea Towel', quantity: 1 }] } })}</script>`,
  pay: payButton('Place order'),
}))

/** Fifteen amounts, ten of them not of this order; the total stands in three places. */
export const decoys = misleading('decoys', (priced) => {
  const write = writerOf('decoys')
  const euro = (minor: bigint) => write(money(minor, priced.currency))
  const total = write(priced.total)
  return {
    style: 'blocks',
    scripts: ['pay.js'],
    notice: html`<p class="banner">Free delivery from ${euro(6000n)}. Join the Fern Club for ${euro(990n)} a year.</p>
<details class="mobile-summary"><summary>Show order summary <span class="summary-total">${total}</span></summary><p>Last order: ${euro(23450n)}</p></details>`,
    pay: html`<p>3 payments of ${euro(priced.total.amount / 3n)} with Larkpay Later</p>
<label class="radio"><input type="radio" name="ship" checked> Post <span class="price">included</span></label>
<label class="radio"><input type="radio" name="ship"> Courier <span class="price">+ ${euro(890n)}</span> (total ${euro(priced.total.amount + 890n)})</label>
<p class="savings">You save ${euro(1250n)}. Was ${euro(priced.total.amount + 1250n)}.</p>
${payButton(`Pay ${total}`)}
<aside class="also"><h3>Goes well with it</h3><p>Oak Bread Board ${euro(3600n)}</p><p>Wool Blanket ${euro(9800n)}</p></aside>`,
  }
})

export const noCurrency = misleading('no-currency', () => ({
  style: 'table',
  scripts: ['pay.js'],
  pay: payButton('Place order'),
}))

export const subscription = misleading('subscription', (priced) => {
  const write = writerOf('subscription')
  const renewal = money(BigInt(priced.renewal?.amount ?? '0'), priced.currency)
  const days = priced.renewal?.trialDays ?? 0
  return {
    style: 'table',
    scripts: ['pay.js'],
    heading: 'Start your subscription',
    pay: html`<p class="terms">${days}-day trial for ${write(priced.total)}, then ${write(renewal)} per month until you cancel. Renews automatically.</p>
${payButton('Start subscription')}`,
  }
})
