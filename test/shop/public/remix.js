import { tell, UNCLEAR } from './status.js'

async function submit(form, submitter) {
  const answer = await fetch('/checkout/remix?_data=routes%2Fcheckout.payment', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    body: new URLSearchParams(new FormData(form, submitter)),
  })
  const next = answer.headers.get('x-remix-redirect')
  if (next) await go(next)
  else if (!answer.ok) tell((await answer.json()).error)
}

// The document stays; only its main part and address change.
async function go(path) {
  const page = new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html')
  history.pushState(null, '', path)
  document.title = page.title
  document.querySelector('main').replaceWith(page.querySelector('main'))
}

for (const form of document.querySelectorAll('form.remix')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit(form, event.submitter).catch(() => tell(UNCLEAR))
  })
  form.addEventListener('change', () => form.requestSubmit())
}
