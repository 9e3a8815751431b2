/**
 * Some pages want a trusted press or the user's activation, which no script can give them. Where a released press has made
 * the page do nothing at all, one more press, by hand or by a driver, passes under the same consent. A page that has done
 * anything may be paying already, so it gets no second press.
 */
const IDLE_MS = 2_000

let stirred = false

/** The page has sent, submitted or opened something. */
export function noteStir(): void {
  stirred = true
}

/** Runs the press; calls `ignored` when the page has answered it with nothing. */
export function pressWatched(press: () => void, ignored: () => void): void {
  stirred = false
  const observer = new MutationObserver((changes) => {
    if (changes.some(isOfPage)) noteStir()
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true })
  addEventListener('pagehide', noteStir, { once: true })
  press()
  setTimeout(() => {
    observer.disconnect()
    removeEventListener('pagehide', noteStir)
    if (!stirred) ignored()
  }, IDLE_MS)
}

/** Our own status and the mark in the title are no answer of the page. */
function isOfPage({ target, addedNodes, removedNodes }: MutationRecord): boolean {
  const element = target instanceof Element ? target : target.parentElement
  if (element?.closest('[data-consent-guard],title') != null) return false
  const moved = [...addedNodes, ...removedNodes]
  return !(
    moved.length > 0 && moved.every((node) => node instanceof Element && node.matches('[data-consent-guard]'))
  )
}
