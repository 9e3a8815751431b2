/**
 * `navigator.consentGuard` in the world of a page that the person allowed to ask. Frozen and feature-detectable; it gives
 * no authority: everything in it only asks, and only for payments to this page's own origin.
 */

import type { PageAsk } from '../../utils/forward/page-ask.ts'
import { PAGE_API_PORT, type PageApiAnswer, type PageApiPayment } from '../../utils/messages/page-api.ts'

const VERSION = 1
const POLL_MS = 1_000

export interface PageEntry {
  readonly version: typeof VERSION
  /** Asks the person. Comes back at once with status `pending`; the same `intent` is the same payment. */
  requestPayment(ask: PageAsk, options?: { intent?: string }): Promise<PageApiPayment>
  /** Waits until the person has decided and the money has moved or will not. */
  waitFor(id: string, options?: { signal?: AbortSignal }): Promise<PageApiPayment>
  status(id: string): Promise<PageApiPayment>
  /** Takes it back, until it is settled. */
  cancel(id: string): Promise<PageApiPayment>
}

/** `code` says why nothing was asked; none of them is a reason to pay another way. */
class ConsentGuardError extends Error {
  override name = 'ConsentGuardError'
  readonly code: string
  constructor(code: string) {
    super(`Consent Guard: ${code}. Nothing was paid.`)
    this.code = code
  }
}

export function makeEntry(): PageEntry {
  const { port1, port2 } = new MessageChannel()
  const waiting = new Map<number, (answer: PageApiAnswer) => void>()
  let handed = false
  let last = 0

  port1.onmessage = ({ data }: MessageEvent<{ number: number; answer: PageApiAnswer }>) => {
    waiting.get(data.number)?.(data.answer)
    waiting.delete(data.number)
  }

  async function call(message: Record<string, unknown>): Promise<PageApiPayment> {
    if (!handed) {
      handed = true
      dispatchEvent(new MessageEvent(PAGE_API_PORT, { ports: [port2] }))
    }
    last += 1
    const number = last
    const answer = await new Promise<PageApiAnswer>((resolve) => {
      waiting.set(number, resolve)
      port1.postMessage({ number, call: message })
    })
    if (answer.ok) return Object.freeze(answer.payment)
    throw new ConsentGuardError(answer.code)
  }

  const status = (id: string) => call({ verb: 'status', id })
  return Object.freeze({
    version: VERSION,
    async requestPayment(ask: PageAsk, { intent }: { intent?: string } = {}) {
      const plain: unknown = JSON.parse(JSON.stringify(ask))
      return call({ verb: 'request', ask: plain, key: await keyOf(intent ?? crypto.randomUUID(), plain) })
    },
    async waitFor(id: string, { signal }: { signal?: AbortSignal } = {}) {
      for (;;) {
        const payment = await status(id)
        if (payment.status !== 'pending' && payment.status !== 'approved') return payment
        await pause(signal)
      }
    },
    status,
    cancel: (id: string) => call({ verb: 'cancel', id }),
  })
}

async function keyOf(intent: string, ask: unknown): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([intent, ask]))
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function pause(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = setTimeout(resolve, POLL_MS)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
