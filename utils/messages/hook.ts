/**
 * Border between the relay (isolated world) and the hook (page world): one MessagePort, handed over before any page
 * script runs. The hook lives among page scripts, so what it says is evidence; what it is told only lets go of what it
 * holds itself, and the shield behind it does not depend on either.
 */
import type { Channel } from '../attempt/attempt.ts'
import type { Suspicion } from '../detect/suspect.ts'

/** Event by which the hook hands its port to the relay; dispatched once, before page scripts. */
export const HANDSHAKE = 'guard'

export type HookChannel = Extract<Channel, 'fetch' | 'xhr' | 'beacon' | 'form' | 'payment-request'>

/** A suspicion that the keeper has to confirm, or `act`: the call pays whatever its address. */
export type HoldReason = Suspicion | 'act'

export type HookMessage =
  /** A call is held. `nonce`: the fragment that its address carries, null where it cannot carry one. */
  | {
      type: 'hold'
      id: number
      channel: HookChannel
      method: string
      url: string
      nonce: string | null
      why: HoldReason
      /** Its body as text, or the details of a payment sheet, as far as they could be read; for the amount in it. */
      body: string
    }
  /** The fragment that this frame's calls carry from now on, when asked and after every grant. */
  | { type: 'nonce'; nonce: string }
  /** The page gave its own call up; nothing will be sent for it. */
  | { type: 'gone'; id: number }
  /** A call that passed under a grant, or that a release let go, has answered. `status` 0: no answer. */
  | { type: 'answer'; status: number; method: string; url: string }
  /** The grant is open (or closed): what happens from now on passes (or is held). */
  | { type: 'granted' }

export type RelayToHook =
  /** Answered by `nonce`. */
  | { type: 'hello' }
  | { type: 'release'; id: number }
  | { type: 'refuse'; id: number }
  /** null closes. Times are the document's own, so only a length is sent. */
  | { type: 'grant'; attemptId: string | null }

/** Reads what came through the port; null for anything that is not exactly one of the hook's messages. */
export function parseHookMessage(value: unknown): HookMessage | null {
  if (typeof value !== 'object' || value === null) return null
  const { type, id, channel, method, url, status, nonce, why, body } = value as Record<string, unknown>
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
  const reason = REASONS.find((one) => one === why)
  if (known === undefined || reason === undefined) return null
  return {
    type,
    id,
    channel: known,
    method,
    url,
    nonce: typeof nonce === 'string' ? nonce : null,
    why: reason,
    body: typeof body === 'string' ? body : '',
  }
}

const REASONS: readonly HoldReason[] = ['address', 'operation', 'card', 'act']
const HOOK_CHANNELS: readonly HookChannel[] = ['fetch', 'xhr', 'beacon', 'form', 'payment-request']
