/** Pages of payment processors: hosted checkouts and drop-in forms, in markup after their public pages and packages. */
import type { Cart } from './cart.ts'
import type { Template } from './shops.ts'

/** "Pay 12.00" in the shop's language, as processors' own locale files have it. */
const PAY: Record<string, string> = {
  en: 'Pay',
  de: 'Zahlen',
  fr: 'Payer',
  es: 'Pagar',
  it: 'Paga',
  pt: 'Pagar',
  nl: 'Betalen',
  sv: 'Betala',
  da: 'Betal',
  nb: 'Betal',
  fi: 'Maksa',
  pl: 'Zapłać',
  cs: 'Zaplatit',
  sk: 'Zaplatiť',
  hu: 'Fizetés:',
  ro: 'Plătește',
  el: 'Πληρωμή',
  ru: 'Оплатить',
  uk: 'Сплатити',
  tr: 'Öde',
  vi: 'Thanh toán',
  id: 'Bayar',
  th: 'ชำระ',
  ja: '支払う',
  zh: '支付',
  ko: '결제',
  hi: 'भुगतान करें',
  ar: 'ادفع',
  he: 'שלם',
  bg: 'Плащане на',
  hr: 'Plati',
  sl: 'Plačaj',
}

function pay({ language }: Cart): string {
  return PAY[language.tag.slice(0, 2)] ?? 'Pay'
}

