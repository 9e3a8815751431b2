/** Who is paid and where: site, merchant's name, processor, merchant order. The origin is the only dependable identity. */
import { type Site, siteOf } from '../site/site.ts'

/** Processors whose frames, forms and hosts take the payment for someone else. */
const PROCESSORS =
  /(?:^|\.)(?:stripe\.com|stripe\.network|paypal\.com|paypalobjects\.com|braintreegateway\.com|braintree-api\.com|adyen\.com|adyenpayments\.com|klarna\.com|klarnaservices\.com|checkout\.com|squareup\.com|square\.site|squarecdn\.com|authorize\.net|worldpay\.com|mollie\.com|paddle\.com|lemonsqueezy\.com|fastspring\.com|2checkout\.com|avangate\.com|alipay\.com|alipayplus\.com|tenpay\.com|wechatpay\.com|razorpay\.com|payu\.(?:com|in|pl|ro|cz)|mercadopago\.com(?:\.\w+)?|pagseguro\.uol\.com\.br|pagbank\.com\.br|yookassa\.ru|tinkoff\.ru|sberbank\.ru|cloudpayments\.ru|robokassa\.(?:ru|com)|iyzipay\.com|iyzico\.com|paytr\.com|payfast\.co\.za|paystack\.(?:co|com)|flutterwave\.com|midtrans\.com|xendit\.co|omise\.co|2c2p\.com|ecpay\.com\.tw|tosspayments\.com|portone\.io|iamport\.kr|inicis\.com|nicepay\.co\.kr|gmo-pg\.com|komoju\.com|pay\.jp|paidy\.com|afterpay\.com|affirm\.com|clearpay\.co\.uk|sezzle\.com|zip\.co|przelewy24\.pl|tpay\.com|dotpay\.pl|gopay\.(?:com|cz)|comgate\.cz|barion\.com|simplepay\.hu|nets\.eu|dibspayment\.eu|quickpay\.net|bambora\.com|vipps\.no|mobilepay\.dk|swedbankpay\.com|svea\.com|paytrail\.com|trustly\.com|saferpay\.com|datatrans\.com|postfinance\.ch|wirecard\.com|computop-paygate\.com|six-payment-services\.com|payone\.com|unzer\.com|heidelpay\.com|sofort\.com|giropay\.de|ingenico\.com|ogone\.com|payline\.com|lyra\.com|payzen\.eu|systempay\.fr|redsys\.es|sermepa\.es|nexi\.it|satispay\.com|multisafepay\.com|buckaroo\.nl|ccavenue\.com|paytm\.(?:in|com)|phonepe\.com|cybersource\.com|globalpay\.com|globalpaymentsinc\.com|elavon\.com|opayo\.(?:co\.uk|com)|sagepay\.com|shopify\.com|shopifycs\.com|shop\.app|pay\.google\.com|applepay\.cdn-apple\.com|payments\.amazon\.\w+|recurly\.com|chargebee\.com|spreedly\.com|primer\.io|rapyd\.net|dlocal\.com|ebanx\.com|conekta\.com|conekta\.io|openpay\.mx|culqi\.com|wompi\.co|epayco\.co|bluesnap\.com)$/i

/** Where a frame with no address of its own stands: the page that embeds it. */
export function siteOfDocument(document: Document): Site | null {
  const { location } = document
  const own = siteOf(location.href)
  if (own !== null) return own
  // about:blank and srcdoc frames: origin is the embedder's (Chromium), or ask the frames above.
  const view = document.defaultView
  const inherited = view?.origin
  if (inherited !== undefined && inherited !== 'null') {
    const site = siteOf(inherited)
    if (site !== null) return site
  }
  const above = (location as Location & { ancestorOrigins?: DOMStringList }).ancestorOrigins?.[0]
  if (above !== undefined) return siteOf(above)
  try {
    return siteOf(view?.parent.location.href ?? '')
  } catch {
    return null
  }
}

/** Name the page gives itself; shown beside the domain, never instead of it. */
export function merchantOf(document: Document): string | null {
  const meta = document.querySelector<HTMLMetaElement>(
    'meta[property="og:site_name"],meta[name="application-name"],meta[name="apple-mobile-web-app-title"]',
  )
  const named = meta?.content.trim()
  if (named) return named
  const title = document.title.trim()
  if (title === '') return null
  // "Checkout | Blue Mug Shop": the part that is no step of a checkout.
  const parts = title.split(/\s[|–—·:-]\s|\s?[|·]\s?/).filter((part) => part.trim() !== '')
  const name = parts.findLast((part) => !STEP.test(part))?.trim()
  return parts.length > 1 && name !== undefined ? name : null
}

const STEP =
  /^(?:\W*)(?:checkout|secure checkout|cart|basket|payment|pay|order|review|place order|kasse|warenkorb|zahlung|bestellung|paiement|panier|commande|pago|carrito|pedido|compra|pagamento|carrello|ordine|carrinho|finalizar|betaling|afrekenen|kassa|zamówienie|koszyk|pokladna|košík|оформление|корзина|оплата|ödeme|sepet|お支払い|ご注文|レジ|カート|结算|购物车|收银台|결제|주문)/iu

/** Host of the processor that takes the payment, where it is not the site's own. */
export function processorOf(document: Document, site: Site | null): string | null {
  const own = site?.host ?? ''
  if (PROCESSORS.test(hostname(own))) return own
  const addresses: string[] = []
  for (const form of [...document.forms].slice(0, 60)) addresses.push(form.getAttribute('action') ?? '')
  for (const frame of [...document.querySelectorAll('iframe[src]')].slice(0, 60)) {
    addresses.push(frame.getAttribute('src') ?? '')
  }
  for (const address of addresses) {
    const target = siteOf(absolute(address, document.baseURI))
    if (target === null || target.key === site?.key) continue
    if (PROCESSORS.test(hostname(target.host))) return target.host
  }
  // A cross-origin frame or form in words of payment, of a processor that the list does not know.
  for (const frame of [...document.querySelectorAll('iframe[src]')].slice(0, 60)) {
    const target = siteOf(absolute(frame.getAttribute('src') ?? '', document.baseURI))
    const words = `${frame.getAttribute('title') ?? ''} ${frame.getAttribute('name') ?? ''} ${frame.getAttribute('src') ?? ''}`
    if (target === null || target.origin === site?.origin) continue
    if (/card|payment|checkout|cashier|\bpay\b|processor/i.test(words)) return target.host
  }
  return null
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '')
}

function absolute(address: string, base: string): string {
  try {
    return new URL(address, base).href
  } catch {
    return ''
  }
}

/** Order id that an integrated merchant prints for the guard; the merchant asks the backend about the same id. */
export function merchantOrderOf(document: Document): string | null {
  const id = document.querySelector<HTMLMetaElement>('meta[name="consent-guard-order"]')?.content.trim()
  return id !== undefined && /^[\w.:-]{1,128}$/.test(id) ? id : null
}
