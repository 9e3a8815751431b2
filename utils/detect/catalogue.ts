/**
 * Where payments are made, compiled from SDKs, documentation and observed clients of 78 processors and shop systems.
 * Only what a browser can be made to call: creating a session or turning a card into a token moves no money.
 *
 * One address a line. `*` is one segment of a host or path. No line may match an ordinary step of a checkout:
 * the same address with another method (Magento, WooCommerce) or another operation (Shopify) is no payment.
 */

/** Processors, any method but GET and HEAD: these authorise or move money. */
export const CONFIRM = `
api.stripe.com/v1/payment_intents/*/confirm
api.stripe.com/v1/payment_intents/*/capture
api.stripe.com/v1/payment_pages/*/confirm
api-m.paypal.com/v2/checkout/orders/*/confirm-payment-source
api-m.paypal.com/v2/checkout/orders/*/capture
api-m.paypal.com/v2/checkout/orders/*/authorize
www.paypal.com/smart/api/order/*/capture
www.paypal.com/smart/api/order/*/authorize
api.braintreegateway.com/merchants/*/client_api/v1/payment_methods/*/three_d_secure/lookup
*.adyen.com/checkoutshopper/*/sessions/*/payments
*.adyen.com/checkoutshopper/*/sessions/*/paymentDetails
*.adyenpayments.com/checkout/*/payments
live.adyen.com/hpp/completeCard.shtml
connect.squareup.com/v2/payments
*.klarna.com/payments/v1/authorizations/*/order
api-global.klarna.com/v2/accounts/*/payment/authorize
global-api.afterpay.com/v2/payments/capture
global-api.afterpay.com/v2/payments/auth
api.affirm.com/api/v1/transactions
api.checkout.com/payments
*.api.checkout.com/payments
api.cybersource.com/pts/v2/payments
api.cybersource.com/pts/v2/payments/*/captures
pay-api.amazon.*/v2/checkoutSessions/*/complete
pay-api.amazon.*/v2/charges
pay-api.amazon.*/v2/charges/*/capture
api.razorpay.com/v1/payments/create/ajax
api.razorpay.com/v1/payments/create/checkout
api.mercadopago.com/v1/payments
api.mercadopago.com/v1/orders
checkout-service.paddle.com/create/checkout/product/*
api.flutterwave.com/v3/charges
api.iyzipay.com/payment/auth
payments.bigcommerce.com/api/public/v1/orders/payments
trade.jd.com/shopping/order/submitOrder.action
buy.taobao.com/auction/order/unity_order_confirm.htm
buy.tmall.com/auction/confirm_order.htm
buy.tmall.com/order/confirm_order.htm
secure.worldpay.com/wcc/purchase
openapi.alipay.com/gateway.do
gateway.95516.com/gateway/api/frontTransReq.do
secure.payu.in/_payment`

/** Hosted cashiers, any method: arriving there hands the order to a processor. */
export const REDIRECT = `
checkout.stripe.com/c/pay/*
checkout.stripe.com/pay/*
www.paypal.com/checkoutnow
openapi.alipay.com/gateway.do
mapi.alipay.com/gateway.do
excashier.alipay.com/standard/auth.htm
wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb
www.mollie.com/checkout/*
www.mollie.com/checkout/*/*
*.lemonsqueezy.com/checkout/buy/*
checkout.paystack.com/*
standard.paystack.co/*`

/** Shop systems, on any host, any method but GET and HEAD. A leading `?` starts the query. */
export const SHOP = `
/?wc-ajax=checkout
/rest/V1/carts/mine/payment-information
/rest/V1/guest-carts/*/payment-information
/rest/*/V1/carts/mine/payment-information
/rest/*/V1/guest-carts/*/payment-information
/internalapi/v1/checkout/order
/module/*/validation
/CheckoutServices-PlaceOrder
/checkout/shopper-orders/*/organizations/*/orders
/commerce/webstores/*/checkouts/*/payments
/v2/*/users/*/orders
/api/checkout/pub/orderForm/*/transaction
/api/checkout/pub/gatewayCallback/*
/storefront/checkout/complete
/store/carts/*/complete
/api/carts/*/checkout
/spc/handlers/static-submit-decoupled.html
/api/checkout/v3/contract/*/order
/checkout/orders/*/paymentMethods/refreshPayment`

/** Shop systems where only POST pays: the same address by PUT is a step of the checkout. */
export const SHOP_POST = `
/wp-json/wc/store/v1/checkout
/wp-json/wc/store/v1/checkout/*`

/** Shop systems that place the order by GET: only addresses that name the act. */
export const SHOP_GET = `
route=extension/payment/*/confirm
route=extension/*/payment/*|confirm
route=extension/*/payment/*.confirm`

/** Processors whose other addresses are never payments: no guessing by path there. */
export const PROCESSORS =
  'stripe.com|paypal.com|braintree-api.com|braintreegateway.com|adyen.com|adyenpayments.com|squareup.com|klarna.com|' +
  'afterpay.com|affirm.com|checkout.com|cybersource.com|authorize.net|shopifycs.com|shopifyinc.com|mollie.com|' +
  'razorpay.com|mercadopago.com|paddle.com|lemonsqueezy.com|paystack.com|flutterwave.com|iyzipay.com|xendit.co|midtrans.com'

/** A pattern that matches any of the lines of a table, `start` being what stands before them. */
export function patternOf(table: string, start: string, end: string): RegExp {
  const lines = table.trim().replace(/[.?|]/g, '\\$&').replace(/\*/g, '[^/?#]+').split('\n')
  return new RegExp(`${start}(?:${lines.join('|')})${end}`, 'i')
}

/** As `patternOf` for lines with a host: a port may follow the host. */
export function hostPatternOf(table: string): RegExp {
  const withPort = table.trim().replace(/^([^/]+)/gm, '$1~')
  const lines = withPort
    .replace(/[.?]/g, '\\$&')
    .replace(/\*/g, '[^/?#]+')
    .replace(/~/g, '(?::\\d+)?')
    .split('\n')
  return new RegExp(`^https?://(?:${lines.join('|')})/?(?:[?#]|$)`, 'i')
}
