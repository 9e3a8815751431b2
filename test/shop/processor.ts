/**
 * Larkpay, the shop's card processor, on an origin of its own. It shows a card form (in a frame, or as a hosted
 * cashier), takes the money when that form is sent, and only then tells the shop, server to server.
 */
import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { acceptEveryBody } from './bodies.ts'
import type { Trouble } from './context.ts'
import { html } from './html.ts'
import type { MechanismName } from './mechanisms.ts'

export interface Intent {
  id: string
  session: string
  mechanism: MechanismName
  /** The amount as the shop writes it; Larkpay only shows it. */
  shown: string
  /** Where the shop hears of the payment. */
  notify: string
  /** Where the hosted cashier sends the browser afterwards; the frame tells its parent instead. */
  back: string
  trouble: Trouble
}

export interface Processor {
  app: FastifyInstance
  createIntent(intent: Omit<Intent, 'id'>): Intent
  /** Confirmations that arrived, for tests that count what reached the processor. */
  confirmations(): number
  clear(): void
}

export function createProcessor(secret: string): Processor {
  const intents = new Map<string, Intent>()
  let confirmations = 0
  const app = Fastify()
  acceptEveryBody(app)

  /** Charges and notifies the shop. The shop's order id, or null where it was declined. */
  async function charge(intent: Intent): Promise<string | null> {
    confirmations += 1
    const answer = await fetch(intent.notify, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-larkpay-secret': secret },
      body: JSON.stringify({
        intent: intent.id,
        session: intent.session,
        mechanism: intent.mechanism,
        trouble: intent.trouble,
      }),
    })
    if (!answer.ok) return null
    const { order } = (await answer.json()) as { order: string }
    return order
  }

  app.get<{ Params: { id: string } }>('/frame/:id', async (request, reply) => {
    const intent = intents.get(request.params.id)
    reply.type('text/html; charset=utf-8')
    return intent ? framePage(intent) : reply.code(404).send('No such payment.')
  })
  app.get<{ Params: { id: string } }>('/cashier/:id', async (request, reply) => {
    const intent = intents.get(request.params.id)
    reply.type('text/html; charset=utf-8')
    return intent ? cashierPage(intent) : reply.code(404).send('No such payment.')
  })
  app.post<{ Params: { id: string } }>('/v1/intents/:id/confirm', async (request, reply) => {
    const intent = intents.get(request.params.id)
    if (!intent) return reply.code(404).send({ error: 'no_such_intent' })
    const order = await charge(intent)
    if (order === null) return reply.code(402).send({ error: 'card_declined' })
    return { status: 'succeeded', return_url: intent.back.replace(':order', order) }
  })
  app.post<{ Params: { id: string } }>('/cashier/:id/pay', async (request, reply) => {
    const intent = intents.get(request.params.id)
    if (!intent) return reply.code(404).send('No such payment.')
    const order = await charge(intent)
    return reply.redirect(intent.back.replace(':order', order ?? 'declined'), 303)
  })

  return {
    app,
    createIntent(fields) {
      const intent = { ...fields, id: `pi_${randomUUID().replaceAll('-', '')}` }
      intents.set(intent.id, intent)
      return intent
    },
    confirmations: () => confirmations,
    clear() {
      intents.clear()
      confirmations = 0
    },
  }
}

const CARD_FIELDS = html`<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" required></label>
<div class="pair"><label>Expiry <input name="expiry" autocomplete="cc-exp" placeholder="12 / 29" required></label><label>CVC <input name="cvc" autocomplete="cc-csc" placeholder="123" required></label></div>`

const STYLE = html`<style>
body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:1rem;color:#1d2733;background:#fff}
label{display:block;margin:0 0 .7rem;font-size:.85rem;color:#4a5a6a}
input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.55rem;border:1px solid #c3ced9;border-radius:6px;margin-top:.2rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.8rem}
button{font:inherit;font-weight:600;width:100%;padding:.7rem;border:0;border-radius:6px;background:#2b5fd9;color:#fff;cursor:pointer}
.card{max-width:26rem;margin:3rem auto;padding:1.5rem;border:1px solid #dbe3ea;border-radius:12px}
.sum{display:flex;justify-content:space-between;font-size:1.3rem;font-weight:600;margin:0 0 1.2rem}
.fine{font-size:.8rem;color:#5c6b7a}
</style>`

function framePage(intent: Intent): string {
  return `<!doctype html>${html`<html lang="en"><head><meta charset="utf-8"><title>Larkpay card form</title>${STYLE}</head>
<body><form id="card" data-intent="${intent.id}">${CARD_FIELDS}<button type="submit">Pay now</button><p class="fine" role="status"></p></form>
<script>
document.getElementById('card').addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  const answer = await fetch('/v1/intents/' + form.dataset.intent + '/confirm', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ payment_method: 'pm_card', client_secret: form.dataset.intent + '_secret' }),
  })
  const body = await answer.json()
  form.querySelector('.fine').textContent = answer.ok ? 'Paid.' : 'Your card was declined. You have not been charged.'
  parent.postMessage({ larkpay: answer.ok ? 'paid' : 'declined', url: body.return_url }, '*')
})
</script></body></html>`}`
}

function cashierPage(intent: Intent): string {
  return `<!doctype html>${html`<html lang="en"><head><meta charset="utf-8"><title>Pay Fernwood Goods · Larkpay</title>${STYLE}</head>
<body><main class="card"><p class="fine">You are paying</p><h1>Fernwood Goods</h1><p class="sum"><span>Total to pay</span> <span>${intent.shown}</span></p>
<form method="post" action="/cashier/${intent.id}/pay">${CARD_FIELDS}<button type="submit">Pay ${intent.shown}</button></form>
<p class="fine">Secured by Larkpay. You go back to the shop afterwards.</p></main></body></html>`}`
}
