/**
 * What the relay's own layers (submit, navigate) let through after a release, and the moment of the replay itself.
 */
import { type Grant, openGrant, passes, signatureOf } from '../../utils/detect/grant.ts'

let grant: Grant | null = null
let replaying = false

export function openGrantHere(attemptId: string): void {
  grant = openGrant(attemptId, performance.now())
}

export function closeGrant(): void {
  grant = null
}

/** Each layer sees the same submission once, so each counts for itself. */
export function passesHere(layer: 'submit' | 'navigate', method: string, url: string): boolean {
  return passes(grant, signatureOf(`${layer} ${method}`, url), performance.now())
}

/** Presses that happen inside are ours: they pass. A replayed press is synchronous down to the submit it causes. */
export function replay(press: () => void): void {
  replaying = true
  try {
    press()
  } finally {
    replaying = false
  }
}

export function isReplay(): boolean {
  return replaying
}
