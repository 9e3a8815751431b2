/**
 * Written currency signs and the ISO 4217 codes that they may stand for, likeliest first. More than one code means
 * that the sign alone does not tell: "$" is written by two dozen currencies.
 * Source: CLDR narrow and standard symbols, and the abbreviations that shops print.
 */
import { isCurrency } from '../money/currencies.ts'

const DOLLARS = 'USD CAD AUD NZD MXN ARS CLP COP SGD HKD TWD UYU DOP BSD BBD BZD JMD TTD XCD FJD NAD LRD'
const TABLE: Record<string, string> = {
  $: DOLLARS,
  '€': 'EUR',
  eur: 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  ευρώ: 'EUR',
  'us dollars': 'USD',
  'us dollar': 'USD',
  dollars: DOLLARS,
  pounds: 'GBP',
  yen: 'JPY',
  rupees: 'INR PKR LKR NPR MUR',
  złotych: 'PLN',
  kronor: 'SEK',
  kroner: 'DKK NOK',
  korun: 'CZK',
  dirhams: 'AED MAD',
  '£': 'GBP EGP LBP',
  '₹': 'INR',
  rs: 'INR PKR LKR NPR MUR',
  'rs.': 'INR PKR LKR NPR MUR',
  रु: 'INR NPR',
  'रु.': 'INR NPR',
  '¥': 'JPY CNY',
  円: 'JPY',
  元: 'CNY TWD HKD',
  圓: 'TWD HKD',
  '₩': 'KRW',
  원: 'KRW',
  zł: 'PLN',
  zl: 'PLN',
  kč: 'CZK',
  kc: 'CZK',
  kr: 'SEK NOK DKK ISK',
  'kr.': 'DKK NOK SEK ISK',
  sfr: 'CHF',
  'sfr.': 'CHF',
  'fr.': 'CHF',
  r$: 'BRL',
  us$: 'USD',
  u$s: 'USD',
  a$: 'AUD',
  au$: 'AUD',
  c$: 'CAD',
  ca$: 'CAD',
  cdn$: 'CAD',
  nz$: 'NZD',
  hk$: 'HKD',
  s$: 'SGD',
  sg$: 'SGD',
  nt$: 'TWD',
  mx$: 'MXN',
  mex$: 'MXN',
  ar$: 'ARS',
  cl$: 'CLP',
  co$: 'COP',
  'cn¥': 'CNY',
  'jp¥': 'JPY',
  rmb: 'CNY',
  '₽': 'RUB',
  руб: 'RUB',
  'руб.': 'RUB',
  'р.': 'RUB',
  рублей: 'RUB',
  '₴': 'UAH',
  грн: 'UAH',
  'грн.': 'UAH',
  '₺': 'TRY',
  tl: 'TRY',
  '₫': 'VND',
  đ: 'VND',
  vnđ: 'VND',
  '฿': 'THB',
  บาท: 'THB',
  '₱': 'PHP',
  rp: 'IDR',
  'rp.': 'IDR',
  rm: 'MYR',
  '₪': 'ILS',
  'ש"ח': 'ILS',
  'ש״ח': 'ILS',
  '₦': 'NGN',
  '₡': 'CRC',
  '₲': 'PYG',
  'gs.': 'PYG',
  '₵': 'GHS',
  'gh₵': 'GHS',
  '₸': 'KZT',
  тг: 'KZT',
  '₮': 'MNT',
  '₾': 'GEL',
  '֏': 'AMD',
  '₼': 'AZN',
  '৳': 'BDT',
  '₭': 'LAK',
  '៛': 'KHR',
  රු: 'LKR',
  ft: 'HUF',
  forint: 'HUF',
  lei: 'RON MDL',
  leu: 'RON MDL',
  din: 'RSD',
  'din.': 'RSD',
  дин: 'RSD',
  'дин.': 'RSD',
  km: 'BAM',
  r: 'ZAR',
  ksh: 'KES',
  tsh: 'TZS',
  ush: 'UGX',
  's/': 'PEN',
  's/.': 'PEN',
  'b/.': 'PAB',
  bs: 'BOB VES',
  'bs.': 'BOB VES',
  dhs: 'AED MAD',
  dh: 'AED MAD',
  sr: 'SAR',
  'د.إ': 'AED',
  'د.إ.': 'AED',
  درهم: 'AED MAD',
  'ر.س': 'SAR',
  'ر.س.': 'SAR',
  ريال: 'SAR QAR OMR YER',
  '﷼': 'SAR IRR',
  '⃁': 'SAR',
  ریال: 'IRR',
  'د.ك': 'KWD',
  'د.ك.': 'KWD',
  'ج.م': 'EGP',
  'ج.م.': 'EGP',
  جنيه: 'EGP SDG',
  'ر.ق': 'QAR',
  'ر.ق.': 'QAR',
  'د.ب': 'BHD',
  'د.ب.': 'BHD',
  'ر.ع': 'OMR',
  'ر.ع.': 'OMR',
  'د.ت': 'TND',
  'د.ت.': 'TND',
  'د.م': 'MAD',
  'د.م.': 'MAD',
  'د.ج': 'DZD',
  'د.ج.': 'DZD',
  'د.أ': 'JOD',
  'د.أ.': 'JOD',
  'د.ع': 'IQD',
  'د.ع.': 'IQD',
  'ل.ل': 'LBP',
  'ل.ل.': 'LBP',
  '¤': '',
  dt: 'TND',
  jd: 'JOD',
  kd: 'KWD',
  'l.e.': 'EGP',
  'e£': 'EGP',
  nis: 'ILS',
  ден: 'MKD',
  'ден.': 'MKD',
  денари: 'MKD',
  сом: 'KGS',
  сум: 'UZS',
  "so'm": 'UZS',
  'so‘m': 'UZS',
  soʻm: 'UZS',
  теңге: 'KZT',
  тенге: 'KZT',
  ლარი: 'GEL',
  'դր.': 'AMD',
  դրամ: 'AMD',
  manat: 'AZN TMT',
  төг: 'MNT',
  lekë: 'ALL',
  р: 'RUB',
  рубля: 'RUB',
  гривень: 'UAH',
  евро: 'EUR',
  evra: 'EUR',
  euroa: 'EUR',
  eurot: 'EUR',
  динара: 'RSD',
  dinara: 'RSD',
  đồng: 'VND',
  baht: 'THB',
  rupiah: 'IDR',
  ':-': 'SEK',
  tk: 'BDT',
  'tk.': 'BDT',
  টাকা: 'BDT',
  रू: 'NPR INR',
  'रू.': 'NPR INR',
  रुपये: 'INR NPR',
  روپے: 'PKR INR',
  'රු.': 'LKR',
  ரூ: 'INR LKR',
  'ரூ.': 'INR LKR',
  'రూ.': 'INR',
  'ರೂ.': 'INR',
  'રૂ.': 'INR',
  ကျပ်: 'MMK',
  ກີບ: 'LAK',
  រៀល: 'KHR',
  rd$: 'DOP',
  $u: 'UYU',
  j$: 'JMD',
  tt$: 'TTD',
  n$: 'NAD',
  mop$: 'MOP',
  xaf: 'XAF',
  fcfa: 'XOF XAF',
  'f cfa': 'XOF XAF',
}

