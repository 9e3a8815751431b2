/**
 * Is the pressed control the one that pays? Words alone have recall without precision ("Subscribe", "Continue"), so the
 * name is weighed with what stands around it. Measured on real checkouts: ten of eleven controls carry no id, many are
 * in no form, identifiers lie (`submit-payment` on an address step). A control below the threshold is let through;
 * what it then sends is still judged by `classifyRequest`.
 */
import { readPage } from './confirmation.ts'
import { normaliseName } from './names.ts'
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
  /** An amount stands anywhere on the page. */
  amountOnPage: boolean
  /** Another control of the page has the same name. */
  repeated: boolean
  /** It folds something out (`aria-expanded`). */
  foldsOut: boolean
  /** Text of the page's first heading, or empty. */
  heading: string
  /** Something of the page is put into a cart: "Add to cart" is one of its controls. */
  addsToCart: boolean
  /** Text of the current step of a progress display or of the dialog's heading, or empty. */
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
  /check-?out|kasse|zur-?kasse|caisse|commande|pedido|ordine|acquist|pagament|paiement|payment|zahlung|betal|bestell|platb|objedn|fizet|penztar|comand|compra|odeme|siparis|pago\b|pagar|pay\b|order|encomenda|billing|cashier|cart\/c|naplat|placanj|blagajn|narudz|porudz|naroc|pokladn|kassa|kase\b|tellim|uzsakym|pasutij|apmokej|zamowien|platnosc|bestill|tilau|maksu|greidsl|thanh-?toan|dat-?hang|pembayaran|pesanan|rendel|subscri|abonn|abbon|suscrip|assinat|prenumer|predplat|elofizet|подписк|donat|结算|結算|結帳|结账|付款|支付|下单|订单|訂單|收银|お?支払|注文|購入|購買|レジ|결제|주문|оплат|заказ|оформлен|замовл|поръчк|плащан|каса(?!\p{L})|πληρωμ|παραγγελ|ταμειο|αγορ|תשלום|קופה|הזמנה|الدفع|الطلب|الشراء|پرداخت|تسويه|تسویه|سفارش|ชำระ|สั่งซื้อ|भुगतान|चेकआउट|ऑर्डर|চেকআউট|পেমেন্ট/iu
/** The cart leads to the checkout, in words that elsewhere pay ("Pagar", "Checkout"). */
const CART =
  /(?:^|\/)(?:shopping[-_]?)?(?:cart|basket|bag|warenkorb|panier|carrito|cesta|carrello|carrinho|winkel(?:wagen|mand)|varukorg|indkobskurv|handlekurv|ostoskori|kosik|koszyk|kosar|cos|kosarica|sepet|gio-hang|keranjang)(?:\.\w+)?(?:[/?]|$)/i
const PAYS_IDENTIFIER =
  /place-?_?order|pay-?_?now|submit-?_?order|checkout-?_?submit|payment-?_?confirm|place_order|buy-?now|confirm-?_?order|order-?_?confirm|complete-?_?order|make-?_?payment/i
/** The same page by its name: what a saved page or a shop of one address has left of it. */
const CART_NAMED =
  /(?<!\p{L})(?:(?:shopping |your |my )?(?:cart|basket|bag|trolley)|warenkorb|einkaufswagen|panier|carrito|cesta|carro|carrello|carrinho|sacola|cesto|winkel(?:wagen|mand|mandje)|varukorg(?:en)?|kundvagn|indkobskurv|kurv|handle(?:kurv|vogn)|ostoskori|(?:nakupni )?kosik|koszyk|kosar|cosul|kosarica|korpa|ostukorv|grozs|krepselis|karfa|sepet(?:im)?|gio hang|keranjang|troli|корзина|кошик|количка|кошница|καλαθι|(?:ה)?עגל(?:ה|ת)|סל (?:ה)?קניות|(?:ال)?سل[ةه]|(?:عربة التسوق)|سبد خرید|कार्ट|কার্ট)(?!\p{L})|ตะกร้า|รถเข็น|カート|買い物かご|購物[车車]|购物车|장바구니/u

