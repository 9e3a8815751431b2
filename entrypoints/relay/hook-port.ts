/**
 * The relay's end of the port to the hook in the page's world. Run order is manifest order, so this listener is there
 * before the hook dispatches, and no page script has run yet; afterwards nobody else can hand over a port.
 */
import { HANDSHAKE, type HookMessage, parseHookMessage, type RelayToHook } from '../../utils/messages/hook.ts'

/** How long the hook may take to say that the grant is open. A page without a hook must not wait for ever. */
const ACK_MS = 1_000

let port: MessagePort | null = null
/** What calls of this frame carry; null until the hook has said, and where there is none. */
let nonce: string | null = null
let onGranted: (() => void) | null = null

export function awaitHook(hear: (message: HookMessage) => void): void {
  addEventListener(
    HANDSHAKE,
    (event) => {
      event.stopImmediatePropagation()
      const handed = event instanceof MessageEvent ? event.ports[0] : undefined
      if (handed === undefined) return
      port = handed
      handed.onmessage = (message) => {
        const said = parseHookMessage(message.data)
        if (said?.type === 'granted') onGranted?.()
        else if (said?.type === 'nonce') nonce = said.nonce
        else if (said !== null) hear(said)
      }
    },
    { once: true, capture: true },
  )
}

export function tellHook(message: RelayToHook): void {
  port?.postMessage(message)
}

/** Opens the grant in the page's world and waits until it is open there: the press that follows is synchronous. */
export function openHookGrant(attemptId: string): Promise<void> {
  if (port === null) return Promise.resolve()
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
