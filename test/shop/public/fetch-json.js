import { DECLINED, tell, UNCLEAR } from './status.js'

const button = document.getElementById('place-order')
button.addEventListener('click', async () => {
  button.textContent = 'Placing order…'
  try {
    const answer = await fetch('/api/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payment_method: 'card', customer_note: '', extensions: {} }),
    })
    if (answer.ok) location.assign((await answer.json()).next)
    else tell(DECLINED)
  } catch {
    tell(UNCLEAR)
  }
  button.textContent = 'Place order'
})
