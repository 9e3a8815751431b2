/**
 * What a release lets through: one press causes several calls (tokenise, create, confirm, redirect), all under the one
 * consent. Each distinct payment call passes once; the same call again is a second payment and asks again.
 */
import { firstGroup } from './matching.ts'

export interface Grant {
  /** Milliseconds on the clock that `passes` is given. */
  until: number
  /** Calls that have passed. Null prototype: used where a page owns the prototypes. */
  seen: Record<string, true | null>
}

/** A release that has shown no outcome by then is over. */
export const GRANT_MS = 60_000

export function openGrant(now: number): Grant {
  return { until: now + GRANT_MS, seen: { __proto__: null } }
}

const ADDRESS = /^([^?#]*)/

/** Method, origin and path: what a repetition has in common with the first. */
export function signatureOf(method: string, url: string): string {
  return `${method} ${firstGroup(ADDRESS, url)}`
}

/** Lets a call through once while the grant lasts, and remembers it. */
export function passes(grant: Grant | null, signature: string, now: number): boolean {
  if (grant === null || now >= grant.until || grant.seen[signature]) return false
  grant.seen[signature] = true
  return true
}
