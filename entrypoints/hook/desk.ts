/**
 * The hook's desk: what is held, what the open grant has let through, and the port to the relay. Held things wait here
 * without a time limit; with no answer they never leave.
 */

import { carriesCard } from '../../utils/detect/card.ts'
import { worthALook } from '../../utils/detect/glance.ts'
import { type Grant, openGrant, passes, signatureOf } from '../../utils/detect/grant.ts'
import { firstGroup } from '../../utils/detect/matching.ts'
import { suspect } from '../../utils/detect/suspect.ts'
import type { HoldReason, HookChannel, HookMessage, RelayToHook } from '../../utils/messages/hook.ts'
import { HANDSHAKE } from '../../utils/messages/hook.ts'
import {
  absolute,
  addListener,
  cutText,
  dispatch,
  eventData,
  NativeMessageChannel,
  NativeMessageEvent,
  now,
  post,
  randomText,
  startPort,
  textOf,
} from './captured.ts'

interface Held {
  signature: string
  release: () => void
  refuse: () => void
}

/** Null prototypes: a page owns the prototype of every other object. */
const held: Record<number, Held | null> = { __proto__: null } as Record<number, Held | null>
let grant: Grant | null = null
const tickets: Record<string, true | null> = { __proto__: null }
let nextId = 0
const { port1: port, port2 } = new NativeMessageChannel()

/**
 * Fragment of the calls that leave under a grant, made when it is first wanted. Renewed after each grant, so that a page
 * that has seen one gains nothing.
 */
let nonce = ''

function nonceNow(): string {
  if (nonce === '') nonce = randomText()
  return nonce
}

/** The address with the nonce as fragment, in place of its own, which no server sees. */
export function carrying(url: string): string {
  return `${firstGroup(BEFORE_FRAGMENT, url)}#${nonceNow()}`
}

const BEFORE_FRAGMENT = /^([^#]*)/
/** `location` cannot be replaced; `baseURI` could be. */
const HOME = `${location.origin}/`

export function openDesk(): void {
  addListener(port, 'message', (event) => {
    try {
      hear(eventData(event) as RelayToHook)
    } catch {
      // A realm that was spoilt before we came: what is held here stays held, and the page reads nothing.
    }
  })
  startPort(port)
  dispatch(window, new NativeMessageEvent(HANDSHAKE, { ports: [port2] }))
}

function hear(message: RelayToHook): void {
  if (message.type === 'hello' || message.type === 'grant') {
    if (message.type === 'grant') {
      if (message.attemptId === null && grant !== null) nonce = ''
      grant = message.attemptId === null ? null : openGrant(now())
      tell({ type: 'granted' })
    }
    tell({ type: 'nonce', nonce: nonceNow() })
    return
  }
  const waiting = held[message.id]
  if (!waiting) return
  held[message.id] = null
  if (message.type === 'release') {
    // Again it would be a second payment.
    passes(grant, waiting.signature, now())
    waiting.release()
  } else waiting.refuse()
}

export function tell(message: HookMessage): void {
  post(port, message)
}

/**
 * Whether this call could be a payment with any method, from its address and what of its body is at hand. The method is
 * left open because reading it runs page code (an `init` with getters), which could answer differently the next time.
 */
export function suspicious(url: string, body: unknown): string | null {
  // An address relative to the page's own says nothing before it is resolved.
  const known = url[0] === '/' || url[4] === ':' || url[5] === ':' ? url : absolute(url)
  if (known === null) return null
  const hint = textOf(body)
  if (worthALook(known)) {
    const full = absolute(known)
    if (full === null) return null
    if (suspect('POST', full, hint) !== null || suspect('GET', full, hint) !== null) return full
  }
  return hint !== '' && carriesCard(hint) ? absolute(known) : null
}

/** Whether the open grant, or a ticket, lets this call through. Counts it if so. */
export function granted(method: string, url: string, carries: boolean): boolean {
  const signature = signatureOf(method, url)
  if (tickets[signature]) {
    tickets[signature] = null
    return true
  }
  // The shield might stop one without a nonce, and one to elsewhere may be somebody else's: the background decides.
  return carries && cutText(url, 0, HOME.length) === HOME && passes(grant, signature, now())
}

/** Holds a call; one of the two functions is called once, or neither. Returns its number. */
export function hold(
  channel: HookChannel,
  method: string,
  url: string,
  carries: boolean,
  why: HoldReason,
  release: () => void,
  refuse: () => void,
  body: unknown,
): number {
  const id = nextId++
  held[id] = { signature: signatureOf(method, url), release, refuse }
  tell({
    type: 'hold',
    id,
    channel,
    method,
    url,
    nonce: carries ? nonceNow() : null,
    why,
    body: textOf(body),
  })
  return id
}

/** The page has given the call up. */
export function giveUp(id: number): void {
  held[id] = null
  tell({ type: 'gone', id })
}

/** Lets the next call with this signature through, for one that could not wait. */
export function allowRetry(method: string, url: string): void {
  tickets[signatureOf(method, url)] = true
}
