import { type ComponentType, render } from 'preact'
import '../../components/tokens.css'
import '../../components/base.css'
import { currentLocale, direction, t, type WordKey } from '../../utils/words/words.ts'
import { keepFirstFrame } from './first-frame.ts'
import { loadWords } from './load-words.ts'

/**
 * Shows a surface. Nothing is drawn inside a frame: a page that managed to frame us could lay itself over Approve
 * (the manifest's frame-ancestors already forbids it; this holds where that is not honoured).
 */
export async function start(Surface: ComponentType, title: WordKey): Promise<void> {
  if (window.top !== window) return
  const root = document.getElementById('root')
  if (root === null) return
  await Promise.all([loadWords(), styled()])
  document.documentElement.lang = currentLocale()
  document.documentElement.dir = direction()
  document.title = t(title)
  keepFirstFrame(currentLocale(), direction())
  render(<Surface />, root)
}

/** The consent window's styles are asked for together with its script, and may come after it. */
function styled(): Promise<unknown> {
  const coming = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')]
  return Promise.all(
    coming
      .filter(({ sheet }) => sheet === null)
      .map((link) => new Promise((done) => ['load', 'error'].map((end) => link.addEventListener(end, done)))),
  )
}