/** A wallet's own button: on a page of the shop before the checkout it opens the wallet, where the person decides. */
const WALLET =
  /(?:pay\s?pal|g(?:oogle)?\s?pay|apple\s?pay|shop\s?pay|amazon\s?pay|klarna|venmo|twint|swish|vipps|bizum|paylib|link)\b/i
/** A page that shows one product, a list of plans or goods: "Buy now" starts an order there. */
const SHELF =
  /(?:^|\/)(?:products?|produkte?|produits?|productos?|prodott[oi]|produtos?|p|item|dp|gp\/product|pricing|plans?|menu|shop|catalog(?:ue)?)(?:\/|$)/i

/** Carts say these beside their totals, too. */
const STEP_TOO = /^\P{L}*(?:check ?out|afrekenen|submit|confirm|[結结][帳賬账])\P{L}*$/u
/** What is added up right there: a total is no shelf and no newsletter. */
const TOTAL_NEAR =
  /(?<!\p{L})(?:(?:order |grand )?total|amount due|due today|gesamt(?:summe|betrag|preis)?|summe|zu zahlen|montant|a payer|importe|a pagar|totale|da pagare|valor total|totaal(?:bedrag)?|te betalen|summa|att betala|i alt|at betale|a betale|yhteensa|razem|do zap[lł]aty|celkem|spolu|osszesen|fizetendo|za placilo|ukupno|skupaj|συνολο|итого|к оплате|разом|до сплати|общо|укупно|toplam|odenecek|tong|jumlah|المجموع|الاجمالي|جمع کل|مبلغ|कुल|মোট|kokku|kopa|is viso|samtals)(?!\p{L})|סה.כ|ยอด|รวม|合計|合计|总计|總計|总额|應付|应付|实付|支払|합계|결제 ?금액/u

const UNSIGNED_TOTAL = new RegExp(`(?:${TOTAL_NEAR.source})\\P{Nd}{0,20}\\d+[.,]\\d\\d(?![\\d.,/])`, 'u')

/** Words that end any form. */
const GENERIC =
  /^\P{L}*(?:confirm|submit|agree|approve|complete|finish|place|accept|bestatigen|valider|confirmer|confirmar|conferma|bevestigen|potwierdz|bekrafta|bekraeft|bekreft|vahvista|potvrdit|confirma|onayla|подтвердить|підтвердити|تاكيد|אישור|पुष्टि करें|ยืนยัน|konfirmasi|確定|确认|確認)\P{L}*$/u
