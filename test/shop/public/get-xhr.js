import { checkout, tell, UNCLEAR } from './status.js'

document.getElementById('button-confirm').addEventListener('click', (event) => {
  event.preventDefault()
  const request = new XMLHttpRequest()
  request.open('GET', `/extension/payment/invoice/confirm?token=${checkout.dataset.token}`)
  request.onload = () => {
    const answer = JSON.parse(request.responseText)
    if (answer.redirect) location.href = answer.redirect
    else tell(answer.error)
  }
  request.onerror = () => tell(UNCLEAR)
  request.send()
})
