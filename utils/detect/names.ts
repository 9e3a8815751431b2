/** The form in which names of controls are compared with the vocabulary. */

/** Lower case, no accents on Latin, Greek, Cyrillic and Arabic letters, single spaces, no invisible characters. */
export function normaliseName(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replace(/[\u0300-\u036f\u064b-\u0655\u200b-\u200f\u2060-\u2064\ufeff\u00ad]/g, '')
      .normalize('NFC')
      // Thai "am" comes apart under NFKD and is not put together again.
      .replace(/\u0e4d\u0e32/g, '\u0e33')
      .toLowerCase()
      .replace(/ı/g, 'i')
      .replace(/ß/g, 'ss')
      .replace(/ð/g, 'd')
      // Azerbaijani.
      .replace(/ə/g, 'e')
      .replace(/þ/g, 'th')
      .replace(/ø/g, 'o')
      .replace(/ł/g, 'l')
      .replace(/\s+/g, ' ')
      .trim()
  )
}
