/**
 * The relay's line to the background: one port a frame, opened at the first hold, so that ordinary pages cost nothing.
 * The worker dies every half minute and takes the port with it; while anything is open the line is taken up again and
 * every hold announced anew. What is held stays held meanwhile: silence lets nothing go.
 */
import { browser } from 'wxt/browser'
import { type BackgroundMessage, RELAY_PORT, type RelayMessage } from '../../utils/messages/relay.ts'

export interface LinkEvents {
  hear: (message: BackgroundMessage) => void
  /** Is there anything for which a lost line must be taken up again? */
  needed: () => boolean
  /** The line is new: say what is open here. */
  announce: () => void
  /** The extension was switched off, reloaded or removed; nobody will ever answer. */
  severed: () => void
}

const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 10_000

type Port = ReturnType<typeof browser.runtime.connect>

let events: LinkEvents
let port: Port | null = null
let tries = 0
let known = false

export function setUpLink(given: LinkEvents): void {
  events = given
  // Words about calls that the browser blocked, of which no script in the page knows.
  if (window === top) {
    browser.runtime.onMessage.addListener((message) => {
      if (isStatus(message)) given.hear(message)
    })
  }
  // A document that returns from the back-forward cache has lost its port without being told.
  addEventListener('pageshow', (event) => {
    if (event.persisted && port === null && events.needed()) connect()
  })
}

export function send(message: RelayMessage): void {
  if (port === null) connect()
  try {
    port?.postMessage(message)
  } catch {
    drop()
  }
}

function connect(): void {
  try {
    // The id goes away with the extension; `connect` would throw "Extension context invalidated".
    if (!browser.runtime?.id) throw new Error('severed')
    const opened = browser.runtime.connect({ name: RELAY_PORT })
    port = opened
    opened.onMessage.addListener((message) => {
      tries = 0
      events.hear(message as BackgroundMessage)
    })
    opened.onDisconnect.addListener(() => {
      void browser.runtime?.lastError
      if (port === opened) drop()
    })
  } catch {
    port = null
    events.severed()
    return
  }
  if (known) events.announce()
  known = true
}

function drop(): void {
  port = null
  if (!events.needed()) return
  const wait = tries === 0 ? 0 : Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS)
  tries++
  setTimeout(() => {
    if (port === null && events.needed()) connect()
  }, wait)
}

function isStatus(message: unknown): message is BackgroundMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'status'
}
