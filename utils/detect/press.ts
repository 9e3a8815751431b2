/**
 * Is the pressed control the one that pays? Words alone have recall without precision ("Subscribe", "Continue"), so the
 * name is weighed with what stands around it. Measured on real checkouts: ten of eleven controls carry no id, many are
 * in no form, identifiers lie (`submit-payment` on an address step). A control below the threshold is let through;
 * what it then sends is still judged by `classifyRequest`.
 */
import { hasAmount, judgeName } from './words.ts'

/** What the relay reads around a control. Plain data, so that this file needs no document. */
export interface PressSnapshot {
  /** Accessible name: content first, then aria-label and value. */
  name: string
  /** A link with an address of its own. */
  link: boolean
  disabled: boolean
  /** id, name, class, test id, value of the control, in one string. */
  identifiers: string
  /** Text of the nearest container that is more than the control, at most 2,000 characters. */
  nearby: string
  /** Card number fields or a processor's frame are on the page. */
  cardFields: boolean
  /** Page address without fragment. */
  url: string
  title: string
  /** Where its form goes; null where there is no form. */
  formAction: string | null
  /** The form asks for an e-mail address and nothing else. */
  emailOnly: boolean
  /** Text of the current step of a progress display, or empty. */
  step: string
}

export interface PressScore {
  score: number
  payment: boolean
  /** Codes with their weight, e.g. `name_strong+4`. */
  reasons: string[]
}

export const PRESS_THRESHOLD = 4

const NAME_WEIGHT = { strong: 4, medium: 3, weak: 2, none: 0 } as const
const CHECKOUT =
  /check-?out|kasse|zur-?kasse|caisse|commande|pedido|ordine|acquist|pagament|paiement|payment|zahlung|betal|bestell|platb|objedn|fizet|comand|odeme|siparis|pay\b|order|billing|cashier|cart\/c|结算|付款|支付|下单|注文|購入|결제|주문|оплат|заказ|оформлени/i
/** The cart leads to the checkout, in words that elsewhere pay ("Pagar", "Checkout"). */
const CART =
  /(?:^|\/)(?:shopping[-_]?)?(?:cart|basket|bag|warenkorb|panier|carrito|cesta|carrello|carrinho|winkel(?:wagen|mand)|varukorg|indkobskurv|handlekurv|ostoskori|kosik|koszyk|kosar|cos|kosarica|sepet|gio-hang|keranjang)(?:\.\w+)?(?:[/?]|$)/i
const PAYS_IDENTIFIER =
  /place-?_?order|pay-?_?now|submit-?_?order|checkout-?_?submit|payment-?_?confirm|place_order|buy-?now/i

/** Whether a name is worth reading the page for: most presses end here. */
export function mayPay(name: string): boolean {
  return judgeName(name).strength !== 'none'
}

export function scorePress(snapshot: PressSnapshot): PressScore {
  const reasons: string[] = []
  let score = 0
  const { strength, exact, negative } = judgeName(snapshot.name)
  // A disabled control gets no press; once it does, it is not disabled any more.
  if (strength === 'none') return { score: 0, payment: false, reasons: ['no_pay_word'] }
  add(`name_${strength}`, NAME_WEIGHT[strength])
  if (exact && strength === 'medium') add('name_alone', 1)
  const amount = hasAmount(snapshot.name)
  if (amount) add('amount_in_name', 2)
  else if (hasAmount(snapshot.nearby)) add('amount_near', 1)
  if (snapshot.cardFields) add('card_fields', 2)
  if (CHECKOUT.test(pathOf(snapshot.url)) || CHECKOUT.test(snapshot.title)) add('checkout_page', 2)
  if (snapshot.formAction !== null && CHECKOUT.test(pathOf(snapshot.formAction))) add('form_action', 1)
  if (PAYS_IDENTIFIER.test(snapshot.identifiers)) add('identifier', 1)
  if (/review|pay|confirm|zahl|paiement|pago/i.test(snapshot.step)) add('last_step', 1)
  if (negative) add('look_alike', amount ? -2 : -5)
  if (snapshot.emailOnly && strength !== 'strong') add('newsletter', -4)
  if (CART.test(pathOf(snapshot.url)) && strength !== 'strong' && !amount) add('cart_page', -2)
  if (snapshot.link && strength !== 'strong') add('plain_link', -2)
  if (snapshot.name.length > 200) add('long_name', -2)
  return { score, payment: score >= PRESS_THRESHOLD, reasons }

  function add(reason: string, weight: number): void {
    score += weight
    reasons.push(`${reason}${weight > 0 ? '+' : ''}${weight}`)
  }
}

/** Path and query of an address; the whole text where it is none. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
}
