/**
 * Isolated world of a page that the person allowed to ask: carries its calls to the background, one port a document. Not
 * among the scripts of every page; registered for that origin only.
 */
import { browser } from 'wxt/browser'
import { PAGE_API_PORT } from '../../utils/messages/page-api.ts'

export function bridgePageApi(): void {
  addEventListener(PAGE_API_PORT, (event) => {
    const port = event instanceof MessageEvent ? event.ports[0] : undefined
    if (port === undefined) return
    port.onmessage = ({ data }: MessageEvent<unknown>) => void carry(port, data)
  })
}

async function carry(port: MessagePort, data: unknown): Promise<void> {
  if (typeof data !== 'object' || data === null || !('number' in data) || !('call' in data)) return
  const { number, call } = data
  const message = typeof call === 'object' && call !== null ? { ...call, type: 'page-api' } : null
  const answer: unknown = await browser.runtime
    .sendMessage(message)
    .catch(() => ({ ok: false, code: 'unavailable' }))
  port.postMessage({ number, answer })
}
