/** An automatic GET makes a pending row before any press. The row is no order: only its confirmation is. */
import { randomUUID } from 'node:crypto'
import { count } from '../context.ts'
import { html } from '../html.ts'
import { type Checkout, onCheckoutPage, placeFor } from './view.ts'

export const rowBefore: Checkout = {
  name: 'row-before',
  register(app, shop) {
    onCheckoutPage(app, shop, 'row-before', () => ({
      style: 'list',
      scripts: ['row-before.js'],
      pay: html`<p class="row-number">Reserving your order…</p><button type="button" class="primary" id="confirm-row">Confirm and pay</button>`,
    }))
    app.get('/api/checkout/order-summary', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      const row = randomUUID()
      session.marks.set('row', row)
      count(shop, 'pending row')
      return { row, status: 'pending' }
    })
    app.post<{ Params: { row: string } }>('/api/checkout/order/:row/confirm', async (request, reply) => {
      const session = shop.sessions.of(request, reply)
      if (session.marks.get('row') !== request.params.row)
        return reply.code(404).send({ error: 'no such row' })
      const order = await placeFor(shop, 'row-before', request, session)
      if (order === null)
        return reply.code(402).send({ error: 'Your payment was declined. You have not been charged.' })
      return { status: 'confirmed', next: `/thanks/${order.id}` }
    })
  },
}
