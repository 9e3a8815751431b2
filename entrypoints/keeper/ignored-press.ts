/**
 * Some pages want a trusted press or the user's activation, which no script can give them. Where a released press has
 * made the page do nothing at all (no change, no call, no navigation), one more press by hand or driver passes under the same consent.
 * A page that has done anything may be paying already, so it gets no second press.
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
    if (changes.some(isOfPage)) stirred = true
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true })
  const leave = () => noteStir()
  addEventListener('pagehide', leave, { once: true })
  press()
  setTimeout(() => {
    observer.disconnect()
    removeEventListener('pagehide', leave)
    if (!stirred) ignored()
  }, IDLE_MS)
}

/** Our own status and the mark in the title are no answer of the page. */
function isOfPage({ target, addedNodes, removedNodes }: MutationRecord): boolean {
  if (target instanceof Element && target.closest('[data-consent-guard],title') !== null) return false
  const moved = [...addedNodes, ...removedNodes]
  return !(
    moved.length > 0 && moved.every((node) => node instanceof Element && node.matches('[data-consent-guard]'))
  )
}
