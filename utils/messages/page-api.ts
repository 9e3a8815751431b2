/**
 * The entry for pages that the person allowed: what its two scripts and the background say to each other. The page's end
 * is as untrusted as any page: it can ask, for payments to its own origin, and nothing else.
 */
import type { PageAsk } from '../forward/page-ask.ts'

/** Event by which the script in the page's world hands its port over. A page that forges it asks like any page. */
export const PAGE_API_PORT = 'consent-guard-page-api'

export type PageApiCall =
  | { type: 'page-api'; verb: 'request'; ask: PageAsk; key: string }
  | { type: 'page-api'; verb: 'status' | 'cancel'; id: string }

/** What the page is told about its payment. */
export interface PageApiPayment {
  id: string
  status: 'pending' | 'approved' | 'paid' | 'rejected' | 'cancelled' | 'expired' | 'failed' | 'unclear'
  /** The person's own words with a rejection. */
  answer: string | null
}

export type PageApiAnswer =
  | { ok: true; payment: PageApiPayment }
  | { ok: false; code: 'not_allowed' | 'malformed' | 'not_found' | 'unavailable' | 'too_late' }

/** null: not a call of ours. What is asked for is parsed later, against the origin of the asking page. */
export function parsePageApiCall(value: unknown): PageApiCall | null {
  if (typeof value !== 'object' || value === null) return null
  const { type, verb, id, ask, key } = value as Record<string, unknown>
  if (type !== 'page-api') return null
  if (verb === 'request') {
    if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key)) return null
    return typeof ask === 'object' && ask !== null ? { type, verb, ask: ask as PageAsk, key } : null
  }
  if (verb !== 'status' && verb !== 'cancel') return null
  return typeof id === 'string' && /^wor_[\w-]{8,60}$/.test(id) ? { type, verb, id } : null
}
