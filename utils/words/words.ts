/**
 * The words of the extension in the person's language. No DOM and no browser API: the background, the pages and the
 * tests use the same function. English is built in and is what a missing word falls back to; `useWords` puts another
 * catalogue in front (see `load.ts`).
 */
import { en } from './en.ts'
import type { enPages } from './en-pages.ts'
import type { enStatus } from './en-status.ts'

export type WordKey = keyof typeof en | keyof typeof enPages | keyof typeof enStatus
export type Words = Record<WordKey, string>
export type Values = Record<string, string | number>

export const LOCALES = ['en', 'zh-CN', 'zh-TW', 'de', 'es', 'fr', 'pt', 'ja', 'ko', 'ar'] as const
export type Locale = (typeof LOCALES)[number]

let english: Partial<Words> = en
let current: { locale: Locale; words: Partial<Words> } = { locale: 'en', words: {} }

/** Makes more English known; see `pages.ts`. */
export function addEnglish(words: Partial<Words>): void {
  english = { ...english, ...words }
}

export function useWords(locale: Locale, words: Partial<Words>): void {
  current = { locale, words }
}

/** BCP 47 tag for `Intl` and `lang`. */
export function currentLocale(): Locale {
  return current.locale
}

export function direction(locale: Locale = current.locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr'
}

/** The best catalogue for a list of wanted languages, first wish first. */
export function pickLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const [language = '', ...rest] = tag.toLowerCase().split(/[-_]/)
    if (language === 'zh') {
      const traditional = rest.some((part) => ['tw', 'hk', 'mo', 'hant'].includes(part))
      return traditional ? 'zh-TW' : 'zh-CN'
    }
    const found = LOCALES.find((locale) => locale === language)
    if (found !== undefined) return found
  }
  return 'en'
}

export function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(english, key)
}

/** The sentence for a key, values filled in. A value is never read as a pattern again, whatever a page put into it. */
export function t(key: WordKey, values: Values = {}): string {
  return fill(current.words[key] ?? english[key] ?? key, values, current.locale)
}

/** Replaces `{name}` and `{name, plural, one {…} other {…}}` (`#` is the number) in one pass. */
export function fill(pattern: string, values: Values, locale: Locale): string {
  return pattern.replace(
    /\{(\w+)(?:, plural,((?: =?\w+ \{[^{}]*\})+))?\}/g,
    (whole, name: string, forms?: string) => {
      const value = values[name]
      if (value === undefined) return forms === undefined ? whole : ''
      if (forms === undefined) return isolate(String(value), locale)
      return plural(forms, Number(value), locale)
    },
  )
}

function plural(forms: string, count: number, locale: Locale): string {
  const chosen = new Intl.PluralRules(locale).select(count)
  const found = new Map([...forms.matchAll(/ (=?\w+) \{([^{}]*)\}/g)].map((m) => [m[1], m[2]]))
  const form = found.get(`=${count}`) ?? found.get(chosen) ?? found.get('other') ?? '#'
  return form.replaceAll('#', new Intl.NumberFormat(locale).format(count))
}

/** In a right-to-left sentence a name or amount keeps its own direction (UAX 9, first strong isolate). */
function isolate(value: string, locale: Locale): string {
  return direction(locale) === 'rtl' ? `\u2068${value}\u2069` : value
}
