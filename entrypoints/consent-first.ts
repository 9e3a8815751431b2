/**
 * The first frame of the consent window, drawn before the window's own script is there: that a payment is held and for
 * which site, at the places where `components/consent/Reading.tsx` puts them a moment later. It asks nothing.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { siteBeingRead } from './consent/reading-address.ts'
import { keptFirstFrame } from './shared/first-frame.ts'

export default defineUnlistedScript(() => {
  const site = siteBeingRead(location.hash)
  const words = keptFirstFrame()
  const root = document.getElementById('root')
  if (window.top !== window || site === null || words === null || root === null) return
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
})

/** Text goes in as text. */
function element(name: string, classes: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name)
  if (classes !== '') made.className = classes
  made.append(...children)
  return made
}
