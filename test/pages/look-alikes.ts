/** Pages with no final control: earlier steps, carts, newsletters, sign-in. Many say the words of paying. */
import type { Cart } from './cart.ts'

export interface LookAlike {
  kind: string
  path: string
  /** Whether the page shows the order's total. */
  total: boolean
  body: (cart: Cart) => string
}

export const LOOK_ALIKES: LookAlike[] = [
  {
    kind: 'cart',
    path: '/cart',
    total: true,
    body: ({ language: w, ...cart }) =>
      `<main><h1>${w.heading}</h1><form action="/cart" method="post"><table>${cart.lines.map((line) => `<tr class="cart_item"><td><a href="/p">${line.name}</a></td><td><input type="number" name="quantity[]" value="${line.quantity}"></td><td>${cart.write(line.amount)}</td></tr>`).join('')}</table><input name="coupon"><button type="submit" name="apply_coupon">${w.coupon}</button></form><div class="cart_totals"><table><tr class="cart-subtotal"><th>${w.subtotal}</th><td>${cart.write(cart.subtotal)}</td></tr>${cart.discount > 0n ? `<tr><th>${w.discount}</th><td>-${cart.write(cart.discount)}</td></tr>` : ''}<tr><th>${w.shipping}</th><td>${cart.write(cart.shipping)}</td></tr>${cart.taxIncluded ? '' : `<tr><th>${w.tax}</th><td>${cart.write(cart.tax)}</td></tr>`}<tr class="order-total"><th>${w.total}</th><td>${cart.write(cart.total)}</td></tr></table><a href="/checkout" class="checkout-button button alt wc-forward">${w.proceed}</a></div></main>`,
  },
  {
    kind: 'address-step',
    path: '/checkout/address',
    total: true,
    body: ({ language: w, ...cart }) =>
      `<main><h1>${w.heading}</h1><form id="payment_form" action="/checkout/shipping" method="post"><label>${w.shipTo} <input name="address1" autocomplete="address-line1"></label><input name="city" autocomplete="address-level2"><button id="payment_submit" class="btn btn-pay" type="submit">${w.next}</button></form><aside><div class="totals"><div class="row"><span>${w.subtotal}</span><span>${cart.write(cart.subtotal)}</span></div>${cart.discount > 0n ? `<div class="row"><span>${w.discount}</span><span>-${cart.write(cart.discount)}</span></div>` : ''}<div class="row"><span>${w.shipping}</span><span>${cart.write(cart.shipping)}</span></div>${cart.taxIncluded ? '' : `<div class="row"><span>${w.tax}</span><span>${cart.write(cart.tax)}</span></div>`}<div class="row"><b>${w.total}</b><b>${cart.write(cart.total)}</b></div></div></aside></main>`,
  },
  {
    kind: 'product',
    path: '/products/bag',
    total: false,
    body: ({ language: w, ...cart }) =>
      `<main><h1>${w.products[0]}</h1><p class="price"><del>${cart.write((cart.lines[0]?.unit ?? 0n) * 2n)}</del> <ins>${cart.write(cart.lines[0]?.unit ?? 0n)}</ins></p><p class="saving">${w.saved} ${cart.write(cart.lines[0]?.unit ?? 0n)}</p><form class="cart" method="post" action="/cart/add"><label>${w.quantity} <input type="number" name="quantity" value="1"></label><button type="submit" name="add-to-cart" class="single_add_to_cart_button button">${w.add}</button></form><section class="related"><h2>${w.products[1]}</h2><span>${cart.write(cart.lines.at(-1)?.unit ?? 0n)}</span><button class="add">${w.add}</button></section></main>`,
  },
  {
    kind: 'newsletter-and-login',
    path: '/account',
    total: false,
    body: ({ language: w }) =>
      `<main><form action="/login" method="post"><input type="email" name="email"><input type="password" name="password"><button type="submit" class="btn">${w.login}</button></form><footer><form action="/newsletter" method="post"><label>E-mail <input type="email" name="email"></label><button type="submit">${w.newsletter}</button></form></footer></main>`,
  },
]
