/**
 * Runs in the page's isolated world on demand (`scripting.executeScript`), when a payment is held, and returns the
 * order that the page shows. Touches nothing in the page. Stays in that world for another look just before the release,
 * which then costs no second parse of this file; the page cannot reach it there.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { readOrder, type WireReading } from '../utils/order/read.ts'

/** Closed shadow roots are given to extensions by both browsers, each in its own way. */
function openRoot(element: Element): ShadowRoot | null {
  if (element.shadowRoot !== null) return element.shadowRoot
  const gecko: unknown = Reflect.get(element, 'openOrClosedShadowRoot')
  if (gecko instanceof ShadowRoot) return gecko
  if (!(element instanceof HTMLElement) || !element.tagName.includes('-')) return null
  return globalThis.chrome?.dom?.openOrClosedShadowRoot(element) ?? null
}

function read(): WireReading | null {
  try {
    return readOrder(document, { openRoot })
  } catch (error) {
    // A page that breaks the reader is a page whose total is unknown; the background says so.
    console.debug('reader', error)
    return null
  }
}

export default defineUnlistedScript((): WireReading | null => {
  Reflect.set(globalThis, 'consentGuardRead', read)
  return read()
})
