import { browser } from 'wxt/browser'
import { loadLocale } from '../../utils/words/load.ts'
import { pickLocale } from '../../utils/words/words.ts'

const CHOSEN = 'language'

/**
 * The language that the person chose, else the browser's, best first. Missing or unreadable words fall back to English.
 * Pages read the choice where it costs no time before the first paint; the background takes it from the settings.
 */
export async function loadWords(chosen: string | undefined = chosenLanguage()): Promise<void> {
  const wanted = [browser.i18n.getUILanguage(), ...navigator.languages]
  const locale = pickLocale(chosen ? [chosen, ...wanted] : wanted)
  await loadLocale(locale, (path) => browser.runtime.getURL('') + path)
}

/** Empty: as the browser. */
export function chosenLanguage(): string {
  return globalThis.localStorage?.getItem(CHOSEN) ?? ''
}

export function chooseLanguage(language: string): void {
  localStorage.setItem(CHOSEN, language)
}
