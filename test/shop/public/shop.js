// On every page: what ordinary shops send all the time.
navigator.sendBeacon('/collect', JSON.stringify({ event: 'page_view', path: location.pathname }))
const box = document.querySelector('.search input')
box?.addEventListener('input', async () => {
  if (box.value.length < 3) return
  await fetch(`/api/search?q=${encodeURIComponent(box.value)}`)
})
if (document.querySelector('.grid')) {
  fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      operationName: 'Basket',
      query: 'query Basket { cart { total lines { sku quantity } } }',
    }),
  })
}
