/**
 * Runs in the page's isolated world on demand (`scripting.executeScript`), when a payment is held, and gives the
 * order that the page shows and what the shop itself says of it. Touches nothing in the page. Stays in that world for
 * another look just before the release, which then costs no second parse of this file; the page cannot reach it there.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import type { Claim } from '../utils/order/claims.ts'
import { currencyEvidence } from '../utils/order/evidence.ts'
import { readFetched, readLiveCarts } from '../utils/order/live-cart.ts'
import { writtenClaims } from '../utils/order/page-data.ts'
import { readOrder, type WireReading } from '../utils/order/read.ts'

/** Closed shadow roots are given to extensions by both browsers, each in its own way. */
function openRoot(element: Element): ShadowRoot | null {
  if (element.shadowRoot !== null) return element.shadowRoot
  const gecko: unknown = Reflect.get(element, 'openOrClosedShadowRoot')
  if (gecko instanceof ShadowRoot) return gecko
  if (!(element instanceof HTMLElement) || !element.tagName.includes('-')) return null
  return globalThis.chrome?.dom?.openOrClosedShadowRoot(element) ?? null
}

/** The isolated world's own `fetch`: the page's cookies and origin, but none of the page's scripts in between. */
const get = (url: string, init: RequestInit): Promise<Response> => fetch(url, init)

/** `live`: the shop is asked as well. A look that only gets ready asks nobody. */
async function read(live: boolean): Promise<(WireReading & { claims: Claim[] }) | null> {
  try {
    // First the shop's own word, which takes a moment, then the page as it is now.
    const asked = live ? [readLiveCarts(document, get), readFetched(document, get)] : []
    const answers = (await Promise.all(asked)).flat()
    const claims = [...answers, ...writtenClaims(document)]
    const named = claims.flatMap(({ live: now, currency, detail }) =>
      now && currency !== null ? [currencyEvidence(currency, detail, 'api')] : [],
    )
    const reading = readOrder(document, { openRoot, evidence: named })
    return reading === null ? null : { ...reading, claims }
  } catch (error) {
    // A page that breaks the reader is a page whose total is unknown; the background says so.
    console.debug('reader', error)
    return null
  }
}

export default defineUnlistedScript(() => {
  Reflect.set(globalThis, 'consentGuardRead', read)
})
