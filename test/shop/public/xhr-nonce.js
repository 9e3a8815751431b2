import { tell, UNCLEAR } from './status.js'

const form = document.forms.namedItem('checkout')
form.addEventListener('submit', (event) => {
  event.preventDefault()
  const request = new XMLHttpRequest()
  request.open('POST', '/ajax/checkout?action=place_order')
  request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8')
  request.setRequestHeader('X-Requested-With', 'XMLHttpRequest')
  request.onload = () => {
    const answer = JSON.parse(request.responseText)
    if (answer.result === 'success') location.href = answer.redirect
    else tell(answer.messages)
  }
  request.onerror = () => tell(UNCLEAR)
  const data = new FormData(form)
  request.send(`nonce=${data.get('nonce')}&payment_method=${data.get('payment_method')}`)
})
