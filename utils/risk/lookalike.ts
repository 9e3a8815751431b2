/**
 * Does a site's name look like that of another one? After Chromium's look-alike warnings: same skeleton, one edit away,
 * or the other's name put in front. The others are those that the person buys from, and a short list of often-copied ones.
 */
import { remove as withoutConfusables } from 'confusables'
import punycode from 'punycode/punycode.js'

/** Often copied. Only their names are compared, so `amazon.de` is as much Amazon as `amazon.com`. */
const FAMOUS = [
  'adidas.com',
  'airbnb.com',
  'alibaba.com',
  'alipay.com',
  'aliexpress.com',
  'amazon.com',
  'apple.com',
  'bestbuy.com',
  'booking.com',
  'ebay.com',
  'etsy.com',
  'expedia.com',
  'facebook.com',
  'google.com',
  'ikea.com',
  'instagram.com',
  'jd.com',
  'klarna.com',
  'mastercard.com',
  'mercadolibre.com',
  'microsoft.com',
  'netflix.com',
  'nike.com',
  'paypal.com',
  'pinduoduo.com',
  'rakuten.co.jp',
  'samsung.com',
  'shopify.com',
  'spotify.com',
  'stripe.com',
  'taobao.com',
  'temu.com',
  'tmall.com',
  'visa.com',
  'walmart.com',
  'wechat.com',
  'zalando.de',
] as const

/** Shorter names are one letter apart by chance. */
const MIN_EDIT_LENGTH = 5
const MIN_EMBED_LENGTH = 5

export type Likeness = { other: string; how: 'skeleton' | 'edit' | 'ending' | 'embedded' }

/** The site that `key` (of `host`) looks like, or null. `own` are the site keys that the person buys from. */
export function looksLike(key: string, host: string, own: readonly string[]): Likeness | null {
  const others = [...new Set([...own, ...FAMOUS])]
  if (own.includes(key)) return null
  const name = nameOf(key)
  // A shop that the person knows, under another ending; a famous name there is most often the same company.
  const namesake = own.find((other) => nameOf(other) === name && name.length >= MIN_EDIT_LENGTH)
  if (namesake !== undefined) return { other: namesake, how: 'ending' }
  if (others.some((other) => nameOf(other) === name && key === toAscii(key))) return null
  const shape = skeleton(name)
  const same = others.find((other) => skeleton(nameOf(other)) === shape)
  if (same !== undefined) return { other: same, how: 'skeleton' }
  const near = others.find((other) => isNear(shape, skeleton(nameOf(other))))
  if (near !== undefined) return { other: near, how: 'edit' }
  const parts = new Set(toUnicode(host).split(/[.-]/).map(skeleton))
  const embedded = others.find((other) => {
    const wanted = skeleton(nameOf(other))
    return wanted.length >= MIN_EMBED_LENGTH && parts.has(wanted)
  })
  return embedded === undefined ? null : { other: embedded, how: 'embedded' }
}

/** Letters of more than one script in one word, or a name that only punycode can write (UTS 39, "mixed script"). */
export function isMixedScript(host: string): boolean {
  return toUnicode(host)
    .split('.')
    .some((label) => {
      const scripts = SCRIPTS.filter((script) => script.test(label)).length
      // Japanese writes three scripts together; Latin next to them is ordinary too.
      return scripts > 1
    })
}

const SCRIPTS = [
  /\p{sc=Latin}/u,
  /\p{sc=Cyrillic}/u,
  /\p{sc=Greek}/u,
  /\p{sc=Armenian}/u,
  /\p{sc=Hebrew}/u,
  /\p{sc=Arabic}/u,
  /\p{sc=Cherokee}/u,
]

export function isPunycode(host: string): boolean {
  return host.split('.').some((label) => label.startsWith('xn--'))
}

export function toUnicode(host: string): string {
  try {
    return punycode.toUnicode(host)
  } catch {
    return host
  }
}

function toAscii(text: string): string {
  return [...text].every((character) => character.charCodeAt(0) < 128) && !isPunycode(text) ? text : ''
}

/** First label of a registrable domain: `amazon` of `amazon.co.uk`. */
function nameOf(key: string): string {
  return toUnicode(key).split('.')[0] ?? ''
}

/** What is left of a name when everything that looks alike is written alike. */
export function skeleton(name: string): string {
  return withoutConfusables(name.normalize('NFKC'))
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[1i|!]/g, 'l')
    .replaceAll('0', 'o')
    .replaceAll('5', 's')
    .replaceAll('3', 'e')
    .replaceAll('-', '')
}

/** One letter more, less, another or two swapped (Damerau-Levenshtein distance 1). */
export function isNear(a: string, b: string): boolean {
  if (a === b || Math.min(a.length, b.length) < MIN_EDIT_LENGTH || Math.abs(a.length - b.length) > 1)
    return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  if (restA.length <= 1 && restB.length <= 1) return true
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0]
}
