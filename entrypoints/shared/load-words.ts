import browser from 'webextension-polyfill'
import { loadLocale } from '../../utils/words/load.ts'
import { pickLocale } from '../../utils/words/words.ts'

/** The browser's language, best first. Missing or unreadable words fall back to English. */
export async function loadWords(): Promise<void> {
  const locale = pickLocale([browser.i18n.getUILanguage(), ...navigator.languages])
  await loadLocale(locale, (path) => browser.runtime.getURL(path))
}
