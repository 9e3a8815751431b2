import { DECLINED, tell, UNCLEAR } from './status.js'

for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', async () => {
    try {
      const answer = await fetch(location.href, {
        method: 'POST',
        headers: {
          'Next-Action': button.dataset.action,
          'Content-Type': 'text/plain;charset=UTF-8',
          Accept: 'text/x-component',
        },
        body: '[]',
      })
      const next = answer.headers.get('x-action-redirect')
      if (next) location.assign(next.split(';')[0])
      else if (answer.ok) tell('Saved.')
      else tell(DECLINED)
    } catch {
      tell(UNCLEAR)
    }
  })
}
