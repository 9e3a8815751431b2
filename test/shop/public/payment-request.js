import { DECLINED, tell, UNCLEAR } from './status.js'

const { method, details } = JSON.parse(document.getElementById('payment-details').textContent)

function report(what) {
  return fetch('/api/payment-request/report', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ what }),
  })
}

// Built at once, shown on the press: many shops do this to ask canMakePayment early.
let request = null
if ('PaymentRequest' in window) request = new PaymentRequest([{ supportedMethods: method }], details)

async function complete(body) {
  const answer = await fetch('/api/payment-request/complete', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (answer.ok) location.assign((await answer.json()).next)
  else tell(DECLINED)
  return answer.ok
}

document.getElementById('pay-browser').addEventListener('click', async () => {
  try {
    if (request === null) throw new DOMException('no PaymentRequest', 'NotSupportedError')
    const response = await request.show()
    await report('shown')
    const taken = await complete({ method: response.methodName, token: response.details.token })
    await response.complete(taken ? 'success' : 'fail')
  } catch (error) {
    await report(`refused ${error.name}`)
    document.getElementById('card-fallback').hidden = false
  }
})
document
  .getElementById('pay-card')
  .addEventListener('click', () => complete({ method: 'card' }).catch(() => tell(UNCLEAR)))
