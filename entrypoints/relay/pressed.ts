/**
 * Names of the control that an event presses. Real pay controls are buttons, inputs, links, roles and bare `div`s, inside
 * and outside forms.
 */
export const INTERACTIVE =
  'button,a,input,[role=button],[role=link],[role=menuitem],[role=tab],[role=option],[onclick]:not(html,body)'
/** Choosing something is no press. */
export const CHOICE =
  'select,option,textarea,summary,[contenteditable=""],[role=radio],[role=checkbox],[role=tab],[role=option],' +
  'input:not([type=submit],[type=button],[type=image],[type=reset])'

/** Extensions may look into closed shadow roots; the path of an event stops at their host. */
export function closedRootOf(host: Element): ShadowRoot | null | undefined {
  try {
    return host.shadowRoot ? null : globalThis.chrome.dom?.openOrClosedShadowRoot(host as HTMLElement)
  } catch {
    // No such thing here, no HTML element, or the extension is gone and this script is what is left of it.
    return null
  }
}

/**
 * Every name it goes by: visible text, `aria-label`, value or alternative text. They differ on real pages, and a text
 * may carry the name of an icon; whichever says most decides.
 */
export function namesOf(element: Element): string[] {
  const labelled = (element.getAttribute('aria-labelledby') ?? '')
    .split(/\s+/)
    .map((id) => (id === '' ? '' : (element.ownerDocument.getElementById(id)?.textContent ?? '')))
    .join(' ')
  // What is hidden is not part of the name.
  const text =
    element instanceof HTMLInputElement
      ? element.value || element.alt
      : element instanceof HTMLElement
        ? element.innerText
        : element.textContent
  const pictures = [...element.querySelectorAll('img[alt]')]
    .map((image) => image.getAttribute('alt'))
    .join(' ')
  // A component's button shows what its page puts into its slot.
  const slotted = [...element.querySelectorAll('slot')]
    .flatMap((slot) => slot.assignedNodes({ flatten: true }))
    .map((node) => node.textContent)
    .join(' ')
  const names = [
    text,
    slotted,
    labelled,
    element.getAttribute('aria-label'),
    element.getAttribute('title'),
    pictures,
  ]
  return [...new Set(names.map((name) => (name ?? '').replace(/\s+/g, ' ').trim().slice(0, 500)))].filter(
    (name) => name !== '',
  )
}
