/** Checkouts of shop systems, in markup after their public themes. Each gives the page's body and its final control. */
import type { Cart } from './cart.ts'

export interface Template {
  platform: string
  body: (cart: Cart) => string
  /** Selector of the control that pays. */
  control: string
  path: string
  css?: string
  /** The page shows its lines. */
  items: boolean
}

export const SHOPS: Template[] = [
  {
    platform: 'woocommerce-classic',
    path: '/checkout/',
    control: '#place_order',
    items: true,
    css: '.screen-reader-text{position:absolute;clip:rect(1px,1px,1px,1px);width:1px;height:1px;overflow:hidden}',
    body: ({ language: w, ...cart }) => {
      const amount = (value: bigint): string =>
        `<span class="woocommerce-Price-amount amount"><bdi>${cart.write(value)}</bdi></span>`
      return `<div class="woocommerce"><form name="checkout" method="post" class="checkout woocommerce-checkout" action="/checkout/"><h3>${w.heading}</h3>
<p class="form-row"><label for="billing_email">E-mail</label><input type="email" id="billing_email" name="billing_email"></p>
<div id="order_review" class="woocommerce-checkout-review-order"><table class="shop_table woocommerce-checkout-review-order-table"><thead><tr><th class="product-name"></th><th class="product-total">${w.subtotal}</th></tr></thead><tbody>
${cart.lines.map((line) => `<tr class="cart_item"><td class="product-name">${line.name}&nbsp;<strong class="product-quantity">&times;&nbsp;${line.quantity}</strong></td><td class="product-total">${amount(line.amount)}</td></tr>`).join('\n')}
</tbody><tfoot><tr class="cart-subtotal"><th>${w.subtotal}</th><td>${amount(cart.subtotal)}</td></tr>
${cart.discount > 0n ? `<tr class="cart-discount coupon-hallo"><th>${w.discount}: hallo</th><td>-${amount(cart.discount)} <a href="#" class="woocommerce-remove-coupon">[×]</a></td></tr>` : ''}
<tr class="woocommerce-shipping-totals shipping"><th>${w.shipping}</th><td><ul id="shipping_method"><li><input type="radio" name="shipping_method[0]" id="s1" checked><label for="s1">DHL: ${amount(cart.shipping)}</label></li><li><input type="radio" name="shipping_method[0]" id="s2"><label for="s2">Express: ${amount(cart.shipping * 2n + cart.subtotal)}</label></li></ul></td></tr>
${cart.taxIncluded ? '' : `<tr class="tax-rate"><th>${w.tax}</th><td>${amount(cart.tax)}</td></tr>`}
<tr class="order-total"><th>${w.total}</th><td><strong>${amount(cart.total)}</strong>${cart.taxIncluded ? ` <small class="includes_tax">(${w.tax} ${amount(cart.tax)})</small>` : ''}</td></tr></tfoot></table>
<div id="payment" class="woocommerce-checkout-payment"><ul class="wc_payment_methods payment_methods methods"><li><input id="payment_method_cod" type="radio" class="input-radio" name="payment_method" value="cod" checked><label for="payment_method_cod">COD</label></li></ul><button type="submit" class="button alt" name="woocommerce_checkout_place_order" id="place_order" value="${w.place}" data-value="${w.place}">${w.place}</button></div></div></form></div>`
    },
  },
  {
    platform: 'woocommerce-blocks',
    path: '/checkout/',
    control: '.wc-block-components-checkout-place-order-button',
    items: true,
    css: '.screen-reader-text{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.wc-block-components-totals-item,.wc-block-components-order-summary-item{display:flex;justify-content:space-between}',
    body: ({ language: w, ...cart }) => {
      const row = (label: string, value: string, more = ''): string =>
        `<div class="wc-block-components-totals-item ${more}"><span class="wc-block-components-totals-item__label">${label}</span><span class="wc-block-formatted-money-amount wc-block-components-formatted-money-amount wc-block-components-totals-item__value">${value}</span></div>`
      return `<div class="wp-block-woocommerce-checkout"><form class="wc-block-components-form wc-block-checkout__form"><h2>${w.heading}</h2><input type="email" id="email" autocomplete="email"><div class="wc-block-checkout__actions_row"><button class="wc-block-components-button wp-element-button wc-block-components-checkout-place-order-button contained" type="button"><div class="wc-block-components-checkout-place-order-button__text"><span>${w.place}</span></div></button></div></form>
<div class="wc-block-components-sidebar"><div class="wc-block-components-order-summary">${cart.lines
        .map(
          (line) =>
            `<div class="wc-block-components-order-summary-item"><div class="wc-block-components-order-summary-item__image"><div class="wc-block-components-order-summary-item__quantity"><span aria-hidden="true">${line.quantity}</span><span class="screen-reader-text">${line.quantity} items</span></div><img src="a.jpg" alt=""></div><div class="wc-block-components-order-summary-item__description"><h3 class="wc-block-components-product-name">${line.name}</h3><span class="wc-block-components-order-summary-item__individual-prices price wc-block-components-product-price"><span class="wc-block-formatted-money-amount wc-block-components-product-price__value">${cart.write(line.unit)}</span></span></div><span class="screen-reader-text">Total price for ${line.quantity} ${line.name}: ${cart.write(line.amount)}</span><div class="wc-block-components-order-summary-item__total-price" aria-hidden="true"><span class="price wc-block-components-product-price"><span class="wc-block-formatted-money-amount">${cart.write(line.amount)}</span></span></div></div>`,
        )
        .join(
          '',
        )}</div>${row(w.subtotal, cart.write(cart.subtotal))}${cart.discount > 0n ? row(w.discount, `-${cart.write(cart.discount)}`) : ''}${row(w.shipping, cart.write(cart.shipping))}${cart.taxIncluded ? '' : row(w.tax, cart.write(cart.tax))}${row(w.total, cart.write(cart.total), 'wc-block-components-totals-footer-item')}${cart.taxIncluded ? `<p class="wc-block-components-totals-footer-item-tax">(${w.tax} ${cart.write(cart.tax)})</p>` : ''}</div></div>`
    },
  },
  {
    platform: 'shopify',
    path: '/checkouts/cn/Z2NwLWV1/information',
    control: '#checkout-pay-button',
    items: true,
    css: '.vh{position:absolute;clip:rect(0 0 0 0);width:1px;height:1px;overflow:hidden;white-space:nowrap}.row{display:flex}',
    body: ({ language: w, ...cart }) =>
      `<div class="g9gqqf1"><aside><div class="_1fragem"><h2 class="vh">${w.heading}</h2><div role="table"><div role="row" class="vh"><div role="columnheader">Product image</div><div role="columnheader">${w.quantity}</div></div>${cart.lines
        .map(
          (line) =>
            `<div role="row" class="row"><div role="cell"><div class="_5uqybw0"><img src="a.jpg" alt=""><span class="_99ss3s1"><span class="vh">${w.quantity}</span><span>${line.quantity}</span></span></div></div><div role="cell"><p class="_1x52f9s1">${line.name}</p></div><div role="cell"><span class="_19gi7yt0 notranslate">${cart.write(line.amount)}</span></div></div>`,
        )
        .join(
          '',
        )}</div><div role="table"><div role="row" class="row"><div role="rowheader">${w.subtotal} · ${cart.lines.length}</div><div role="cell">${cart.write(cart.subtotal)}</div></div>${cart.discount > 0n ? `<div role="row" class="row"><div role="rowheader">${w.discount}</div><div role="cell">-${cart.write(cart.discount)}</div></div>` : ''}<div role="row" class="row"><div role="rowheader">${w.shipping}</div><div role="cell">${cart.write(cart.shipping)}</div></div>${cart.taxIncluded ? '' : `<div role="row" class="row"><div role="rowheader">${w.tax}</div><div role="cell">${cart.write(cart.tax)}</div></div>`}<div role="row" class="row"><div role="rowheader"><strong>${w.total}</strong></div><div role="cell"><div><abbr>${w.currency}</abbr> <strong class="_19gi7yt1">${cart.write(cart.total)}</strong></div></div></div></div></div></aside><main><form action="" method="POST" id="Form0"><div id="payment"><iframe title="Field container for: Card number" src="https://checkout.shopifycs.com/number" name="card-fields-number-x"></iframe></div><div><button id="checkout-pay-button" type="submit" class="_1m2hr9ge"><span>${w.place}</span></button></div></form></main></div>`,
  },
  {
    platform: 'magento',
    path: '/checkout/#payment',
    control: 'button.checkout',
    items: true,
    body: ({
      language: w,
      ...cart
    }) => `<div id="checkout" class="checkout-container"><div class="opc-estimated-wrapper" style="display:none"><div class="estimated-block"><span class="estimated-label">${w.total}</span> <span class="estimated-price">${cart.write(cart.subtotal)}</span></div></div><div class="opc-wrapper"><ol class="opc"><li id="payment" class="checkout-payment-method"><div class="payment-method _active"><div class="payment-method-title field choice"><input type="radio" name="payment[method]" class="radio" id="checkmo" checked><label class="label" for="checkmo"><span>Check / Money order</span></label></div><div class="actions-toolbar"><div class="primary"><button class="action primary checkout" type="submit" title="${w.place}"><span>${w.place}</span></button></div></div></div></li></ol></div>
<aside class="modal-custom opc-sidebar opc-summary-wrapper"><div class="opc-block-summary"><span class="title">${w.heading}</span><table class="data table table-totals"><caption class="table-caption">${w.heading}</caption><tbody><tr class="totals sub"><th class="mark" scope="row">${w.subtotal}</th><td class="amount"><span class="price" data-th="${w.subtotal}">${cart.write(cart.subtotal)}</span></td></tr>${cart.discount > 0n ? `<tr class="totals discount"><th class="mark" scope="row"><span class="title">${w.discount}</span><span class="discount coupon">H10</span></th><td class="amount"><span class="price">-${cart.write(cart.discount)}</span></td></tr>` : ''}<tr class="totals shipping excl"><th class="mark" scope="row"><span class="label">${w.shipping}</span><span class="value">Flat Rate - Fixed</span></th><td class="amount"><span class="price">${cart.write(cart.shipping)}</span></td></tr>${cart.taxIncluded ? '' : `<tr class="totals-tax"><th class="mark" scope="row">${w.tax}</th><td class="amount"><span class="price">${cart.write(cart.tax)}</span></td></tr>`}<tr class="grand totals"><th class="mark" scope="row"><strong>${w.total}</strong></th><td class="amount"><strong><span class="price">${cart.write(cart.total)}</span></strong></td></tr></tbody></table>
<div class="block items-in-cart active"><div class="content minicart-items"><ol class="minicart-items">${cart.lines.map((line) => `<li class="product-item"><div class="product"><div class="product-item-details"><div class="product-item-inner"><div class="product-item-name-block"><strong class="product-item-name">${line.name}</strong><div class="details-qty"><span class="label">${w.quantity}</span> <span class="value">${line.quantity}</span></div></div><div class="subtotal"><span class="price-excluding-tax"><span class="cart-price"><span class="price">${cart.write(line.amount)}</span></span></span></div></div></div></div></li>`).join('')}</ol></div></div></div></aside></div>`,
  },
  {
    platform: 'prestashop',
    path: '/order',
    control: '#payment-confirmation button',
    items: false,
    css: '.cart-summary-line{display:flex;justify-content:space-between}',
    body: ({ language: w, ...cart }) =>
      `<section id="checkout-payment-step" class="checkout-step -current js-current-step"><h1 class="step-title">${w.heading}</h1><div class="payment-options"><input id="payment-option-1" name="payment-option" type="radio" required checked><label for="payment-option-1"><span>Bank</span></label></div><form id="conditions-to-approve"><label><input type="checkbox" required> OK</label></form><div id="payment-confirmation"><div class="ps-shown-by-js"><button type="submit" class="btn btn-primary center-block">${w.place}</button></div></div></section><section id="js-checkout-summary" class="card js-cart"><div class="card-block"><p>${cart.lines.length}</p>${[
        ['subtotal-products', w.subtotal, cart.write(cart.subtotal)],
        ...(cart.discount > 0n ? [['subtotal-discount', w.discount, `-${cart.write(cart.discount)}`]] : []),
        ['subtotal-shipping', w.shipping, cart.write(cart.shipping)],
        ...(cart.taxIncluded ? [] : [['subtotal-tax', w.tax, cart.write(cart.tax)]]),
      ]
        .map(
          ([id, label, value]) =>
            `<div class="cart-summary-line cart-summary-subtotals" id="cart-${id}"><span class="label">${label}</span><span class="value">${value}</span></div>`,
        )
        .join(
          '',
        )}</div><div class="card-block cart-summary-totals"><div class="cart-summary-line cart-total"><span class="label">${w.total}${cart.taxIncluded ? ` (${w.tax})` : ''}</span><span class="value">${cart.write(cart.total)}</span></div></div></section>`,
  },
  {
    platform: 'opencart',
    path: '/index.php?route=checkout/checkout',
    control: '#button-confirm',
    items: true,
    body: ({ language: w, ...cart }) =>
      `<div id="checkout-confirm"><div class="table-responsive"><table class="table table-bordered table-hover"><thead><tr><td class="text-start"></td><td class="text-end">${w.quantity}</td><td></td><td></td></tr></thead><tbody>${cart.lines.map((line) => `<tr><td class="text-start"><a href="/p/1">${line.name}</a></td><td class="text-end">${line.quantity}</td><td class="text-end">${cart.write(line.unit)}</td><td class="text-end">${cart.write(line.amount)}</td></tr>`).join('')}</tbody><tfoot>${[
        [w.subtotal, cart.write(cart.subtotal)],
        ...(cart.discount > 0n ? [[`${w.discount} (HELLO)`, `-${cart.write(cart.discount)}`]] : []),
        [w.shipping, cart.write(cart.shipping)],
        ...(cart.taxIncluded ? [] : [[`${w.tax} (8%)`, cart.write(cart.tax)]]),
        [w.total, cart.write(cart.total)],
      ]
        .map(
          ([label, value]) =>
            `<tr><td colspan="3" class="text-end"><strong>${label}:</strong></td><td class="text-end">${value}</td></tr>`,
        )
        .join(
          '',
        )}</tfoot></table></div><div class="text-end"><button type="button" id="button-confirm" class="btn btn-primary">${w.place}</button></div></div>`,
  },
  {
    platform: 'bigcommerce',
    path: '/checkout',
    control: '#checkout-payment-continue',
    items: true,
    css: '.cart-priceItem{display:flex;justify-content:space-between}',
    body: ({ language: w, ...cart }) => {
      const row = (label: string, value: string, more = ''): string =>
        `<div data-test="cart-price"><div aria-live="polite" class="cart-priceItem optimizedCheckout-contentPrimary ${more}"><span class="cart-priceItem-label"><span data-test="cart-price-label">${label}</span></span><span class="cart-priceItem-value"><span data-test="cart-price-value">${value}</span></span></div></div>`
      return `<div class="layout optimizedCheckout-contentPrimary"><div class="layout-main"><form class="checkout-form" data-test="payment-form" novalidate><fieldset><legend>${w.heading}</legend><ul class="form-checklist optimizedCheckout-form-checklist"><li class="form-checklist-item optimizedCheckout-form-checklist-item form-checklist-item--selected"><input id="radio-cod" name="paymentProviderRadio" type="radio" class="form-checklist-checkbox" checked><label for="radio-cod">Cash</label></li></ul></fieldset><div class="form-actions"><button id="checkout-payment-continue" class="button button--action button--large button--slab optimizedCheckout-buttonPrimary" type="submit">${w.place}</button></div></form></div><aside class="layout-cart"><article class="cart optimizedCheckout-orderSummary" data-test="cart"><header class="cart-header"><h3 class="cart-title">${w.heading}</h3></header><section class="cart-section optimizedCheckout-orderSummary-cartSection"><ul aria-live="polite" class="productList">${cart.lines.map((line) => `<li class="productList-item is-visible"><div class="product" data-test="cart-item"><figure class="product-column product-figure"><img alt="${line.name}" src="a.jpg"></figure><div class="product-column product-body"><h4 class="product-title optimizedCheckout-contentPrimary" data-test="cart-item-product-title">${line.quantity} x ${line.name}</h4></div><div class="product-column product-actions"><div class="product-price optimizedCheckout-contentPrimary" data-test="cart-item-product-price">${cart.write(line.amount)}</div></div></div></li>`).join('')}</ul></section><section class="cart-section">${row(w.subtotal, cart.write(cart.subtotal))}${cart.discount > 0n ? row(w.discount, `-${cart.write(cart.discount)}`) : ''}${row(w.shipping, cart.write(cart.shipping))}${row(w.tax + (cart.taxIncluded ? ' (incl.)' : ''), cart.write(cart.tax))}</section><section class="cart-section">${row(`${w.total} (${w.currency})`, cart.write(cart.total), 'cart-priceItem--total')}</section></article></aside></div>`
    },
  },
  {
    platform: 'evershop',
    path: '/checkout',
    control: 'fieldset > div > div > button[type=button]',
    items: true,
    css: '.lg\\:hidden{display:none}.flex{display:flex;justify-content:space-between}',
    // After version 2.2: the closed summary of narrow windows first, React's text in pieces, the delivery twice.
    body: ({ language: w, ...cart }) =>
      `<div data-slot="collapsible" class="checkout-mobile-summary sticky lg:hidden"><button type="button" aria-expanded="false" data-slot="collapsible-trigger"><span>${w.heading}</span><span class="tabular-nums">${cart.write(cart.total)}</span></button></div><div class="grid gap-8"><form novalidate><fieldset><div data-slot="card"><div class="checkout__shipment"><label class="flex"><div><input type="radio" name="method" value="809c6c30" checked><span class="select-none">Standard</span></div><div data-slot="item-actions"><div class="font-medium">${cart.write(cart.shipping)}</div></div></label></div></div><div class="checkout__payment"><label><input type="radio" name="paymentMethod" checked> Cash</label></div><div><div><button type="button" data-slot="button"><span><span>${w.place}</span></span></button></div></div></fieldset></form><div><div class="rounded-lg"><h2 class="mb-4 h4">${w.heading}</h2><div class="cart-items"><ul class="item__summary__list">${cart.lines.map((line) => `<li class="flex items-start py-3"><div class="relative"><img src="a.jpg" alt=""><span class="absolute">${line.quantity}</span></div><div class="flex-1 min-w-0"><div class="text-sm font-medium">${line.name}</div></div><div class="ml-auto text-right"><div class="text-sm tabular-nums">${cart.write(line.amount)}</div></div></li>`).join('')}</ul></div><div class="mt-4"><div class="cart__total__summary"><div class="flex"><div class="text-muted-foreground">${w.subtotal}</div>${cart.write(cart.subtotal)}</div>${cart.discount > 0n ? `<div class="flex"><div class="text-muted-foreground">${w.discount} (H10)</div><div>-${cart.write(cart.discount)}</div></div>` : ''}<div class="summary-row flex"><span class="text-muted-foreground">${w.shipping} (Standard)</span><div>${cart.write(cart.shipping)}</div></div>${cart.taxIncluded ? '' : `<div class="summary-row flex"><span>${w.tax}</span><div>${cart.write(cart.tax)}</div></div>`}<div class="summary__row grand-total flex"><div><div class="font-bold"><span>${w.total}</span></div>${cart.taxIncluded ? `<div><span class="italic">(<!-- -->${w.tax} ${cart.write(cart.tax)}<!-- -->)</span></div>` : ''}</div><div><div></div>${cart.write(cart.total)}</div></div></div></div></div></div></div>`,
  },
  {
    platform: 'medusa',
    path: '/dk/checkout?step=review',
    control: '[data-testid=submit-order-button]',
    items: true,
    body: ({ language: w, ...cart }) =>
      `<div class="grid content-container"><div><h2 class="text-3xl-regular">${w.heading}</h2><p class="txt-medium">By pressing you agree to the terms.</p><button class="transition-fg relative inline-flex" data-testid="submit-order-button">${w.place}</button></div><div class="sticky top-0"><div class="flex flex-col gap-y-2 txt-medium text-ui-fg-subtle"><div class="flex items-center justify-between"><span>${w.subtotal}</span><span data-testid="cart-subtotal" data-value="${cart.subtotal}">${cart.write(cart.subtotal)}</span></div>${cart.discount > 0n ? `<div class="flex items-center justify-between"><span>${w.discount}</span><span class="text-ui-fg-interactive" data-testid="cart-discount">- ${cart.write(cart.discount)}</span></div>` : ''}<div class="flex items-center justify-between"><span>${w.shipping}</span><span data-testid="cart-shipping">${cart.write(cart.shipping)}</span></div><div class="flex justify-between"><span>${w.tax}${cart.taxIncluded ? ' (incl.)' : ''}</span><span data-testid="cart-taxes">${cart.write(cart.tax)}</span></div></div><div class="h-px"></div><div class="flex items-center justify-between text-ui-fg-base mb-2 txt-medium"><span>${w.total}</span><span class="txt-xlarge-plus" data-testid="cart-total">${cart.write(cart.total)}</span></div><table><tbody data-testid="items-table">${cart.lines.map((line) => `<tr class="w-full m-0" data-testid="product-row"><td class="!pl-0 p-4 w-24"><img alt="" src="a.jpg"></td><td class="text-left"><p class="txt-medium-plus text-ui-fg-base" data-testid="product-title">${line.name}</p></td><td class="!pr-0"><span class="!pr-0"><span class="flex gap-x-1"><span class="text-ui-fg-muted">${line.quantity}x </span><span data-testid="product-unit-price">${cart.write(line.unit)}</span></span><span class="text-base-regular" data-testid="product-price">${cart.write(line.amount)}</span></span></td></tr>`).join('')}</tbody></table></div></div>`,
  },
  {
    platform: 'vendure',
    path: '/checkout/payment',
    control: 'button[type=submit]',
    items: true,
    body: ({ language: w, ...cart }) =>
      `<div class="bg-gray-50"><div class="lg:grid lg:grid-cols-2"><form method="post" action="/checkout/payment?index"><p>Dummy payment for demonstration only</p><input type="hidden" name="paymentMethodCode" value="standard-payment"><button type="submit" class="flex px-6 bg-primary-600"><svg></svg><span>${w.place}</span></button></form><div class="mt-10 lg:mt-0"><h2>${w.heading}</h2><div class="flow-root"><ul class="-my-6 divide-y">${cart.lines.map((line) => `<li class="py-6 flex"><div class="flex-shrink-0"><img src="a.jpg" alt="${line.name}"></div><div class="ml-4 flex-1"><div><div class="flex justify-between"><h3><a href="/products/a">${line.name}</a></h3><p class="ml-4">${cart.write(line.amount)}</p></div></div><div class="flex-1 flex items-center text-sm"><div class="text-gray-800"><span class="mr-1">${w.quantity}</span><span class="font-medium">${line.quantity}</span></div></div></div></li>`).join('')}</ul></div><dl class="border-t mt-6 py-6 space-y-6"><div class="flex items-center justify-between"><dt class="text-sm">${w.subtotal}</dt><dd class="text-sm">${cart.write(cart.subtotal)}</dd></div>${cart.discount > 0n ? `<div class="flex items-center justify-between"><dt>${w.discount} <span>H10</span></dt><dd>-${cart.write(cart.discount)}</dd></div>` : ''}<div class="flex items-center justify-between"><dt class="text-sm">${w.shipping}</dt><dd class="text-sm">${cart.write(cart.shipping)}</dd></div>${cart.taxIncluded ? '' : `<div><dt>${w.tax}</dt><dd>${cart.write(cart.tax)}</dd></div>`}<div class="flex items-center justify-between border-t"><dt class="text-base font-medium">${w.total}</dt><dd class="text-base font-medium">${cart.write(cart.total)}</dd></div></dl></div></div></div>`,
  },
  {
    platform: 'salesforce-commerce',
    path: '/on/demandware.store/Sites-x-Site/default/Checkout-Begin?stage=placeOrder',
    control: 'button.place-order',
    items: true,
    body: ({ language: w, ...cart }) =>
      `<div id="checkout-main" class="container data-checkout-stage" data-customer-type="guest" data-checkout-stage="placeOrder"><div class="row"><div class="col-sm-7"><div class="card place-order-card">${w.heading}</div><div class="row"><div class="col-12 next-step-button"><button class="btn btn-primary btn-block submit-shipping" type="submit" name="submit" value="submit-shipping" style="display:none">${w.next}</button><button class="btn btn-primary btn-block place-order" data-action="/CheckoutServices-PlaceOrder" type="submit" name="submit" value="place-order">${w.place}</button></div></div></div><div class="col-sm-5"><div class="card"><div class="card-body order-total-summary">${[
        ['subtotal-item', w.subtotal, 'sub-total', cart.write(cart.subtotal)],
        ...(cart.discount > 0n
          ? [['order-discount', w.discount, 'order-discount-total', `- ${cart.write(cart.discount)}`]]
          : []),
        ['shipping-item', w.shipping, 'shipping-total-cost', cart.write(cart.shipping)],
        ...(cart.taxIncluded ? [] : [['sales-tax-item', w.tax, 'tax-total', cart.write(cart.tax)]]),
        ['grand-total', w.total, 'grand-total-sum', cart.write(cart.total)],
      ]
        .map(
          ([row, label, cls, value]) =>
            `<div class="row leading-lines ${row}"><div class="col-6 start-lines"><p class="order-receipt-label"><span>${label}</span></p></div><div class="col-6 end-lines"><p class="text-right"><span class="${cls}">${value}</span></p></div></div>`,
        )
        .join(
          '',
        )}</div></div><div class="card product-summary-block">${cart.lines.map((line) => `<div class="product-line-item"><div class="line-item-header"><div class="line-item-name">${line.name}</div></div><div class="row"><div class="qty-card-quantity-label">${w.quantity} <span class="qty-card-quantity-count">${line.quantity}</span></div><div class="line-item-total-price"><div class="pricing line-item-total-price-amount">${cart.write(line.amount)}</div></div></div></div>`).join('')}</div></div></div></div>`,
  },
  {
    platform: 'zen-cart',
    path: '/index.php?main_page=checkout_confirmation',
    control: 'input[name=btn_submit]',
    items: true,
    body: ({ language: w, ...cart }) =>
      `<div class="centerColumn" id="checkoutConfirmDefault"><h1 id="checkoutConfirmDefaultHeading">${w.heading}</h1><table id="cartContentsDisplay"><tr class="cartTableHeading"><th scope="col" id="ccQuantityHeading">${w.quantity}</th><th scope="col"></th><th scope="col" id="ccTotalHeading"></th></tr>${cart.lines.map((line) => `<tr class="rowEven"><td class="cartQuantity">${line.quantity}&nbsp;x</td><td class="cartProductDisplay">${line.name}</td><td class="cartTotalDisplay">${cart.write(line.amount)}</td></tr>`).join('')}</table><hr><div id="orderTotals">${[
        ['ottotal', w.subtotal, cart.write(cart.subtotal)],
        ...(cart.discount > 0n ? [['otcoupon', w.discount, `-${cart.write(cart.discount)}`]] : []),
        ['otshipping', `${w.shipping} (Best Way)`, cart.write(cart.shipping)],
        ...(cart.taxIncluded ? [] : [['ottax', w.tax, cart.write(cart.tax)]]),
        ['ottotal', w.total, cart.write(cart.total)],
      ]
        .map(
          ([id, label, value]) =>
            `<div id="${id}"><div class="totalBox larger forward">${value}</div><div class="lineTitle larger forward">${label}:</div></div><br class="clearBoth">`,
        )
        .join(
          '',
        )}</div><form name="checkout_confirmation" action="/index.php?main_page=checkout_process" method="post" id="checkout_confirmation"><div class="buttonRow forward"><input class="cssButton submit_button button button_confirm_order" type="submit" name="btn_submit" id="btn_submit" value="${w.place}"></div></form></div>`,
  },
  {
    platform: 'amazon',
    path: '/gp/buy/spc/handlers/display.html',
    control: 'input[name=placeYourOrder1]',
    items: false,
    css: '.a-offscreen{position:absolute;left:auto;clip:rect(1px,1px,1px,1px);overflow:hidden;width:1px;height:1px}',
    body: ({ language: w, ...cart }) =>
      `<div id="spc-form" class="a-container"><form id="spc" method="post" action="/gp/buy/spc/handlers/static-submit-decoupled.html"><div id="order-summary-container"><div id="order-summary-box" class="a-box"><span id="submitOrderButtonId" class="a-button a-button-span12 a-button-primary"><span class="a-button-inner"><input name="placeYourOrder1" data-testid="SPC_selectPlaceOrder" class="a-button-input a-button-text" type="submit" value="${w.place}" aria-labelledby="submitOrderButtonId-announce"><span id="submitOrderButtonId-announce" class="a-button-text" aria-hidden="true">${w.place}</span></span></span><h3>${w.heading}</h3><div id="subtotals"><table id="subtotals-marketplace-table" class="a-normal small-line-height"><tbody>${[
        [w.subtotal, cart.write(cart.subtotal)],
        [w.shipping, cart.write(cart.shipping)],
        ...(cart.discount > 0n ? [[w.discount, `-${cart.write(cart.discount)}`]] : []),
        ...(cart.taxIncluded ? [] : [[w.tax, cart.write(cart.tax)]]),
      ]
        .map(
          ([label, value]) =>
            `<tr class="order-summary-unidenfitied-style"><td>${label}:</td><td class="a-text-right aok-nowrap a-nowrap">${value}</td></tr>`,
        )
        .join(
          '',
        )}<tr><td colspan="2"><hr></td></tr><tr><td class="a-color-price a-size-medium a-text-left grand-total-cell a-text-bold"><h3>${w.total}:</h3></td><td class="a-color-price a-size-medium a-text-right grand-total-price aok-nowrap a-text-bold">${cart.write(cart.total)}</td></tr></tbody></table></div></div></div></form></div>`,
  },
]
