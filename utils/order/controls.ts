/** Amounts that a paying control names itself ("Pay $15.25", or in its accessible name). */
import { findAmounts } from './amounts.ts'
import type { ControlAmount } from './totals.ts'
import type { Visibility } from './visibility.ts'
import { fold, labelKind } from './words.ts'

const CONTROLS =
  'button,input[type="submit"],input[type="button"],[role="button"],a[class*="btn" i],a[class*="button" i]'
const MAX_LOOKED = 400

const PAYS =
  /\b(?:pay|support|send|tip|contribute|pledge|place|buy|purchase|donate|donat|doneer|donner|donar|doar|spenden|give|top ?up|subscribe|abon|book|buch|reserv|order|complete|confirm|zahlen|bezahlen|zahlungspflichtig|kaufen|bestellen|payer|commander|acheter|regler|pagar|comprar|paga|acquista|ordina|betalen|betala|betal|kop|maksa|zaplac|kupuj|zamawiam|zaplatit|objednat|zaplatit|fizet|megrendel|plateste|comanda|plati|naruci|ode|satin|thanh toan|dat hang|bayar|beli|tasu|maksta|moketi)|оплат|купи|заказ|сплат|плат|замов|πληρω|παραγγελ|ชําระ|จ่าย|สั่งซื้อ|支払|払う|注文|購入|购买|支付|付款|购|結帳|결제|구매|주문|भुगतान|खरीद|ادفع|الدفع|دفع|شراء|پرداخت|שלם|תשלום|לתשלום/u

/** Words of paying; "buy for" and "subscribe for" may name a price that others are added to. */
const SURELY =
  /\bpay|zahl|pay(?:er|ez)|\bpag|betal|maksa|zaplac|zaplat|fizet|plat(?:i|e)|odeme|оплат|сплат|πληρω|ชําระ|จ่าย|支払|払う|支付|付款|결제|भुगतान|ادفع|الدفع|دفع|پرداخت|שלם|תשלום|thanh toan|bayar|tasu|maksta|moketi/u

/** An offer at an auction is no amount that is paid. */
const BIDS =
  /(?:^|\P{L})(?:bid|gebot|bieten|encher|puja|offerta|lance|bod|bud|tarjou|licyt|ставк)|入札|出价|出價|입찰/u

/** Folding takes Hangul and vowel signs apart: words of those scripts are looked for as they are written. */
function says(words: RegExp, text: string): boolean {
  return words.test(fold(text)) || words.test(text.normalize('NFC').toLowerCase())
}

/** Whether a control's name says that it pays. */
export function isPayControlName(name: string): boolean {
  return name.length <= 300 && says(PAYS, name.replace(/\s+/g, ' '))
}

/** Whether a control that is seen says that it pays, in words that no shelf has. */
export function saysPay(document: Document, visibility: Visibility): boolean {
  return [...document.querySelectorAll(CONTROLS)].slice(0, MAX_LOOKED).some((control) => {
    if (
      control instanceof HTMLAnchorElement &&
      /^(?!#|javascript:)./.test(control.getAttribute('href') ?? '')
    )
      return false
    const names = [control.getAttribute('aria-label'), control.textContent, control.getAttribute('value')]
    return (
      names.some((name) => name !== null && name.length <= 60 && says(SURELY, name.replace(/\s+/g, ' '))) &&
      visibility.isSeen(control)
    )
  })
}

export function readControlAmounts(document: Document, visibility: Visibility): ControlAmount[] {
  const found: ControlAmount[] = []
  const controls = document.querySelectorAll(CONTROLS)
  let looked = 0
  for (const control of controls) {
    if (looked++ > MAX_LOOKED) break
    // "Subscribe for €1" as a link leads to a page that asks what it costs.
    if (
      control instanceof HTMLAnchorElement &&
      /^(?!#|javascript:)./.test(control.getAttribute('href') ?? '')
    )
      continue
    const names = [control.getAttribute('aria-label'), control.textContent, control.getAttribute('value')]
    for (const name of names) {
      if (name === null || name.length > 300 || !/\p{Nd}/u.test(name)) continue
      const text = name.replace(/\s+/g, ' ')
      if (!says(PAYS, text) || says(BIDS, text)) continue
      const amounts = findAmounts(text).filter((amount) => amount.currencies !== null)
      // A sentence on a button is no amount on it.
      if (amounts.length === 1 && text.trim().split(' ').length > 8) continue
      const only = amounts.length === 1 ? amounts[0] : totalAmong(text, amounts)
      if (only === undefined || !visibility.isSeen(control)) continue
      found.push({ written: only, element: control, pays: says(SURELY, text) })
      break
    }
  }
  return found
}

/** "Place order. Subtotal $50, tax $2, order total $52": the amount that the words call the total. */
function totalAmong(
  text: string,
  amounts: ReturnType<typeof findAmounts>,
): ControlAmount['written'] | undefined {
  return amounts.findLast((amount, at) => {
    const kind = labelKind(text.slice(amounts[at - 1]?.end ?? 0, amount.start))
    return kind === 'grand' || kind === 'total'
  })
}
