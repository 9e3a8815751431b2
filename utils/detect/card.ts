/** Card numbers in the text of a request. Runs in the page's world too: only what `matching.ts` took at load. */
import { firstGroup, matches } from './matching.ts'

const CARD_FIELD = /card|cc[-_]?n|pan\b|cvc|cvv|security.?code|expir/i
const CARD_NUMBER =
  /(?:^|\D)((?:[46]\d\d|5[1-5]\d|2[2-7]\d|3[04678]\d)\d[ +-]?\d{4}[ +-]?\d{4}[ +-]?\d{1,7})(?!\d)/

/** A number with a card's beginning, length and check digit beside a field that is named like a card's. */
export function carriesCard(body: string): boolean {
  if (body.length < 15 || !matches(CARD_FIELD, body)) return false
  const found = firstGroup(CARD_NUMBER, body)
  return found !== null && luhn(found)
}

/** ISO/IEC 7812-1 annex B, over the digits of the text. */
function luhn(text: string): boolean {
  let sum = 0
  let count = 0
  for (let i = text.length - 1; i >= 0; i--) {
    const char = text[i] as string
    if (char < '0' || char > '9') continue
    const digit = +char
    const doubled = count % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
    count++
  }
  return count >= 13 && count <= 19 && sum % 10 === 0
}
