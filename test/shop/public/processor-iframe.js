import { DECLINED, tell } from './status.js'

const frame = document.querySelector('iframe.larkpay')
addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== new URL(frame.src).origin) return
  if (event.data.larkpay === 'paid') location.assign(event.data.url)
  else if (event.data.larkpay === 'declined') tell(DECLINED)
})
