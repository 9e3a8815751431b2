/**
 * Border between the relay (isolated world) and the hook (page world): one MessagePort, handed over before any page
 * script runs. The hook lives among page scripts, so what it says is evidence; what it is told only lets go of what it
 * holds itself, and the shield behind it does not depend on either.
 */
import type { Channel } from '../attempt/attempt.ts'

/** Event by which the hook hands its port to the relay; dispatched once, before page scripts. */
export const HANDSHAKE = 'consent-guard-handshake'

export type HookChannel = Extract<Channel, 'fetch' | 'xhr' | 'beacon' | 'form' | 'payment-request'>

export type HookMessage =
  /** A payment call is held. `carries`: its address has the nonce of this frame as fragment. */
  | {
      type: 'hold'
      id: number
      channel: HookChannel
      method: string
      url: string
      carries: boolean
      /** Its body as text, or the details of a payment sheet, as far as they could be read; for the amount in it. */
      body: string
    }
  /** The fragment that this frame's calls carry from now on; a new one after every grant. */
  | { type: 'nonce'; nonce: string }
  /** The page gave its own call up; nothing will be sent for it. */
  | { type: 'gone'; id: number }
  /** A call that passed under a grant, or that a release let go, has answered. `status` 0: no answer. */
  | { type: 'answer'; status: number; method: string; url: string }
  /** The grant is open (or closed): what happens from now on passes (or is held). */
  | { type: 'granted' }

export type RelayToHook =
  | { type: 'release'; id: number }
  | { type: 'refuse'; id: number }
  /** null closes. Times are the document's own, so only a length is sent. */
  | { type: 'grant'; attemptId: string | null }

/** Reads what came through the port; null for anything that is not exactly one of the hook's messages. */
export function parseHookMessage(value: unknown): HookMessage | null {
  if (typeof value !== 'object' || value === null) return null
  const { type, id, channel, method, url, status, carries, nonce, body } = value as Record<string, unknown>
  if (type === 'granted') return { type }
  if (type === 'nonce') return typeof nonce === 'string' ? { type, nonce } : null
  if (type === 'answer') {
    if (!Number.isInteger(status) || typeof url !== 'string' || typeof method !== 'string') return null
    return { type, status: Number(status), method, url }
  }
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return null
  if (type === 'gone') return { type, id }
  if (type !== 'hold' || typeof method !== 'string' || typeof url !== 'string') return null
  const known = HOOK_CHANNELS.find((one) => one === channel)
  if (known === undefined) return null
  return {
    type,
    id,
    channel: known,
    method,
    url,
    carries: carries === true,
    body: typeof body === 'string' ? body : '',
  }
}

const HOOK_CHANNELS: readonly HookChannel[] = ['fetch', 'xhr', 'beacon', 'form', 'payment-request']
