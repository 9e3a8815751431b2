/** The shop's frame around every page. */
import { type Html, html } from './html.ts'
import type { Session } from './session.ts'

export const SHOP_NAME = 'Fernwood Goods'

export interface Page {
  title: string
  body: Html
  session: Session | null
  /** Script files under /assets, in order. */
  scripts?: string[]
  head?: Html | null
  lang?: string
}

export function layout(page: Page): string {
  const count = page.session?.cart.reduce((total, line) => total + line.quantity, 0) ?? 0
  return `<!doctype html>${html`
<html lang="${page.lang ?? 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · ${SHOP_NAME}</title>
<link rel="icon" href="/assets/fern.svg">
<link rel="stylesheet" href="/assets/shop.css">
${page.head ?? ''}
</head>
<body>
<header class="bar">
  <a class="brand" href="/">${SHOP_NAME}</a>
  <form class="search" role="search" action="/search" method="get"><input name="q" type="search" placeholder="Search the shop" aria-label="Search the shop"></form>
  <nav aria-label="Shop"><a href="/account">Account</a> <a href="/orders">Orders</a> <a href="/cart">Basket (${count})</a></nav>
</header>
<main>
${page.body}
</main>
<footer>
  <form class="newsletter" action="/newsletter" method="post"><label>Letters from the workshop <input type="email" name="email" placeholder="you@example.com"></label> <button type="submit">Subscribe</button></form>
  <p>${SHOP_NAME} · Handmade things for quiet houses · Delivery in 3 to 5 days</p>
</footer>
<script src="/assets/shop.js" defer></script>
${(page.scripts ?? []).map((name) => html`<script type="module" src="/assets/${name}"></script>`)}
</body>
</html>`}`
}
