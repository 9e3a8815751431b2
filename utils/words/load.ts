/** Fetches a catalogue that ships with the extension (`public/words/<locale>.json`). Works in pages and the background. */
import { isWordKey, type Locale, useWords, type Words } from './words.ts'

export async function loadLocale(locale: Locale, urlOf: (path: string) => string): Promise<void> {
  if (locale === 'en') return useWords('en', {})
  try {
    const response = await fetch(urlOf(`words/${locale}.json`))
    useWords(locale, parseWords(await response.json()))
  } catch {
    useWords('en', {})
  }
}

/** Known keys with text; anything else is left out and falls back to English. */
export function parseWords(value: unknown): Partial<Words> {
  if (typeof value !== 'object' || value === null) return {}
  const words: Partial<Words> = {}
  for (const [key, text] of Object.entries(value)) {
    if (isWordKey(key) && typeof text === 'string') words[key] = text
  }
  return words
}
