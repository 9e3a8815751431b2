/**
 * Next.js server actions: every step posts `[]` as text/plain to the page's own address. Only the per-build hash in
 * `Next-Action` tells paying from choosing a gift note.
 */
import { html } from '../html.ts'
import { type Checkout, onCheckoutPage, placeFor } from './view.ts'

const ACTIONS = {
  note: '7f02c1a9be64d03a5581d2c7e90b1f6643aa8d02',
  pay: '40b9c5e1d7aa03f2286e91bc4d5f7a8890c3e6f1',
} as const

export const serverAction: Checkout = {
  name: 'server-action',
  register(app, shop) {
    onCheckoutPage(app, shop, 'server-action', (session) => ({
      style: 'blocks',
      lang: 'en-US',
      scripts: ['server-action.js'],
      pay: html`<p>Card ending in 4242</p>
<button type="button" class="quiet" data-action="${ACTIONS.note}">${session.marks.has('note') ? 'Gift note added' : 'Add a gift note'}</button>
<button type="button" class="primary" data-action="${ACTIONS.pay}">Pay now</button>`,
    }))
    app.post('/checkout/server-action', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      reply.type('text/x-component')
      switch (request.headers['next-action']) {
        case ACTIONS.note:
          session.marks.set('note', 'yes')
          return '1:"ok"\n'
        case ACTIONS.pay: {
          const order = await placeFor(shop, 'server-action', request, session)
          if (order === null) return reply.code(402).send('1:{"error":"card_declined"}\n')
          return reply.code(303).header('x-action-redirect', `/thanks/${order.id};push`).send('')
        }
        default:
          return reply.code(404).send('Server action not found.')
      }
    })
  },
}
