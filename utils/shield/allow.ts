/**
 * Rules that let through what the person agreed to, above the shield's: for one tab, either whatever carries the nonce of
 * the frame, or one address, once. Nothing else of the tab passes meanwhile.
 */
import { ALLOW_PRIORITY, EVERY_TYPE, type ShieldRule } from './rules.ts'

export interface Pass {
  tabId: number
  /** Fragment that the frame's calls carry; only they pass, not their twins from a worker or another realm. */
  nonce: string | null
  /** The call itself, where it cannot carry a nonce (a form's would stay in the address bar): its very address passes. */
  request: { method: string; url: string } | null
}

export function allowRules(firstId: number, { tabId, nonce, request }: Pass): ShieldRule[] {
  // -1: the page's own service worker may fetch on its behalf, and belongs to no tab.
  const condition = { resourceTypes: EVERY_TYPE, tabIds: [tabId, -1] }
  const filters = nonce !== null ? [{ urlFilter: `#${nonce}` }] : request === null ? [] : exactly(request.url)
  const requestMethods = nonce === null && request !== null ? [request.method.toLowerCase()] : null
  const conditions = filters.map((filter) => ({
    ...condition,
    ...filter,
    ...(requestMethods === null ? {} : { requestMethods }),
  }))
  return conditions.map((one, index) => ({
    id: firstId + index,
    priority: ALLOW_PRIORITY,
    action: { type: 'allow' },
    condition: one,
  }))
}

/** This address, with any fragment or none. Characters that mean something in a filter need an expression. */
function exactly(url: string): ({ urlFilter: string } | { regexFilter: string })[] {
  const address = url.replace(/#.*/s, '')
  if (!/[*^|]/.test(address)) return [{ urlFilter: `|${address}|` }, { urlFilter: `|${address}#` }]
  return [{ regexFilter: `^${address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(#|$)` }]
}
