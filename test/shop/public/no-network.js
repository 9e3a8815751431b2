const KEY = 'fernwood-orders'
document.querySelector('.pay button').addEventListener('click', () => {
  const waiting = JSON.parse(localStorage.getItem(KEY) ?? '[]')
  const total = document.querySelector('.totals .total dd').textContent
  waiting.push({ local: crypto.randomUUID(), total, at: new Date().toISOString() })
  localStorage.setItem(KEY, JSON.stringify(waiting))
  history.pushState(null, '', '/checkout/no-network?done')
  document.title = 'Order confirmed · Fernwood Goods'
  document.querySelector('main').innerHTML =
    '<h1>Thank you for your order</h1><p>Your order is confirmed. It is sent when you next open <a href="/orders">your orders</a>.</p>'
})
