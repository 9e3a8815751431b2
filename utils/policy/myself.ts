/**
 * "I'm buying this myself": for some minutes the person's own payments at one site are not held. Pure. What shows itself
 * to be an agent is asked about as ever; a patient agent that hides passes, which is why starting it needs the factor.
 */
import type { Actor } from '../attempt/attempt.ts'

/** Epoch ms, [since, until). */
export interface Myself {
  site: string
  since: number
  until: number
}

export const MYSELF_MINUTES = [5, 15, 30, 60] as const

export function shopsMyself(
  list: readonly Myself[],
  { site, actor, at }: { site: string; actor: Actor['kind']; at: number },
): boolean {
  if (actor === 'agent') return false
  // A clock that was set back before its start ends it.
  return list.some((one) => one.site === site && one.since <= at && at < one.until)
}
