/**
 * What the keeper's own layers (submit, navigate) let through after a release: the very submission that the background
 * has let go, once; and the moment of the replay itself.
 */
import { GRANT_MS, signatureOf } from '../../utils/detect/grant.ts'

type Replay = 'press' | 'call'

let until = 0
let admitted: string | null = null
let replaying: Replay | null = null

/** `request`: what was let go; null for a press, whose forms ask the background on their own. */
export function openGrantHere(request: { method: string; url: string } | null): void {
  until = performance.now() + GRANT_MS
  if (request !== null) admitted = signatureOf(request.method, request.url)
}

export function closeGrant(): void {
  until = 0
  admitted = null
}

export function isGranted(): boolean {
  return performance.now() < until
}

/** Whether this submission was let go and has not set out yet. */
export function isAdmitted(method: string, url: string): boolean {
  return isGranted() && admitted === signatureOf(method, url)
}

/** As `isAdmitted`; it sets out now, so not again. */
export function setsOut(method: string, url: string): boolean {
  if (!isAdmitted(method, url)) return false
  admitted = null
  return true
}

/** What happens inside is ours. A replayed press is synchronous down to the submit it causes. */
export function replay(kind: Replay, act: () => void): void {
  replaying = kind
  try {
    act()
  } finally {
    replaying = null
  }
}

export function replayed(): Replay | null {
  return replaying
}
