/**
 * The hook's desk: what is held, what the open grant has let through, and the port to the relay. Held things wait here
 * without a time limit; with no answer they never leave.
 */

import { type Grant, openGrant, passes, signatureOf } from '../../utils/detect/grant.ts'
import { matches } from '../../utils/detect/matching.ts'
import {
  BODY_HINT,
  carriesCard,
  classifyRequest,
  isShielded,
  worthALook,
} from '../../utils/detect/request.ts'
import type { HookChannel, HookMessage, RelayToHook } from '../../utils/messages/hook.ts'
import { HANDSHAKE } from '../../utils/messages/hook.ts'
import {
  absolute,
  addListener,
  dispatch,
  eventData,
  mapDelete,
  mapGet,
  mapSet,
  NativeMap,
  NativeMessageChannel,
  NativeMessageEvent,
  now,
  pageUrl,
  post,
  randomText,
  startPort,
  textOf,
} from './captured.ts'

interface Held {
  release: () => void
  refuse: () => void
}

const held = new NativeMap<number, Held>()
let grant: Grant | null = null
const tickets: Record<string, true | null> = { __proto__: null }
let nextId = 0
const { port1: port, port2 } = new NativeMessageChannel()

/** Fragment of the calls that leave under a grant. Renewed after each, so that a page that has seen one gains nothing. */
let nonce = ''

function renewNonce(): void {
  nonce = randomText()
  tell({ type: 'nonce', nonce })
}

/** The address with the nonce as fragment, or null where it has a fragment already. */
export function carrying(url: string): string | null {
  return matches(FRAGMENT, url) ? null : `${url}#${nonce}`
}

/** Whether an address that was made earlier carries today's nonce. */
export function isCurrent(made: string | null, url: string): boolean {
  return made !== null && made === `${url}#${nonce}`
}

const FRAGMENT = /#/

export function openDesk(): void {
  addListener(port, 'message', (event) => hear(eventData(event) as RelayToHook))
  startPort(port)
  dispatch(window, new NativeMessageEvent(HANDSHAKE, { ports: [port2] }))
  renewNonce()
}

function hear(message: RelayToHook): void {
  if (message.type === 'grant') {
    if (message.attemptId === null && grant !== null) renewNonce()
    grant = message.attemptId === null ? null : openGrant(message.attemptId, now())
    tell({ type: 'granted' })
    return
  }
  const waiting = mapGet(held, message.id)
  if (waiting === undefined) return
  mapDelete(held, message.id)
  if (message.type === 'release') waiting.release()
  else waiting.refuse()
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
  const hint = textOf(body, BODY_HINT)
  if (worthALook(known)) {
    const full = absolute(known)
    if (full === null) return null
    if (isPayment('POST', full, hint) || isPayment('GET', full, hint)) return full
  }
  return hint !== '' && carriesCard(hint) && isPayment('POST', absolute(known) ?? '', hint)
    ? absolute(known)
    : null
}

export function isPayment(method: string, url: string, bodyHint: string): boolean {
  return classifyRequest({ method, url, bodyHint, pageUrl: pageUrl() }).payment
}

/** Whether the open grant, or a ticket, lets this call through. Counts it if so. */
export function granted(method: string, url: string, carries: boolean): boolean {
  // The shield would stop it; held, its own address can be let through.
  if (!carries && isShielded(url)) return false
  const signature = signatureOf(method, url)
  if (tickets[signature] === true) {
    tickets[signature] = null
    return true
  }
  return passes(grant, signature, now())
}

/** Holds a call; one of the two functions is called once, or neither. Returns its number. */
export function hold(
  channel: HookChannel,
  method: string,
  url: string,
  carries: boolean,
  release: () => void,
  refuse: () => void,
  body: unknown,
): number {
  const id = nextId++
  mapSet(held, id, { release, refuse })
  tell({ type: 'hold', id, channel, method, url, carries, body: textOf(body, BODY_HINT) })
  return id
}

/** The page has given the call up. */
export function giveUp(id: number): void {
  mapDelete(held, id)
  tell({ type: 'gone', id })
}

/** Lets the next call with this signature through, for one that could not wait. */
export function allowRetry(method: string, url: string): void {
  tickets[signatureOf(method, url)] = true
}
