/** Fetches a catalogue that ships with the extension (`public/words/<locale>.json`). Works in pages and the background. */
import { type Locale, useWords, type Words } from './words.ts'

export async function loadLocale(locale: Locale, urlOf: (path: string) => string): Promise<void> {
  if (locale === 'en') return useWords('en', {})
  try {
    const response = await fetch(urlOf(`words/${locale}.json`))
    useWords(locale, parseWords(await response.json()))
  } catch {
    useWords('en', {})
  }
}

/** Keys with text. Those that this page does not know yet stay too: a part that is loaded later may. */
export function parseWords(value: unknown): Partial<Words> {
  if (typeof value !== 'object' || value === null) return {}
  const words: Record<string, string> = {}
  for (const [key, text] of Object.entries(value)) {
    // No name that every object has.
    if (typeof text === 'string' && !(key in Object.prototype)) words[key] = text
  }
  return words
}
