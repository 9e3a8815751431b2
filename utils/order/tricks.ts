/**
 * Ways in which a visible amount is not the amount that a person sees: drawn backwards, drawn over, or completed by
 * style sheets. Looked at for the chosen total only.
 */

/** Why the text of an element cannot be taken for what is seen, or null. */
export function trickOf(element: Element): string | null {
  const text = element.textContent ?? ''
  if (/[\u202a-\u202e\u2066-\u2069]/.test(text)) return 'direction'
  for (
    let at: Element | null = element, climb = 0;
    at !== null && climb < 4;
    at = at.parentElement, climb++
  ) {
    if (/override/.test(getComputedStyle(at).unicodeBidi)) return 'direction'
  }
  for (const pseudo of ['::before', '::after']) {
    if (/\p{Nd}/u.test(getComputedStyle(element, pseudo).content)) return 'style'
  }
  return isCovered(element) ? 'covered' : null
}

/** Something else is drawn over the middle of it. Only told for what is in the window now. */
function isCovered(element: Element): boolean {
  const rect = element.getBoundingClientRect()
  const x = rect.left + rect.width / 2
  const y = rect.top + rect.height / 2
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false
  const root = element.getRootNode()
  const top = (root instanceof ShadowRoot ? root : element.ownerDocument).elementFromPoint(x, y)
  if (top === null || top === element || top.contains(element) || element.contains(top)) return false
  if (top.closest('[data-consent-guard]') !== null || top.localName.startsWith('consent-guard')) return false
  // A see-through cover over the whole row (a link, a ripple) hides nothing.
  return !isSeeThrough(top)
}

function isSeeThrough(element: Element): boolean {
  const style = getComputedStyle(element)
  const clear =
    /^rgba\(.*,\s*0\)$|^transparent$/.test(style.backgroundColor) && style.backgroundImage === 'none'
  return clear && (element.textContent ?? '').trim() === ''
}
