/** Things that real checkouts print near the total and that are not it. Each is put around a page's body. */
import type { Cart } from './cart.ts'

export interface Trap {
  name: string
  add: (body: string, cart: Cart) => string
}

function after(html: (cart: Cart) => string): Trap['add'] {
  return (body, cart) => `${body}${html(cart)}`
}

function before(html: (cart: Cart) => string): Trap['add'] {
  return (body, cart) => `${html(cart)}${body}`
}

export const TRAPS: Trap[] = [
  { name: 'plain', add: (body) => body },
  {
    name: 'savings',
    add: before(
      ({ language, ...cart }) =>
        `<p class="promo-banner">${language.saved}: <b>${cart.write(cart.subtotal / 3n)}</b></p>`,
    ),
  },
  {
    name: 'hidden-total',
    add: before(
      ({ language, ...cart }) =>
        `<div style="position:absolute;left:-9999px"><span>${language.total}</span> <span>${cart.write(cart.total / 10n)}</span></div><div style="opacity:0;height:1px;overflow:hidden"><span>${language.total}</span> <span>${cart.write(100n)}</span></div>`,
    ),
  },
  {
    name: 'closed-summary',
    add: before(
      ({ language, ...cart }) =>
        `<details class="mobile-summary"><summary>${language.heading}</summary><p><span>${language.total}</span> <span>${cart.write(cart.subtotal)}</span></p></details>`,
    ),
  },
  {
    name: 'recommendations',
    add: after(
      ({ language, ...cart }) =>
        `<aside class="recommended-products"><h3>★</h3>${[3n, 5n, 7n].map((part) => `<div class="product-card"><a href="/p">${language.products[1]} ${part}</a><span class="price">${cart.write((cart.subtotal * part) / 4n)}</span><button>${language.add}</button></div>`).join('')}</aside>`,
    ),
  },
  {
    name: 'small-cart-in-header',
    add: before(
      ({ language, ...cart }) =>
        `<header><nav><a href="/">${language.host}</a></nav><div class="mini-cart"><span>${language.total}: ${cart.write(cart.subtotal - 1n > 0n ? (cart.lines[0]?.unit ?? 0n) : 0n)}</span></div></header>`,
    ),
  },
  {
    name: 'coupon-and-newsletter',
    add: after(
      ({ language }) =>
        `<form class="coupon"><input name="coupon_code"><button type="submit">${language.coupon}</button></form><footer><form><input type="email" name="email"><button>${language.newsletter}</button></form></footer>`,
    ),
  },
  {
    name: 'instalments',
    add: after(
      ({ language, ...cart }) =>
        `<p class="bnpl">Klarna: 3 × ${cart.write(cart.total / 3n)}</p><p hidden>${language.total} ${cart.write(1n)}</p>`,
    ),
  },
]