const ACCOUNT =
  /(?:^|\/)(?:account|my-?account|konto|mein-?konto|compte|mon-?compte|cuenta|mi-?cuenta|conta|minha-?conta|profile?|orders?\/(?:history|\d)|history|bestellungen|commandes|pedidos)(?:\/|$)/i

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
  else if (hasAmount(snapshot.nearby)) {
    add('amount_near', 1)
    if (
      strength === 'weak' &&
      !STEP_TOO.test(normaliseName(snapshot.name)) &&
      TOTAL_NEAR.test(normaliseName(snapshot.nearby))
    )
      add('total_near', 1)
  }
  if (snapshot.cardFields) add('card_fields', 2)
  const title = normaliseName(snapshot.title.slice(0, 300))
  const heading = normaliseName(snapshot.heading.slice(0, 120))
  const checkout = CHECKOUT.test(pathOf(snapshot.url)) || CHECKOUT.test(title)
  if (checkout) add('checkout_page', 2)
  if (snapshot.formAction !== null && CHECKOUT.test(pathOf(snapshot.formAction))) add('form_action', 1)
  if (PAYS_IDENTIFIER.test(snapshot.identifiers)) add('identifier', 1)
  if (/review|pay|confirm|zahl|paiement|pago/i.test(snapshot.step)) add('last_step', 1)
  // "Agree" and "Confirm" stand on every checkout page; near no amount and no card they pay nothing.
  const near = amount || snapshot.cardFields || hasAmount(snapshot.nearby)
  // A total without its sign: the currency stands elsewhere on the page.
  const unsigned = !near && UNSIGNED_TOTAL.test(normaliseName(snapshot.nearby))
  const priced = near || (snapshot.amountOnPage && !GENERIC.test(normaliseName(snapshot.name)))
  if (strength === 'weak' && !priced && !PAYS_IDENTIFIER.test(snapshot.identifiers)) add('nothing_near', -1)
  // Nothing is paid on a page that names no price and is no checkout: a free booking.
  if (strength === 'strong' && !near && !unsigned && !snapshot.amountOnPage && score < 5) add('no_price', -1)
  if (strength === 'weak' && /cookie/i.test(snapshot.nearby)) add('cookies', -3)
  if (negative) add('look_alike', amount || HANDS_OVER.test(snapshot.name) ? -2 : -5)
  if (snapshot.emailOnly && strength !== 'strong') add('newsletter', -4)
  const named = CART_NAMED.test(heading) ? heading : CART_NAMED.test(title) ? title : ''
  const cart =
    CART.test(pathOf(snapshot.url)) ||
    (named !== '' && !checkout && !CHECKOUT.test(heading) && !snapshot.cardFields)
  const shelf =
    SHELF.test(pathOf(snapshot.url).replace(/[?].*/, '')) ||
    (snapshot.addsToCart &&
      !checkout &&
      !CHECKOUT.test(heading) &&
      !snapshot.cardFields &&
      !TOTAL_NEAR.test(normaliseName(snapshot.nearby)) &&
      !(amount && strength === 'medium'))
  if (cart && strength !== 'strong' && !amount) add('cart_page', -2)
  if ((cart || shelf) && WALLET.test(snapshot.name)) add('wallet_shortcut', -4)
  if (shelf && strength !== 'strong') add('shelf_page', -2)
  // "Buy" beside every thing on offer; the one that pays stands beside a total.
  if (snapshot.repeated && strength === 'weak' && !amount && !TOTAL_NEAR.test(normaliseName(snapshot.nearby)))
    add('repeated', -3)
  if (snapshot.link && strength !== 'strong') add('plain_link', -2)
  // "Pay by bank transfer ▾" opens a part of the page.
  if (snapshot.foldsOut && strength !== 'strong') add('folds_out', -4)
  // "Thank you for your order": what can be pressed there looks at it, prints it, buys more.
  if (
    strength === 'weak' &&
    readPage(pathOf(snapshot.url), snapshot.title, [snapshot.heading])?.reads === 'confirmed'
  )
    add('confirmed_page', -3)
  // Orders of the past are listed with their amounts, too.
  if (strength === 'weak' && ACCOUNT.test(pathOf(snapshot.url))) add('account_page', -2)
  // A sentence with "pay" in it explains; a control that pays is named in a few words.
  if (strength === 'medium' && !exact && wordCount(snapshot.name) > 6) add('sentence', -2)
  if (snapshot.name.length > 200) add('long_name', -2)
  return { score, payment: score >= PRESS_THRESHOLD, reasons }

  function add(reason: string, weight: number): void {
    score += weight
    reasons.push(`${reason}${weight > 0 ? '+' : ''}${weight}`)
  }
}

/** Said on the last page of a shop whose processor has the next one; "to payment" is said on the page before. */
const HANDS_OVER = /^\W*(?:proceed|continue) (?:to|and) pay\b/i

function wordCount(name: string): number {
  return name.match(/\p{L}{2,}/gu)?.length ?? 0
}

/** Path and query of an address; the whole text where it is none. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  if (!path.includes('%')) return path
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}
