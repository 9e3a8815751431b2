/**
 * The first frame of the consent window, drawn before the window's own script is asked for: that a payment is held and for
 * which site, at the places where `components/consent/Reading.tsx` puts them a moment later. It asks nothing. Its styles
 * come with it, so it is one file to wait for.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import frame from '../components/consent/frame.css?inline'
import page from '../components/page.css?inline'
import tokens from '../components/tokens.css?inline'
import { siteBeingRead } from './consent/reading-address.ts'
import { keptFirstFrame } from './shared/first-frame.ts'

/** The longest that the rest waits for a first frame: a window that nobody sees draws none. */
const FRAME_MS = 100

export default defineUnlistedScript(() => {
  const loadRest = once(() => {
    const rest = document.getElementById('rest')
    if (!(rest instanceof HTMLTemplateElement)) return
    const files = document.importNode(rest.content, true)
    // The page's own sheet has the same rules; adopted ones would win over those that it loads later.
    files.querySelector('link[rel="stylesheet"]')?.addEventListener('load', () => {
      document.adoptedStyleSheets = []
    })
    rest.replaceWith(files)
  })
  let drawn = false
  try {
    const styles = new CSSStyleSheet()
    styles.replaceSync(tokens + page + frame)
    document.adoptedStyleSheets = [styles]
    drawn = drawFirstFrame()
  } finally {
    if (drawn) {
      // After the frame, not in it.
      requestAnimationFrame(() => setTimeout(loadRest))
      setTimeout(loadRest, FRAME_MS)
    } else loadRest()
  }
})

function drawFirstFrame(): boolean {
  const site = siteBeingRead(location.hash)
  const words = keptFirstFrame()
  const root = document.getElementById('root')
  if (window.top !== window || site === null || words === null || root === null) return false
  document.documentElement.lang = words.lang
  document.documentElement.dir = words.dir
  root.append(
    element(
      'div',
      'consent',
      element('header', 'queue-bar', element('span', 'brand', '\u00a0')),
      element(
        'main',
        'consent-body',
        element('h1', '', words.heading),
        element(
          'section',
          'order-head',
          element('p', 'payee', element('bdi', 'payee-name wrap', site)),
          element('p', 'quiet', words.text),
        ),
      ),
    ),
  )
  return true
}

/** Text goes in as text. */
function element(name: string, classes: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name)
  if (classes !== '') made.className = classes
  made.append(...children)
  return made
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
