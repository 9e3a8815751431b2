const form = document.querySelector('.upload')
form.addEventListener('submit', (event) => {
  event.preventDefault()
  fetch('/account/photo', { method: 'POST', body: new FormData(form) })
})
