import { tell, UNCLEAR } from './status.js'

const { row } = await (await fetch('/api/checkout/order-summary')).json()
document.querySelector('.row-number').textContent = `Reserved for you as ${row.slice(0, 8)}.`

document.getElementById('confirm-row').addEventListener('click', async () => {
  try {
    const answer = await fetch(`/api/checkout/order/${row}/confirm`, { method: 'POST' })
    const body = await answer.json()
    if (answer.ok) location.assign(body.next)
    else tell(body.error)
  } catch {
    tell(UNCLEAR)
  }
})
document.getElementById('confirm-row').dataset.ready = 'true'
