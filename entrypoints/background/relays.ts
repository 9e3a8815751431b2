/**
 * The ports of the relays, and which hold of which frame belongs to which attempt. Memory only: when the worker dies
 * the relays reconnect and announce their holds again, so the truth is in the ledger and in the page.
 */
import type browser from 'webextension-polyfill'
import type { BackgroundMessage, StatusKind, StatusWords } from '../../utils/messages/relay.ts'
import type { Claim } from '../../utils/order/claims.ts'

export interface Frame {
  tabId: number
  frameId: number
  /** Address of the frame and of the tab's page, from the browser, never from the page's own words. */
  url: string
  tabUrl: string
}

/** Where the answer about a hold goes: a relay's port, or the gate for a call that no page script has held. */
export interface Line {
  postMessage(message: BackgroundMessage): void
}

export interface Hold {
  holdId: string
  port: Line
  frame: Frame
  nonce: string | null
  request: { method: string; url: string } | null
  /** The tab in which a document is on its way (a form, a link); null for every other call. */
  navigates: number | null
  /** What the held call itself says of the order; null where it says nothing. */
  claim: Claim | null
  /** How often its page showed another order when it was let go. */
  looks?: number
}

/** All holds of an attempt; the first is the one that is released, later ones are repeats of the same press. */
const holds = new Map<string, Hold[]>()

/** Lines that have closed. What they announced may still be on its way through the background. */
const closed = new WeakSet<Line>()

/** A hold of a page that went away while it was taken in is not bound: there is nothing left to let go. */
export function bindHold(attemptId: string, hold: Hold): void {
  if (closed.has(hold.port)) return
  const known = holds.get(attemptId) ?? []
  holds.set(attemptId, [...known.filter((other) => other.holdId !== hold.holdId), hold])
  for (const waiter of waiters.splice(0)) waiter()
}

const waiters: (() => void)[] = []

/**
 * The hold, as soon as its relay is connected. After a worker death our pages may speak before the relays are back, so
 * this waits for them, but not for ever: a page that is gone does not come back.
 */
export async function waitForHold(attemptId: string, holdId: string, ms: number): Promise<Hold | null> {
  const until = Date.now() + ms
  for (;;) {
    const hold = holdOf(attemptId, holdId)
    const left = until - Date.now()
    if (hold !== null || left <= 0) return hold
    await new Promise<void>((resolve) => {
      waiters.push(resolve)
      setTimeout(resolve, left)
    })
  }
}

export function holdOf(attemptId: string, holdId: string): Hold | null {
  return holds.get(attemptId)?.find((hold) => hold.holdId === holdId) ?? null
}

export function attemptOf(holdId: string): string | null {
  for (const [attemptId, list] of holds) if (list.some((hold) => hold.holdId === holdId)) return attemptId
  return null
}

/** Forgets every hold of a port that closed; gives back the attempts that lost one. */
export function dropPort(port: Line): string[] {
  closed.add(port)
  const lost: string[] = []
  for (const [attemptId, list] of holds) {
    const kept = list.filter((hold) => hold.port !== port)
    if (kept.length === list.length) continue
    lost.push(attemptId)
    if (kept.length > 0) holds.set(attemptId, kept)
    else holds.delete(attemptId)
  }
  return lost
}

export function connectedAttempts(): Set<string> {
  return new Set(holds.keys())
}

/** Sends to one relay; false where its page is gone. */
export function send(port: Line, message: BackgroundMessage): boolean {
  try {
    port.postMessage(message)
    return true
  } catch {
    return false
  }
}

/** Tells every hold of an attempt that it will never go, and forgets them. */
export function refuseAll(attemptId: string, words: StatusWords): void {
  for (const hold of holds.get(attemptId) ?? []) {
    send(hold.port, { type: 'refuse', holdId: hold.holdId, attemptId, words })
  }
  holds.delete(attemptId)
}

/** Repeats of a press that has just been released must not go too. */
export function refuseRepeats(attemptId: string, holdId: string, words: StatusWords): void {
  for (const hold of holds.get(attemptId) ?? []) {
    if (hold.holdId !== holdId) send(hold.port, { type: 'refuse', holdId: hold.holdId, attemptId, words })
  }
}

/** New words for whatever page is in the tab now; the press may have led to another document. */
export function tellTab(tabId: number, attemptId: string, kind: StatusKind, words: StatusWords): void {
  for (const port of ports.get(tabId) ?? []) send(port, { type: 'status', attemptId, kind, words })
}

/** The browser's id of the document in the tab, as its top relay's port has it; null where there is none. */
export function topDocument(tabId: number): string | null {
  for (const { sender } of ports.get(tabId) ?? []) {
    if (sender?.frameId === 0 && 'documentId' in sender && typeof sender.documentId === 'string')
      return sender.documentId
  }
  return null
}

const ports = new Map<number, Set<browser.Runtime.Port>>()

export function addPort(tabId: number, port: browser.Runtime.Port): void {
  ports.set(tabId, (ports.get(tabId) ?? new Set()).add(port))
}

export function removePort(tabId: number, port: browser.Runtime.Port): void {
  ports.get(tabId)?.delete(port)
  if (ports.get(tabId)?.size === 0) ports.delete(tabId)
}