export const PROCESSORS: Template[] = [
  {
    platform: 'stripe-checkout',
    path: '/c/pay/cs_test_a1',
    control: 'button.SubmitButton',
    items: true,
    css: '.OrderDetails-item{display:flex}',
    body: (cart) =>
      `<div class="App-Container"><div class="App-Overview"><div class="ProductSummary"><div class="ProductSummary-info"><span class="Text ProductSummary-name">${cart.language.heading}</span><span class="ProductSummary-totalAmount Text" id="ProductSummary-totalAmount"><span class="CurrencyAmount">${cart.write(cart.total)}</span></span></div></div><section><ul class="OrderDetails-items">${cart.lines.map((line) => `<li class="OrderDetails-item"><div class="LineItem"><div class="LineItem-imageContainer"></div><div><div class="LineItem-productName"><span class="Text">${line.name}</span></div><div class="LineItem-description"><span class="Text">${cart.language.quantity} ${line.quantity}</span></div></div><div><span class="Text"><span class="CurrencyAmount">${cart.write(line.amount)}</span></span></div></div></li>`).join('')}</ul><div class="OrderDetails-footer"><div class="OrderDetailsFooter-subtotalItems"><div class="OrderDetails-subtotal"><span class="Text">${cart.language.subtotal}</span><span class="Text"><span class="CurrencyAmount">${cart.write(cart.subtotal)}</span></span></div>${cart.discount > 0n ? `<div><span class="Text">${cart.language.discount}</span><span class="Text">-${cart.write(cart.discount)}</span></div>` : ''}<div><span class="Text">${cart.language.shipping}</span><span class="Text"><span class="CurrencyAmount">${cart.write(cart.shipping)}</span></span></div>${cart.taxIncluded ? '' : `<div><span class="Text">${cart.language.tax}</span><span class="Text">${cart.write(cart.tax)}</span></div>`}<div class="OrderDetails-total"><span class="Text">${cart.language.total}</span><span id="OrderDetails-TotalAmount" class="Text"><span class="CurrencyAmount">${cart.write(cart.total)}</span></span></div></div></div></section></div><form class="PaymentForm-form" novalidate><input id="cardNumber" name="cardNumber" autocomplete="cc-number" inputmode="numeric"><input id="cardCvc" name="cardCvc" autocomplete="cc-csc"><button class="SubmitButton SubmitButton--complete" type="submit" data-testid="hosted-payment-submit-button"><div class="SubmitButton-Shimmer"></div><div class="SubmitButton-TextContainer"><span class="SubmitButton-Text SubmitButton-Text--current Text" aria-hidden="false">${pay(cart)}</span><span class="SubmitButton-Text SubmitButton-Text--pre Text" aria-hidden="true" style="opacity:0;position:absolute">…</span></div></button></form></div>`,
  },
  {
    platform: 'adyen',
    path: '/checkout/payment',
    control: 'button.adyen-checkout__button--pay',
    items: false,
    body: (cart) =>
      `<main><h1>${cart.language.heading}</h1><div class="order-summary"><div class="row"><span>${cart.language.subtotal}</span> <span>${cart.write(cart.subtotal)}</span></div>${cart.discount > 0n ? `<div class="row"><span>${cart.language.discount}</span> <span>-${cart.write(cart.discount)}</span></div>` : ''}<div class="row"><span>${cart.language.shipping}</span> <span>${cart.write(cart.shipping)}</span></div>${cart.taxIncluded ? '' : `<div class="row"><span>${cart.language.tax}</span> <span>${cart.write(cart.tax)}</span></div>`}<div class="row total"><span>${cart.language.total}</span> <span>${cart.write(cart.total)}</span></div></div><div id="dropin-container"><div class="adyen-checkout__dropin"><ul class="adyen-checkout__payment-methods-list"><li class="adyen-checkout__payment-method adyen-checkout__payment-method--card adyen-checkout__payment-method--selected"><div class="adyen-checkout__card-input"><iframe title="Iframe for card number" src="https://checkoutshopper-live.adyen.com/checkoutshopper/securedfields/x/5.0.0/securedFields.html"></iframe></div><button class="adyen-checkout__button adyen-checkout__button--pay" type="button"><span class="adyen-checkout__button__content"><span class="adyen-checkout__button__text">${pay(cart)} ${cart.write(cart.total)}</span></span></button></li></ul></div></div></main>`,
  },
  {
    platform: 'paypal',
    path: '/checkoutnow?token=EC-1',
    control: '#payment-submit-btn',
    items: false,
    body: (cart) =>
      `<div id="root"><header><div data-testid="header-cart-total" class="Cart_cartTotal"><span>${cart.write(cart.total)}</span></div></header><section><h1>${cart.language.heading}</h1><div data-testid="ship-to"><h2>${cart.language.shipTo}</h2><p>Ada Example<br>1 Main St, 12345 Town</p></div><ul><li><input type="radio" name="fundingOptions" id="f1" checked><label for="f1">Visa ••••1234 <span data-testid="fi-amount">${cart.write(cart.total)}</span></label></li></ul><dl><dt>${cart.language.subtotal}</dt><dd>${cart.write(cart.subtotal)}</dd>${cart.discount > 0n ? `<dt>${cart.language.discount}</dt><dd>-${cart.write(cart.discount)}</dd>` : ''}<dt>${cart.language.shipping}</dt><dd>${cart.write(cart.shipping)}</dd>${cart.taxIncluded ? '' : `<dt>${cart.language.tax}</dt><dd>${cart.write(cart.tax)}</dd>`}<dt>${cart.language.total}</dt><dd>${cart.write(cart.total)}</dd></dl><button id="payment-submit-btn" data-testid="submit-button-initial" type="button">${cart.language.place}</button></section></div>`,
  },
  {
    platform: 'klarna',
    path: '/payments/checkout',
    control: '#buy_button',
    items: false,
    body: (cart) =>
      `<div id="klarna"><div><p>${cart.language.heading}</p><div role="radiogroup"><div role="radio" aria-checked="true"><p>Pay now</p><p>${cart.write(cart.total)}</p></div><div role="radio" aria-checked="false"><p>4 payments of ${cart.write(cart.total / 4n)}</p><p>0% interest</p></div></div></div><div class="summary"><p>${cart.language.total}</p><p>${cart.write(cart.total)}</p></div><button id="buy_button" type="button"><span>${cart.language.place}</span></button></div>`,
  },
]

export const ALIPAY: Template = {
  platform: 'alipay-cashier',
  path: '/standard/lightpay/lightPayCashier.htm',
  control: '#J_authSubmit',
  items: false,
  body: (cart) =>
    `<div class="header"><div class="logo">支付宝</div><span class="title">我的收银台</span></div><div id="order" class="order"><div class="commodity-message"><span class="commodity-message-row"><span class="first long-content">${cart.lines[0]?.name}</span><span class="second short-content">收款方：${cart.language.products[1]}店</span></span><span class="payAmount-area" id="J_basePriceArea"><strong class="amount-font-22">${cart.write(cart.total).replace(/[^\d.,]/g, '')}</strong> 元</span></div></div><form id="payForm" method="post" action="/standard/lightpay/pay.htm"><div class="ui-form-item"><label>支付密码</label><input type="password" id="payPassword_rsainput" name="payPassword_input"></div><input type="submit" id="J_authSubmit" value="确认付款" class="ui-button-text"></form>`,
}
