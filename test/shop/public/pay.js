import { checkout, DECLINED, tell, UNCLEAR } from './status.js'

document.querySelector('[data-pay]').addEventListener('click', async () => {
  try {
    const answer = await fetch(`/api/pay/${checkout.dataset.mechanism}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ csrf: checkout.dataset.token, method: 'card' }),
    })
    if (answer.ok) location.assign((await answer.json()).next)
    else tell(DECLINED)
  } catch {
    tell(UNCLEAR)
  }
})
