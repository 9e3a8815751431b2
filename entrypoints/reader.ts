/**
 * Runs in the page's isolated world on demand (`scripting.executeScript`), when a payment is held, and gives the
 * order that the page shows and what the shop itself says of it. Touches nothing in the page. Stays in that world, where
 * the page cannot reach it: another look costs no second parse of this file, and the keeper asks it when it is to
 * let the payment go whether the page still shows what was agreed to.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import type { Claim } from '../utils/order/claims.ts'
import { currencyEvidence, type Evidence } from '../utils/order/evidence.ts'
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

/** What the last looks saw, by their names, with the shop's word on the currency, which the next look needs to see the same. */
const looks = new Map<string, { order: string; named: Evidence[] }>()
const MOST_LOOKS = 20

/** Whether the page shows now, to the letter, what that look saw. Reads and answers without letting the page run. */
function stillShows(look: string): boolean {
  const seen = looks.get(look)
  if (seen === undefined) return false
  try {
    const reading = readOrder(document, { openRoot, evidence: seen.named })
    return reading !== null && JSON.stringify(reading.order) === seen.order
  } catch {
    return false
  }
}

function keepLook(reading: WireReading, named: Evidence[]): string {
  const [oldest] = looks.keys()
  if (looks.size >= MOST_LOOKS && oldest !== undefined) looks.delete(oldest)
  // No secret, and no number: a reader that was put in anew would count from one again.
  const look = `${Math.random()}`
  looks.set(look, { order: JSON.stringify(reading.order), named })
  return look
}

/** `live`: the shop is asked as well. A look that only gets ready asks nobody. */
async function read(live: boolean): Promise<(WireReading & { claims: Claim[]; look: string }) | null> {
  try {
    // First the shop's own word, which takes a moment, then the page as it is now.
    const asked = live ? [readLiveCarts(document, get), readFetched(document, get)] : []
    const answers = (await Promise.all(asked)).flat()
    const claims = [...answers, ...writtenClaims(document)]
    const named = claims.flatMap(({ live: now, currency, detail }) =>
      now && currency !== null ? [currencyEvidence(currency, detail, 'api')] : [],
    )
    const reading = readOrder(document, { openRoot, evidence: named })
    return reading === null ? null : { ...reading, claims, look: keepLook(reading, named) }
  } catch (error) {
    // A page that breaks the reader is a page whose total is unknown; the background says so.
    console.debug('reader', error)
    return null
  }
}

export default defineUnlistedScript(() => {
  Reflect.set(globalThis, 'consentGuardRead', read)
  Reflect.set(globalThis, 'consentGuardStillShows', stillShows)
})
