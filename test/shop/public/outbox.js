// Sends what the offline checkout has kept, then shows the list again.
const KEY = 'fernwood-orders'
const waiting = JSON.parse(localStorage.getItem(KEY) ?? '[]')
let sent = 0
for (const order of waiting) {
  const answer = await fetch('/api/outbox', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ local: order.local }),
  })
  if (!answer.ok) break
  sent += 1
}
localStorage.setItem(KEY, JSON.stringify(waiting.slice(sent)))
if (sent > 0) location.reload()
