/**
 * Minor-unit exponents of ISO 4217 (list one, amendment 179). `Intl` is not used for this: it differs from
 * ISO for 16 live currencies (it says HUF 0, ISO says 2), and a ledger that is off by 100 is worse than none.
 */
const EXPONENT_0 = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
const EXPONENT_2 =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
  'COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS ' +
  'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR ' +
  'MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP ' +
  'STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG'
const EXPONENT_3 = 'BHD IQD JOD KWD LYD OMR TND'
const EXPONENT_4 = 'CLF UYW'

const exponents = new Map<string, number>()
for (const [exponent, codes] of [
  [0, EXPONENT_0],
  [2, EXPONENT_2],
  [3, EXPONENT_3],
  [4, EXPONENT_4],
] as const) {
  for (const code of codes.split(' ')) exponents.set(code, exponent)
}

/** Digits after the decimal point of a currency's minor unit, or null for a code that ISO 4217 does not list. */
export function exponentOf(currency: string): number | null {
  return exponents.get(currency) ?? null
}

export function isCurrency(code: string): boolean {
  return exponents.has(code)
}

/** Every currency that can be held, alphabetically. */
export function allCurrencies(): string[] {
  return [...exponents.keys()].sort()
}
