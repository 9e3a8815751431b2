/**
 * Which currency a page's signs mean. A code or a sign of one currency is read; "$" is inferred from what else the
 * page says, its domain and its language, and marked as inferred.
 */
import { isCurrency } from '../money/currencies.ts'
import { currenciesOf } from './currency-signs.ts'
import type { Evidence } from './evidence.ts'
import type { LabelledAmount } from './labels.ts'
import type { PageText } from './page-text.ts'

export interface CurrencyReading {
  currency: string | null
  /** 0 to 1; from 0.8 the person is not warned. */
  confidence: number
  detail: string
}

export interface CurrencyHints {
  /** Codes written beside visible amounts. */
  written: ReadonlySet<string>
  /** Codes in the page's data: meta tags, microdata, data attributes. */
  declared: ReadonlySet<string>
  host: string
  /** BCP 47 tag of the page, or empty. */
  lang: string
  /** Decimal mark that the page's amounts use. */
  mark: '.' | ',' | null
  /** The page ships to the United States and to nowhere else that it says. */
  american: boolean
}

const BY_TLD: Record<string, string> = {
  ae: 'AED',
  ar: 'ARS',
  at: 'EUR',
  au: 'AUD',
  be: 'EUR',
  br: 'BRL',
  ca: 'CAD',
  ch: 'CHF',
  cl: 'CLP',
  cn: 'CNY',
  co: 'COP',
  cz: 'CZK',
  de: 'EUR',
  dk: 'DKK',
  eg: 'EGP',
  es: 'EUR',
  fi: 'EUR',
  fr: 'EUR',
  gr: 'EUR',
  hk: 'HKD',
  hu: 'HUF',
  id: 'IDR',
  ie: 'EUR',
  il: 'ILS',
  in: 'INR',
  ir: 'IRR',
  is: 'ISK',
  it: 'EUR',
  jp: 'JPY',
  ke: 'KES',
  kr: 'KRW',
  kw: 'KWD',
  lb: 'LBP',
  lk: 'LKR',
  mx: 'MXN',
  my: 'MYR',
  ng: 'NGN',
  nl: 'EUR',
  no: 'NOK',
  np: 'NPR',
  nz: 'NZD',
  pe: 'PEN',
  ph: 'PHP',
  pk: 'PKR',
  pl: 'PLN',
  pt: 'EUR',
  ro: 'RON',
  ru: 'RUB',
  sa: 'SAR',
  se: 'SEK',
  sg: 'SGD',
  th: 'THB',
  tr: 'TRY',
  tw: 'TWD',
  ua: 'UAH',
  uk: 'GBP',
  us: 'USD',
  uy: 'UYU',
  vn: 'VND',
  za: 'ZAR',
}

/** Languages of one country, or of countries with one currency. */
const BY_LANGUAGE: Record<string, string> = {
  cs: 'CZK',
  da: 'DKK',
  fa: 'IRR',
  he: 'ILS',
  hi: 'INR',
  hu: 'HUF',
  id: 'IDR',
  is: 'ISK',
  ja: 'JPY',
  ko: 'KRW',
  ms: 'MYR',
  nb: 'NOK',
  nn: 'NOK',
  no: 'NOK',
  pl: 'PLN',
  sv: 'SEK',
  th: 'THB',
  tr: 'TRY',
  uk: 'UAH',
  vi: 'VND',
  zh: 'CNY',
  ro: 'RON',
  ur: 'PKR',
  si: 'LKR',
  ne: 'NPR',
  ta: 'INR',
  bn: 'BDT',
}

/** Picks one of the codes that a sign may mean; `null` codes: no sign stood beside the amount. */
export function chooseCurrency(codes: readonly string[] | null, hints: CurrencyHints): CurrencyReading {
  if (codes !== null && codes.length === 0)
    return { currency: null, confidence: 0, detail: 'currency withheld' }
  const only = codes?.[0]
  if (codes !== null && codes.length === 1 && only !== undefined) {
    return { currency: only, confidence: 1, detail: 'written' }
  }
  const fits = (code: string): boolean => isCurrency(code) && (codes === null || codes.includes(code))

  const written = [...hints.written].filter(fits)
  const one = written[0]
  if (written.length === 1 && one !== undefined)
    return { currency: one, confidence: 0.9, detail: 'code on the page' }
  const declared = [...hints.declared].filter(fits)
  const stated = declared[0]
  if (declared.length === 1 && stated !== undefined) {
    return { currency: stated, confidence: 0.85, detail: 'page data' }
  }
  const domain = BY_TLD[hints.host.split('.').at(-1) ?? '']
  // A number with no sign at all is only read where the page itself names a currency.
  if (codes === null) return { currency: null, confidence: 0, detail: 'no currency' }
  const [language = '', ...subtags] = hints.lang.toLowerCase().split(/[-_]/)
  const region = subtags.at(-1) ?? ''
  const regional = BY_TLD[region === 'gb' ? 'uk' : region]
  const national = BY_LANGUAGE[language]
  if (domain !== undefined && fits(domain)) {
    // A domain alone guesses: shops of one country sell in the currency of another.
    const agreed = regional === domain || (regional === undefined && national === domain)
    const alone = codes[0] === 'USD' ? 0.7 : 0.8
    return { currency: domain, confidence: agreed ? 0.85 : alone, detail: 'domain' }
  }
  if (regional !== undefined && fits(regional)) {
    // Templates say en-US all over the world.
    return {
      currency: regional,
      confidence: hints.lang.toLowerCase() === 'en-us' ? 0.6 : 0.75,
      detail: 'language',
    }
  }
  if (national !== undefined && fits(national))
    return { currency: national, confidence: 0.8, detail: 'language' }
  if (codes.includes('GBP')) return { currency: 'GBP', confidence: 0.9, detail: 'sign' }
  if (codes[0] === 'USD') {
    if (hints.american && language === 'en')
      return { currency: 'USD', confidence: 0.8, detail: 'sign and address' }
    if (language === 'fr' && fits('CAD'))
      return { currency: 'CAD', confidence: 0.5, detail: 'sign and language' }
    // Peso or dollar: the likeliest by how its amounts are written, and said to be a guess.
    if (language === 'es')
      return { currency: hints.mark === '.' ? 'MXN' : 'ARS', confidence: 0.3, detail: 'sign and language' }
    return { currency: 'USD', confidence: hints.mark === ',' ? 0.3 : 0.5, detail: 'sign only' }
  }
  return only === undefined
    ? { currency: null, confidence: 0, detail: 'unknown' }
    : { currency: only, confidence: 0.4, detail: 'sign only' }
}

