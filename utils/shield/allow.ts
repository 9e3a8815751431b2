/**
 * Rules that let through what the person agreed to, above the shield's: for one tab, either what carries the nonce of the
 * frame to one host, or one address, once. Nothing else of the tab passes meanwhile.
 */
import { ALLOW_PRIORITY, EVERY_TYPE, type ShieldRule } from './rules.ts'

export interface Pass {
  tabId: number
  /** Fragment that the frame's calls carry; only they pass, not their twins from a worker or another realm. */
  nonce: string | null
  /** The call itself, where it cannot carry a nonce (a form's would stay in the address bar): its very address passes. */
  request: { method: string; url: string } | null
  /** Host of the frame that asks: where its nonce counts, and who may open a new window with the address. */
  host: string | null
  /** A document is on its way, so that nothing else of that address passes. */
  navigates: boolean
}

const DOCUMENTS = ['main_frame', 'sub_frame']
const CALLS = EVERY_TYPE.filter((type) => !DOCUMENTS.includes(type))
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'connect']

export function allowRules(firstId: number, pass: Pass): ShieldRule[] {
  const conditions = pass.nonce === null ? byAddress(pass) : byNonce(pass, pass.nonce)
  return conditions.map((condition, index) => ({
    id: firstId + index,
    priority: ALLOW_PRIORITY,
    action: { type: 'allow' },
    condition,
  }))
}

type Condition = ShieldRule['condition']

/** To one host only: who has seen the nonce can pay nobody else with it. */
function byNonce({ tabId, request, host }: Pass, nonce: string): Condition[] {
  const to = request === null ? host : hostOf(request.url)
  if (to === null) return []
  // -1: the page's own service worker may fetch on its behalf, and belongs to no tab.
  return [{ urlFilter: `#${nonce}`, requestDomains: [to], resourceTypes: CALLS, tabIds: [tabId, -1] }]
}

function byAddress({ tabId, request, host, navigates }: Pass): Condition[] {
  if (request === null) return []
  const requestMethods = [methodInRules(request.method)]
  return exactly(request.url).flatMap((filter) => {
    const call = { ...filter, requestMethods }
    if (!navigates) return [{ ...call, resourceTypes: CALLS, tabIds: [tabId, -1] }]
    return [
      { ...call, resourceTypes: DOCUMENTS, tabIds: [tabId] },
      // A service worker fetches the document of its page itself.
      { ...call, resourceTypes: EVERY_TYPE, tabIds: [-1] },
      // Into a new tab, of which only its opener is known.
      ...(host === null ? [] : [{ ...call, resourceTypes: ['main_frame'], initiatorDomains: [host] }]),
    ]
  })
}

/** As the browser's rules name it; a made-up method would spoil the whole update. */
export function methodInRules(method: string): string {
  const lower = method.toLowerCase()
  return METHODS.includes(lower) ? lower : 'other'
}

/** This address, with any fragment or none. Characters that mean something in a filter need an expression. */
function exactly(url: string): ({ urlFilter: string } | { regexFilter: string })[] {
  const address = url.replace(/#.*/s, '')
  if (!/[*^|]/.test(address)) return [{ urlFilter: `|${address}|` }, { urlFilter: `|${address}#` }]
  return [{ regexFilter: `^${address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(#|$)` }]
}

/** Null for what has no host: an empty or made-up document. */
export function hostOf(url: string): string | null {
  return URL.parse(url)?.hostname || null
}
