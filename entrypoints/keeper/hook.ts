/** The keeper's side of the port to the hook in the page's world, which the relay took over before any page script ran. */
import { type HookMessage, parseHookMessage, type RelayToHook } from '../../utils/messages/hook.ts'

/** How long the hook may take to say that the grant is open. A page without a hook must not wait for ever. */
const ACK_MS = 1_000

/** What calls of this frame carry; null until the hook has said, and where there is none. */
let nonce: string | null = null
let onGranted: (() => void) | null = null

export function hearHook(raw: unknown, hear: (message: HookMessage) => void): void {
  const said = parseHookMessage(raw)
  if (said?.type === 'granted') onGranted?.()
  else if (said?.type === 'nonce') nonce = said.nonce
  else if (said !== null) hear(said)
}

export function tellHook(message: RelayToHook): void {
  globalThis.consentGuard?.hook?.postMessage(message)
}

/** Opens the grant in the page's world and waits until it is open there: the press that follows is synchronous. */
export function openHookGrant(attemptId: string): Promise<void> {
  if (!globalThis.consentGuard?.hook) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ACK_MS)
    onGranted = () => {
      clearTimeout(timer)
      onGranted = null
      resolve()
    }
    tellHook({ type: 'grant', attemptId })
  })
}

export function nonceHere(): string | null {
  return nonce
}
