/** Where it is sent and how it is paid, where the page says so in words. Never a card number: digits are cut to four. */
import type { PageText } from './page-text.ts'
import { parentOf } from './visibility.ts'
import { fold } from './words.ts'

const SHIP_TO =
  /^(?:(?:ship(?:ping|ped)?|deliver(?:y|ed|ing)?|send)(?: ?to| address| information| details)+|lieferadresse|versandadresse|lieferung an|lieferanschrift|adresse de livraison|livraison a|livrer a|livre a|direccion de (?:envio|entrega)|enviar a|entregar (?:a|en)|indirizzo di (?:spedizione|consegna)|spedito a|spedire a|consegna a|endereco de entrega|morada de entrega|enviar para|entregar em|afleveradres|bezorgadres|verzendadres|bezorgen (?:op|bij)|leveransadress|leveringsadresse|leveres til|leverer til|toimitusosoite|adres (?:dostawy|wysylki)|dorucovaci adresa|dodaci adresa|adresa doruceni|dodacia adresa|szallitasi cim|adresa de livrare|адрес за доставка|διευθυνση (?:αποστολης|παραδοσης)|адрес доставки|адреса доставки|teslimat adresi|dia chi (?:giao|nhan) hang|alamat (?:pengiriman|penghantaran)|ที่อยู่(?:ใน)?(?:การ)?จัดส่ง|お届け先|配送先|送付先|收货地址|收貨地址|配送地址|送貨地址|배송지|받는 ?분|डिलीवरी का पता|शिपिंग पता|عنوان (?:الشحن|التوصيل)|ادرس تحویل|نشانی تحویل|כתובת (?:למשלוח|משלוח))/u

/** Address line under a "Ship to" heading, cut at the next heading. */
export function readShipTo(page: PageText, isVisible: (element: Element) => boolean): string | null {
  for (let i = 0; i < page.tokens.length; i++) {
    const token = page.tokens[i]
    if (token === undefined || token.amount !== null || token.text.length > 200) continue
    const text = fold(token.text)
    const match = SHIP_TO.exec(text)
    if (
      match === null ||
      !isVisible(token.element) ||
      token.element.closest('button,a,label,[role="button"]')
    )
      continue
    const own = token.text.slice(match[0].length).replace(/^[\s:：-]+/, '')
    const address = /\d|,/.test(own) && own.length > 8 ? own : addressAfter(page, i)
    if (address !== null) return address.slice(0, 200)
  }
  return null
}

function addressAfter(page: PageText, at: number): string | null {
  const heading = page.tokens[at]?.element
  if (heading === undefined) return null
  let block: Element | null = heading
  for (let climb = 0; block !== null && climb < 3; climb++, block = parentOf(block)) {
    const range = page.ranges.get(block)
    if (range === undefined || range[1] <= at + 1) continue
    const parts: string[] = []
    for (let i = at + 1; i < Math.min(range[1], at + 9); i++) {
      const token = page.tokens[i]
      if (token === undefined || token.amount?.currencies) break
      if (token.element.closest('button,label,legend,h1,h2,h3,h4,h5,h6,[role="button"],option')) {
        if (parts.length > 0) break
        continue
      }
      parts.push(token.text.replace(/\s+/g, ' '))
      if (parts.join(', ').length > 160) break
    }
    const address = parts.join(', ')
    return address.length > 5 && /\p{L}/u.test(address) ? address : null
  }
  return null
}

/** The payment option that is chosen, in the page's words. */
export function readPaymentMethod(document: Document): string | null {
  const chosen = document.querySelectorAll<HTMLInputElement>(
    'input[type="radio"][name*="pay" i]:checked,input[type="radio"][id*="pay" i]:checked',
  )
  for (const input of [...chosen].slice(0, 10)) {
    const label = input.labels?.[0]?.textContent ?? input.getAttribute('aria-label') ?? ''
    const text = label.replace(/\s+/g, ' ').trim()
    if (text !== '') return text.slice(0, 80).replace(/\d[\d\s-]{6,}\d/g, (digits) => `…${digits.slice(-4)}`)
  }
  return null
}
