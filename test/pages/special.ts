/** Pages about one difficulty each: currency, recurrence, shapes of controls, hostile markup. Labels are part of the page. */
import type { Labelled } from '../../scripts/labelled-pages.ts'

export interface SpecialPage {
  label: Omit<Labelled, 'file' | 'set'>
  html: string
}

interface Description {
  id: string
  lang?: string
  address?: string
  control?: string | null
  /** "4990 EUR" in minor units, or null. */
  total: string | null
  recurrence?: { every: number; unit: string } | null
  body: string
}

function special(page: Description): SpecialPage {
  const lang = page.lang ?? 'en'
  const [amount = '', currency = ''] = page.total?.split(' ') ?? []
  return {
    label: {
      id: `special-${page.id}`,
      language: lang.slice(0, 2),
      platform: 'special',
      control: page.control === undefined ? '#go' : page.control,
      total: page.total === null ? null : { amount, currency },
      items: null,
      recurrence: page.recurrence ?? null,
    },
    html: `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Checkout – Example</title><link rel="canonical" href="${page.address ?? 'https://shop.example.com/checkout'}"></head><body>${page.body}</body></html>`,
  }
}

const BUTTON = '<button id="go" type="submit">Place order</button>'

export const SPECIAL: SpecialPage[] = [
  special({
    id: 'withheld-currency',
    total: null,
    body: `<table><tr><th>Subtotal</th><td>¤30.00</td></tr><tr><th>Total</th><td>¤35.00</td></tr></table>${BUTTON}`,
  }),
  special({
    id: 'empty-total',
    total: null,
    body: `<table><tr><th>Total</th><td></td></tr></table><p>Free shipping over $50.00</p>${BUTTON}`,
  }),
  special({
    id: 'gift-card-to-zero',
    total: '0 EUR',
    body: `<div class="sum"><div>Subtotal <b>€24.00</b></div><div>Shipping <b>€4.90</b></div><div>Gift card <b>−€28.90</b></div><div>Total <b>€0.00</b></div></div>${BUTTON}`,
  }),
  special({
    id: 'trial-then-monthly',
    total: '0 USD',
    address: 'https://app.example.us/subscribe',
    recurrence: { every: 1, unit: 'month' },
    body: `<div class="plan">Pro plan</div><dl><dt>Total due today</dt><dd>$0.00 USD</dd></dl><p>7-day free trial, then $12.00 per month. Cancel anytime.</p><input autocomplete="cc-number"><button id="go">Start free trial</button>`,
  }),
  special({
    id: 'yearly-plan',
    total: '9900 EUR',
    recurrence: { every: 1, unit: 'year' },
    body: `<ul class="lines"><li class="line-item"><span>Team plan</span> <span>€99.00</span> <span>per year</span></li></ul><p>Total <strong>€99.00</strong> per year</p><input autocomplete="cc-number"><button id="go">Subscribe now</button>`,
  }),
  special({
    id: 'three-decimals',
    lang: 'en',
    address: 'https://store.example.com.kw/checkout',
    total: '12750 KWD',
    body: `<div><span>Subtotal</span><span>KWD 11.500</span></div><div><span>Delivery</span><span>KWD 1.250</span></div><div><span>Total</span><span>KWD 12.750</span></div>${BUTTON}`,
  }),
  special({
    id: 'arabic-digits',
    lang: 'ar-SA',
    address: 'https://store.example.sa/checkout',
    total: '123450 SAR',
    body: `<div><span>المجموع الفرعي</span><span>١٬٢٠٠٫٠٠ ر.س</span></div><div><span>الشحن</span><span>٣٤٫٥٠ ر.س</span></div><div><span>الإجمالي</span><span>١٬٢٣٤٫٥٠ ر.س</span></div><button id="go">تأكيد الطلب</button>`,
  }),
  special({
    id: 'persian-digits',
    lang: 'fa-IR',
    address: 'https://forushgah.example.ir/checkout',
    total: '125000000 IRR',
    body: `<div><span>جمع کل</span><span>۱٬۲۵۰٬۰۰۰ ریال</span></div><button id="go">پرداخت</button>`,
  }),
  special({
    id: 'devanagari-digits',
    lang: 'hi-IN',
    address: 'https://dukaan.example.in/checkout',
    total: '123456 INR',
    body: `<div><span>कुल राशि</span><span>₹१,२३४.५६</span></div><button id="go">भुगतान करें</button>`,
  }),
  special({
    id: 'indian-grouping',
    address: 'https://dukaan.example.in/checkout',
    total: '12345678 INR',
    body: `<div><span>Order total</span><span>₹1,23,456.78</span></div>${BUTTON}`,
  }),
  special({
    id: 'swiss-grouping',
    lang: 'de-CH',
    address: 'https://laden.example.ch/kasse',
    total: '123450 CHF',
    body: `<div><span>Zwischensumme</span><span>CHF 1’225.50</span></div><div><span>Versand</span><span>CHF 9.00</span></div><div><span>Total</span><span>CHF 1’234.50</span></div><button id="go">Jetzt kaufen</button>`,
  }),
  special({
    id: 'dashes-for-cents',
    lang: 'nl-NL',
    address: 'https://winkel.example.nl/afrekenen',
    total: '4900 EUR',
    body: `<div><span>Totaal</span><span>€ 49,-</span></div><button id="go">Bestelling plaatsen</button>`,
  }),
  special({
    id: 'cents-in-small-print',
    total: '4999 USD',
    address: 'https://shop.example.us/checkout',
    body: `<div><span>Order total</span><span class="price"><span>$</span><span>49</span><sup>99</sup></span></div>${BUTTON}`,
  }),
  special({
    id: 'canadian-french',
    lang: 'fr-CA',
    address: 'https://boutique.example.ca/caisse',
    total: '123456 CAD',
    body: `<div><span>Sous-total</span><span>1 200,00 $</span></div><div><span>Livraison</span><span>34,56 $</span></div><div><span>Total</span><span>1 234,56 $</span></div><button id="go">Passer la commande</button>`,
  }),
  special({
    id: 'chilean-peso',
    lang: 'es-CL',
    address: 'https://tienda.example.cl/checkout',
    total: '45990 CLP',
    body: `<div><span>Subtotal</span><span>$42.000</span></div><div><span>Envío</span><span>$3.990</span></div><div><span>Total</span><span>$45.990</span></div><button id="go">Pagar</button>`,
  }),
  special({
    id: 'code-after-sign',
    lang: 'es-CO',
    address: 'https://tienda.example.com/checkout',
    total: '8990000 COP',
    body: `<div><span>Total a pagar</span><span>$ 89.900 COP</span></div><button id="go">Realizar pedido</button>`,
  }),
  special({
    id: 'bare-div-control',
    total: '2500 GBP',
    address: 'https://shop.example.co.uk/checkout',
    body: `<div><span>Total to pay</span><span>£25.00</span></div><div id="go" class="btn primary" tabindex="0">Confirm</div>`,
  }),
  special({
    id: 'link-control',
    total: '2500 GBP',
    address: 'https://shop.example.co.uk/checkout/review',
    body: `<div><span>Total to pay</span><span>£25.00</span></div><a id="go" href="#" class="button" role="button">Confirm and pay</a>`,
  }),
  special({
    id: 'amount-only-in-control',
    total: '1525 EUR',
    body: `<iframe title="Card number" src="https://js.stripe.com/v3/x.html"></iframe><button id="go">Pay €15.25</button>`,
  }),
  special({
    id: 'accessible-name-with-everything',
    total: '5248 GBP',
    address: 'https://shop.example.co.uk/checkout',
    body: `<button id="go" aria-label="Place order. Subtotal: £50.00, Shipping: £2.48, Order total: £52.48">Place order</button>`,
  }),
  special({
    id: 'two-totals-that-disagree',
    total: '4900 EUR',
    control: '#go',
    body: `<div class="a"><span>Total</span> <span>€49.00</span></div><div class="b"><span>Order total</span> <span>€490.00</span></div><button id="go">Pay €49.00</button>`,
  }),
  special({
    id: 'amount-before-words',
    total: '3300 EUR',
    body: `<ul><li>€30.00 Subtotal</li><li>€3.00 Shipping</li><li>€33.00 Total</li></ul>${BUTTON}`,
  }),
  special({
    id: 'words-and-amounts-in-columns',
    total: '1500 EUR',
    body: `<div style="display:flex"><div><p>Subtotal</p><p>Shipping</p><p>Total</p></div><div><p>€10.00</p><p>€5.00</p><p>€15.00</p></div></div>${BUTTON}`,
  }),
  special({
    id: 'head-row-over-body-row',
    total: '1500 EUR',
    body: `<table><tr><th>Subtotal</th><th>Shipping</th><th>Order total</th></tr><tr><td>€10.00</td><td>€5.00</td><td>€15.00</td></tr></table>${BUTTON}`,
  }),
  special({
    id: 'total-in-a-read-only-field',
    total: '4500 EUR',
    body: `<p><label>Total to pay <input type="text" readonly value="€45.00"></label></p>${BUTTON}`,
  }),
  special({
    id: 'in-shadow-roots',
    total: '7700 EUR',
    control: 'shop-summary >>> #go',
    body: `<shop-summary><template shadowrootmode="open"><shop-row><template shadowrootmode="open"><span>Total</span> <span>€77.00</span></template></shop-row><button id="go">Place order</button></template></shop-summary>`,
  }),
  special({
    id: 'donation',
    total: '2000 USD',
    address: 'https://give.example.us/donate',
    body: `<p>Your donation: <b>$20.00 USD</b></p><input autocomplete="cc-number"><button id="go">Donate now</button>`,
  }),
  special({
    id: 'pricing-page',
    control: null,
    total: null,
    address: 'https://app.example.com/pricing',
    body: `<h1>Plans</h1><div class="plan"><h2>Basic</h2><p>$5.00 / month</p><a href="/signup">Choose Basic</a></div><div class="plan"><h2>Pro</h2><p>$12.00 / month</p><a href="/signup">Choose Pro</a></div><a href="/newsletter">Subscribe</a>`,
  }),
  special({
    id: 'order-history',
    control: null,
    total: null,
    address: 'https://shop.example.com/orders',
    body: `<h1>Your orders</h1><ul><li>Order 1001 · €30.00 <a href="/orders/1001">View order</a> <button>Buy again</button></li><li>Order 1002 · €45.00 <a href="/orders/1002">View order</a> <button>Buy again</button></li></ul>`,
  }),
  special({
    id: 'saved-card',
    control: null,
    total: null,
    address: 'https://app.example.com/account/card',
    body: `<h1>Payment method</h1><p>Your plan renews for €12.99 / month.</p><form action="/account/card"><input autocomplete="cc-number"><input autocomplete="cc-csc"><button class="submit-payment" type="submit">Save</button><button type="button">Cancel</button></form>`,
  }),
  special({
    id: 'search-and-filter',
    control: null,
    total: null,
    address: 'https://shop.example.com/search?q=order',
    body: `<form role="search"><input name="q"><button>Search</button></form><p>Price €10.00 to €50.00</p><button>Apply</button><button>Order by price</button>`,
  }),
]
