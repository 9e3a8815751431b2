/** Takes card numbers out of free text before it is kept: shops do show them, in buttons and on confirmation pages. */

/** 13 to 19 digits, in groups or not. */
const LONG_NUMBER = /\d(?:[ -]?\d){12,18}/g

export function scrub(text: string): string {
  return text.replace(LONG_NUMBER, (found) => (isCardNumber(found.replace(/\D/g, '')) ? '••••' : found))
}

/** The check digit of ISO/IEC 7812 (Luhn); one in ten other numbers has a right one too and is lost with them. */
function isCardNumber(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.at(-1 - i))
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