const CODE = /(?<![\p{L}\d])[A-Z]{3}(?![\p{L}\d])/gu
const NAMED =
  /(?:prices?|amounts?|currency|montants?|tarifs?|importes?|importi|valores|beträge|bedragen|kwoty|summor|beløb|суммы|сумма|金額|金额|preise|wahrung|währung|prix|devise|precios|moneda|prezzi|valuta|preços|moeda|prijzen|ceny|waluta|priser|цены|валюта|価格|通貨|价格|货币)/iu

function codesIn(text: string): string[] {
  return [...text.matchAll(CODE)].map(([code]) => code).filter(isCurrency)
}

/** A code, a sign, or a name that `currenciesNamed` may know: what most texts have none of. */
const CURRENCY = /[A-Z]{3}|\p{Sc}|eur|dollar|pound|yen|kron|евро|руб/iu

/** "All amounts in euros (€)": names and signs that only one currency has. */
function currenciesNamed(text: string): string[] {
  return text.split(/[\s().,:;]+/).flatMap((word) => {
    const codes = word === '' ? null : currenciesOf(word)
    return codes?.length === 1 ? codes : []
  })
}

/** Codes in words beside amounts: "Total (USD)", "All prices in EUR". */
export function codesInWords(page: PageText, visible: readonly LabelledAmount[]): Set<string> {
  const found = new Set<string>()
  for (const { kind, label, after } of visible) {
    if (kind !== 'total' && kind !== 'grand' && kind !== 'subtotal') continue
    for (const code of codesIn(`${label} ${after}`)) found.add(code)
  }
  for (const { text, amount, element } of page.tokens) {
    if (amount !== null || text.length > 120 || !CURRENCY.test(text) || !NAMED.test(text)) continue
    if (!page.visibility.isSeen(element)) continue
    for (const code of [...codesIn(text), ...currenciesNamed(text)]) found.add(code)
  }
  return found
}

/** Codes in the page's machine-readable parts. */
export function declaredCurrencies(document: Document, evidence: readonly Evidence[]): Set<string> {
  const found = new Set(evidence.flatMap((one) => one.currency ?? []))
  const selector =
    'meta[property="og:price:currency"],meta[property="product:price:currency"],meta[itemprop="priceCurrency"],' +
    '[itemprop="priceCurrency"],[data-currency],[data-currency-code],[data-order-currency],input[name="currency"],' +
    'input[name="currency_code"],input[name="currencyCode"]'
  let seen = 0
  for (const element of document.querySelectorAll(selector)) {
    if (seen++ > 200) break
    for (const name of ['content', 'data-currency', 'data-currency-code', 'data-order-currency', 'value']) {
      const value = element.getAttribute(name)?.trim().toUpperCase()
      if (value !== undefined && isCurrency(value)) found.add(value)
    }
  }
  return found
}

/** A chosen country, or a list of states with no provinces of another country, says United States. */
export function isAmerican(document: Document): boolean {
  for (const list of [...document.querySelectorAll('select')].slice(0, 40)) {
    const options = [...list.options].slice(0, 400).map((option) => option.text.trim())
    if (options.includes('Ontario') && !options.includes('Canada')) return false
    const chosen = list.selectedOptions[0]
    const country = `${list.name} ${list.id} ${list.autocomplete}`.toLowerCase().includes('country')
    if (country && chosen !== undefined)
      return chosen.value.toUpperCase() === 'US' || /^United States/.test(chosen.text.trim())
  }
  for (const list of [...document.querySelectorAll('select')].slice(0, 40)) {
    const options = [...list.options].slice(0, 120).map((option) => option.text.trim())
    if (
      options.length > 40 &&
      options.some((name) => /^(?:Alabama|AL)\b/.test(name)) &&
      options.some((name) => /^(?:Wyoming|WY)\b/.test(name))
    ) {
      return !options.some((name) => /^(?:Ontario|ON|Alberta|AB)\b/.test(name))
    }
  }
  return false
}
