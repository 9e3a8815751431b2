/**
 * The words of the consent window's first frame, in the person's language, kept where a page can read them before it has
 * loaded anything. Only words: what is held and for whom comes with the window's address.
 */
import { type Locale, t } from '../../utils/words/words.ts'

export interface FirstFrame {
  lang: Locale
  dir: 'ltr' | 'rtl'
  heading: string
  text: string
}

const KEY = 'first-frame'

export function keepFirstFrame(lang: Locale, dir: FirstFrame['dir']): void {
  const frame: FirstFrame = {
    lang,
    dir,
    heading: t('empty_reading_heading'),
    text: t('empty_reading_text'),
  }
  const text = JSON.stringify(frame)
  if (localStorage.getItem(KEY) !== text) localStorage.setItem(KEY, text)
}

/** null before the first page of ours was shown, and where the store cannot be read. */
export function keptFirstFrame(): FirstFrame | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null')
  } catch {
    return null
  }
}
