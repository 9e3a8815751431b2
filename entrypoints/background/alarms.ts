/** Time: attempts expire, outcomes are given up on, the backend hears what it missed. Alarms outlive the worker. */
import browser from 'webextension-polyfill'
import type { AttemptRow } from '../../utils/ledger/db.ts'

export const EXPIRE = 'expire:'
export const OUTCOME = 'outcome:'
export const ORPHANS = 'orphans'
export const RECONCILE = 'reconcile'
export const WALLET = 'wallet'
export const KEEP = 'keep'

/** How long the shop may take to show what came of a released payment. */
export const OUTCOME_MS = 60_000
/** How long relays may take to announce their holds again after a worker start. */
const ORPHANS_MS = 30_000
const HOUR_MS = 3_600_000

/** A clock that was set back since makes nothing wait longer than it ever would have. */
export function armExpiry({ id, createdAt, expiresAt }: AttemptRow): void {
  const longest = Date.now() + expiresAt - createdAt
  browser.alarms.create(EXPIRE + id, { when: Math.min(expiresAt, longest) })
}

export function armOutcome(attemptId: string, at: number): void {
  browser.alarms.create(OUTCOME + attemptId, { when: Math.min(at, Date.now()) + OUTCOME_MS })
}

export function armOrphans(at: number): void {
  browser.alarms.create(ORPHANS, { when: at + ORPHANS_MS })
}

export function armReconcile(): void {
  browser.alarms.create(RECONCILE, { delayInMinutes: 0.5, periodInMinutes: 1 })
}

/** Chromium's shortest period: an order of an agent is seen at the latest after this, however the worker died. */
export function armWallet(): void {
  browser.alarms.create(WALLET, { delayInMinutes: 0.5, periodInMinutes: 0.5 })
}

export async function disarmWallet(): Promise<void> {
  await browser.alarms.clear(WALLET)
}

/** Something ended: the log is signed a minute later, once for everything that ends together, and hourly in any case. */
export function armKeeping(): void {
  browser.alarms.create(KEEP, { delayInMinutes: 1, periodInMinutes: 60 })
}

/**
 * At a worker's start: an alarm that is there goes on, or a worker that is woken by it would never be done. Unless it is
 * further away than it can be: then the clock was set back, and it would not ring for as long.
 */
export async function armHourlyKeeping(): Promise<void> {
  const armed = await browser.alarms.get(KEEP)
  if (!armed || armed.scheduledTime > Date.now() + HOUR_MS) {
    browser.alarms.create(KEEP, { periodInMinutes: 60 })
  }
}

/** It is answered; the watch over what comes of it may have begun already. */
export async function disarmExpiry(attemptId: string): Promise<void> {
  await browser.alarms.clear(EXPIRE + attemptId)
}

export async function disarm(attemptId: string): Promise<void> {
  await Promise.all([disarmExpiry(attemptId), browser.alarms.clear(OUTCOME + attemptId)])
}
