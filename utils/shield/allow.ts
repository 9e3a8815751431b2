/** Rules that let through what the person agreed to, above the shield's: for one tab, for as long as the release lasts. */
import { ALLOW_PRIORITY, EVERY_TYPE, type ShieldRule } from './rules.ts'

export interface Pass {
  tabId: number
  /** Fragment that the frame's calls carry; only they pass, not their twins from a worker or another realm. */
  nonce: string | null
  /** The call itself, where it cannot carry a nonce: then its very address passes. */
  request: { method: string; url: string } | null
}

export function allowRules(firstId: number, pass: Pass): ShieldRule[] {
  const { tabId, nonce, request } = pass
  const conditions: ShieldRule['condition'][] = [
    // A form's address could carry the nonce too, but it would stay in the address bar.
    { resourceTypes: ['main_frame', 'sub_frame'], requestMethods: ['post'], tabIds: [tabId] },
  ]
  if (nonce !== null) {
    conditions.push({
      urlFilter: `#${nonce}`,
      resourceTypes: EVERY_TYPE,
      // -1: the page's own service worker may fetch on its behalf, and belongs to no tab.
      tabIds: [tabId, -1],
    })
  } else if (request !== null) {
    conditions.push({
      urlFilter: `|${request.url.replace(/#.*/s, '')}|`,
      resourceTypes: EVERY_TYPE,
      requestMethods: [request.method.toLowerCase()],
      tabIds: [tabId],
    })
  }
  return conditions.map((condition, index) => ({
    id: firstId + index,
    priority: ALLOW_PRIORITY,
    action: { type: 'allow' },
    condition,
  }))
}
