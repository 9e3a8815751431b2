/** Who is paid and where: site, merchant's name, processor, merchant order. The origin is the only dependable identity. */
import { isPayControlName } from './controls.ts'

/** Web origin of a document. Its registrable domain is looked up where the answer arrives: the list is large. */
export interface Place {
  origin: string
  host: string
  hostname: string
}

function placeOf(address: string, base?: string): Place | null {
  if (!URL.canParse(address, base)) return null
  const url = new URL(address, base)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  return { origin: url.origin, host: url.host.toLowerCase(), hostname: url.hostname.toLowerCase() }
}

/** Processors whose frames, forms and hosts take the payment for someone else. */
const PROCESSORS =
  /(?:^|\.)(?:stripe\.com|stripe\.network|paypal\.com|paypalobjects\.com|braintreegateway\.com|braintree-api\.com|adyen\.com|adyenpayments\.com|klarna\.com|klarnaservices\.com|checkout\.com|squareup\.com|square\.site|squarecdn\.com|authorize\.net|worldpay\.com|mollie\.com|paddle\.com|lemonsqueezy\.com|fastspring\.com|2checkout\.com|avangate\.com|alipay\.com|alipayplus\.com|tenpay\.com|wechatpay\.com|razorpay\.com|payu\.(?:com|in|pl|ro|cz)|mercadopago\.com(?:\.\w+)?|pagseguro\.uol\.com\.br|pagbank\.com\.br|yookassa\.ru|tinkoff\.ru|sberbank\.ru|cloudpayments\.ru|robokassa\.(?:ru|com)|iyzipay\.com|iyzico\.com|paytr\.com|payfast\.co\.za|paystack\.(?:co|com)|flutterwave\.com|midtrans\.com|xendit\.co|omise\.co|2c2p\.com|ecpay\.com\.tw|tosspayments\.com|portone\.io|iamport\.kr|inicis\.com|nicepay\.co\.kr|gmo-pg\.com|komoju\.com|pay\.jp|paidy\.com|afterpay\.com|affirm\.com|clearpay\.co\.uk|sezzle\.com|zip\.co|przelewy24\.pl|tpay\.com|dotpay\.pl|gopay\.(?:com|cz)|comgate\.cz|barion\.com|simplepay\.hu|nets\.eu|dibspayment\.eu|quickpay\.net|bambora\.com|vipps\.no|mobilepay\.dk|swedbankpay\.com|svea\.com|paytrail\.com|trustly\.com|saferpay\.com|datatrans\.com|postfinance\.ch|wirecard\.com|computop-paygate\.com|six-payment-services\.com|payone\.com|unzer\.com|heidelpay\.com|sofort\.com|giropay\.de|ingenico\.com|ogone\.com|payline\.com|lyra\.com|payzen\.eu|systempay\.fr|redsys\.es|sermepa\.es|nexi\.it|satispay\.com|multisafepay\.com|buckaroo\.nl|ccavenue\.com|paytm\.(?:in|com)|phonepe\.com|cybersource\.com|globalpay\.com|globalpaymentsinc\.com|elavon\.com|opayo\.(?:co\.uk|com)|sagepay\.com|shopify\.com|shopifycs\.com|shop\.app|pay\.google\.com|applepay\.cdn-apple\.com|payments\.amazon\.\w+|recurly\.com|chargebee\.com|spreedly\.com|primer\.io|rapyd\.net|dlocal\.com|ebanx\.com|conekta\.com|conekta\.io|openpay\.mx|culqi\.com|wompi\.co|epayco\.co|bluesnap\.com)$/

/** Where a document stands; a frame with no address of its own stands where the page that embeds it does. */
export function placeOfDocument(document: Document): Place | null {
  const { location } = document
  const own = placeOf(location.href)
  if (own !== null) return own
  const view = document.defaultView
  const inherited = placeOf(view?.origin ?? '')
  if (inherited !== null) return inherited
  const above = (location as Location & { ancestorOrigins?: DOMStringList }).ancestorOrigins?.[0]
  if (above !== undefined) return placeOf(above)
  try {
    return placeOf(view?.parent.location.href ?? '')
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
export function processorOf(document: Document, site: Place): string | null {
  if (PROCESSORS.test(site.hostname)) return site.host
  const frames = [...document.querySelectorAll('iframe[src]')].slice(0, 60)
  const addresses = [...document.forms].slice(0, 60).map((form) => form.getAttribute('action') ?? '')
  addresses.push(...frames.map((frame) => frame.getAttribute('src') ?? ''))
  for (const address of addresses) {
    const target = placeOf(address, document.baseURI)
    if (target !== null && PROCESSORS.test(target.hostname)) return target.host
  }
  // A frame of another origin in words of payment: a processor that the list does not know.
  for (const frame of frames) {
    const words = ['title', 'name', 'src', 'class'].map((name) => frame.getAttribute(name) ?? '').join(' ')
    const target = placeOf(frame.getAttribute('src') ?? '', document.baseURI)
    if (target === null || target.origin === site.origin) continue
    if (/card|payment|checkout|cashier|\bpay\b|processor/i.test(words)) return target.host
  }
  return payFormTarget(document, site)
}

/** Where a form with a pay control goes, where that is another origin: whoever it is takes the payment. */
function payFormTarget(document: Document, site: Place): string | null {
  for (const form of [...document.forms].slice(0, 60)) {
    for (const control of form.querySelectorAll('button,input[type=submit],input[type=image]')) {
      const address = control.getAttribute('formaction') ?? form.getAttribute('action') ?? ''
      const target = placeOf(address, document.baseURI)
      if (target === null || target.origin === site.origin) continue
      const name = control.getAttribute('value') ?? control.textContent ?? ''
      // Newsletters are kept by others, too.
      if (isPayControlName(name) && !/subscri|abon/i.test(name)) return target.host
    }
  }
  return null
}

/** Order id that an integrated merchant prints for the guard; the merchant asks the backend about the same id. */
export function merchantOrderOf(document: Document): string | null {
  const id = document.querySelector<HTMLMetaElement>('meta[name="consent-guard-order"]')?.content.trim()
  return id !== undefined && /^[\w.:-]{1,128}$/.test(id) ? id : null
}
