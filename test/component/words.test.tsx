import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { en } from '../../utils/words/en.ts'
import { enPages } from '../../utils/words/en-pages.ts'
import { enStatus } from '../../utils/words/en-status.ts'
import { parseWords } from '../../utils/words/load.ts'
import '../../utils/words/pages.ts'
import '../../utils/words/status.ts'
import { noteText, statusWords } from '../../utils/words/speak.ts'
import { fill, LOCALES, type Locale, pickLocale, t, useWords } from '../../utils/words/words.ts'

const ENGLISH: Record<string, string> = { ...en, ...enPages, ...enStatus }

/** Placeholders of a pattern, each once: `{name}` and `{name, plural, …}`. */
function placeholders(pattern: string): string[] {
  return [...new Set([...pattern.matchAll(/\{(\w+)(?=\}|, plural,)/g)].map((match) => match[1] ?? ''))].sort()
}

function catalogue(locale: Locale): Record<string, string> {
  return JSON.parse(readFileSync(`public/words/${locale}.json`, 'utf8'))
}

describe.each(LOCALES.filter((locale) => locale !== 'en'))('%s', (locale) => {
  test('has every sentence and no other', () => {
    expect(Object.keys(catalogue(locale)).sort()).toEqual(Object.keys(ENGLISH).sort())
  })

  test('has the placeholders of the English', () => {
    const words = catalogue(locale)
    for (const [key, pattern] of Object.entries(ENGLISH)) {
      expect(placeholders(words[key] ?? ''), key).toEqual(placeholders(pattern))
    }
  })

  test('has every plural form that the language has', () => {
    const numbers = [0, 1, 2, 3, 5, 11, 21, 100, 1_000_000]
    const categories = new Set(numbers.map((n) => new Intl.PluralRules(locale).select(n)))
    for (const [key, pattern] of Object.entries(catalogue(locale))) {
      if (!pattern.includes(', plural,')) continue
      for (const n of numbers) {
        const text = fill(pattern, { count: n }, locale)
        expect(text, `${key} for ${n}`).not.toMatch(/[{}#]/)
        expect(text, `${key} for ${n}`).not.toBe('')
      }
      expect(pattern, `${key}: falls back`).toContain('other {')
    }
    expect(categories.size).toBeGreaterThan(0)
  })

  test('has the store texts', () => {
    const folder = locale.replace('-', '_')
    const messages: Record<string, { message: string }> = JSON.parse(
      readFileSync(`public/_locales/${folder}/messages.json`, 'utf8'),
    )
    const english = JSON.parse(readFileSync('public/_locales/en/messages.json', 'utf8'))
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort())
    for (const { message } of Object.values(messages)) expect(message).not.toBe('')
  })
})

describe('the page on the other device', () => {
  const all: Record<string, Record<string, string>> = JSON.parse(
    readFileSync('backend/approvals/page/words.json', 'utf8'),
  )

  test.each(LOCALES)('has every sentence, placeholder and plural form in %s', (locale) => {
    expect(Object.keys(all[locale] ?? {})).toEqual(Object.keys(all.en ?? {}))
    for (const [key, pattern] of Object.entries(all.en ?? {})) {
      const words = all[locale]?.[key] ?? ''
      expect(words, key).not.toBe('')
      expect(placeholders(words), key).toEqual(placeholders(pattern))
      if (words.includes(', plural,')) expect(words, key).toContain('other {')
    }
  })

  test('says only what it has words for', () => {
    const page = readFileSync('backend/approvals/page/approve.js', 'utf8')
    const said = [...page.matchAll(/\b(?:t|heading|end)\('(\w+)'(?:, '(\w+)')?/g)].flatMap(([, a, b]) => [
      a,
      b,
    ])
    const known = Object.keys(all.en ?? {})
    expect(said.filter((key) => key !== undefined && !known.includes(key))).toEqual([])
    expect(said.length).toBeGreaterThan(20)
  })
})

describe('filling in', () => {
  afterEach(() => useWords('en', {}))

  test('a value is never read as a pattern', () => {
    expect(t('hint_ready', { amount: '{site}', site: '{amount}' })).toBe('{site} to {amount}')
  })

  test('a value with dollar signs is taken as it is', () => {
    expect(t('hint_ready', { amount: '$& $1', site: "$'" })).toBe("$& $1 to $'")
  })

  test('plural forms follow the language', () => {
    const arabic = catalogue('ar').minutes ?? ''
    const forms = [0, 1, 2, 3, 11, 100].map((n) => fill(arabic, { count: n }, 'ar').replace(/[\d٠-٩]+/g, ''))
    expect(new Set(forms).size).toBeGreaterThanOrEqual(4)
  })

  test('in Arabic a name keeps its own direction', () => {
    useWords('ar', parseWords(catalogue('ar')))
    expect(t('hint_ready', { amount: '€5', site: 'shop.example' })).toContain('\u2068shop.example\u2069')
  })

  test('a missing word falls back to English, an unknown note says its id', () => {
    useWords('de', {})
    expect(t('approve')).toBe('Approve')
    expect(
      noteText({ id: 'nobody_knows', field: '', severity: 'warn', blocking: false, values: {} }),
    ).toContain('nobody_knows')
  })

  test('a catalogue that is no catalogue changes nothing', () => {
    expect(parseWords(null)).toEqual({})
    expect(parseWords({ approve: 7, reject: 'Nein', constructor: 'x' })).toEqual({ reject: 'Nein' })
  })

  test('what the person says to the agent is quoted in the page', () => {
    expect(
      statusWords({ kind: 'refused', reason: 'change_requested', say: 'two, not three' }).text,
    ).toContain('“two, not three”')
  })
})

test.each([
  [['de-AT'], 'de'],
  [['zh-HK'], 'zh-TW'],
  [['zh-Hans-SG'], 'zh-CN'],
  [['nl', 'fr-CA'], 'fr'],
  [['xx'], 'en'],
  [[], 'en'],
] as const)('%j is served by %s', (wanted, locale) => {
  expect(pickLocale(wanted)).toBe(locale)
})
