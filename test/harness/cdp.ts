/**
 * A raw CDP connection to the browser, for what Playwright has no handle to: debugging the extension's service worker,
 * and agents that speak CDP themselves. Sessions are flat; events carry the session that they belong to.
 */
export interface CdpEvent {
  method: string
  params: Record<string, unknown>
  sessionId: string | null
}

export interface Cdp {
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>
  onEvent(listener: (event: CdpEvent) => void): void
  close(): void
}

interface Incoming {
  id?: number
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { message: string }
  sessionId?: string
}

/** `endpoint`: `http://127.0.0.1:PORT` of a browser that was started with a debugging port. */
export async function connectCdp(endpoint: string): Promise<Cdp> {
  const version = (await (await fetch(`${endpoint}/json/version`)).json()) as { webSocketDebuggerUrl: string }
  const socket = new WebSocket(version.webSocketDebuggerUrl)
  const waiting = new Map<
    number,
    { resolve: (value: Record<string, unknown>) => void; reject: (error: Error) => void }
  >()
  const listeners: ((event: CdpEvent) => void)[] = []
  let last = 0

  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Incoming
    if (message.id === undefined) {
      const event = {
        method: message.method ?? '',
        params: message.params ?? {},
        sessionId: message.sessionId ?? null,
      }
      for (const listener of listeners) listener(event)
      return
    }
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error) call?.reject(new Error(message.error.message))
    else call?.resolve(message.result ?? {})
  })
  // A browser that is killed answers no more: whoever waits must not wait for ever.
  socket.addEventListener('close', () => {
    for (const call of waiting.values()) call.reject(new Error('the browser is gone'))
    waiting.clear()
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error(`no CDP at ${endpoint}`)), { once: true })
  })

  return {
    send(method, params = {}, sessionId) {
      const id = ++last
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
      })
    },
    onEvent: (listener) => void listeners.push(listener),
    close: () => socket.close(),
  }
}