const codes = new Map<string, readonly string[]>()
for (const [sign, list] of Object.entries(TABLE)) {
  codes.set(sign, list === '' ? [] : list.split(' ').filter(isCurrency))
}

/** Codes that a written sign may mean; empty for "¤" (currency withheld), null where it is no currency sign. */
export function currenciesOf(sign: string): readonly string[] | null {
  const trimmed = sign.trim()
  if (/^[A-Z]{3}$/.test(trimmed) && isCurrency(trimmed)) return [trimmed]
  return codes.get(trimmed.toLowerCase()) ?? null
}

/** Whether a text is one of the table's signs. */
export function isSign(text: string): boolean {
  return codes.has(text.toLowerCase())
}

/** Lengths of the signs that begin with a character, longest first. */
export function signLengths(first: string): readonly number[] {
  return beginning.get(first.toLowerCase()) ?? []
}

/** Lengths of the signs that end with a character. */
export function signLengthsTo(last: string): readonly number[] {
  return ending.get(last.toLowerCase()) ?? []
}

/** Length of the longest sign. */
export const MAX_SIGN = Math.max(...[...codes.keys()].map((sign) => sign.length))

const beginning = lengthsBy((sign) => sign.at(0) ?? '')
const ending = lengthsBy((sign) => sign.at(-1) ?? '')

function lengthsBy(charOf: (sign: string) => string): Map<string, number[]> {
  const lengths = new Map<string, number[]>()
  for (const sign of [...codes.keys()].sort((a, b) => b.length - a.length)) {
    const known = lengths.get(charOf(sign))
    if (known === undefined) lengths.set(charOf(sign), [sign.length])
    else if (known.at(-1) !== sign.length) known.push(sign.length)
  }
  return lengths
}
