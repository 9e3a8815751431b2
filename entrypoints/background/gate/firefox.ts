/**
 * Firefox: blocking webRequest is the authority. It sees every request of every realm and worker with its body, and
 * holds it for as long as the person thinks. Should the background ever be suspended, everything held is cancelled: left
 * alone, Firefox would send it.
 */
import browser from 'webextension-polyfill'
import { BODY_HINT, worthALook } from '../../../utils/detect/glance.ts'
import { classifyRequest } from '../../../utils/detect/request.ts'
import type { Frame, Line } from '../relays.ts'
import type { Gate, GateEvents } from './gate.ts'

type Details = browser.WebRequest.OnBeforeRequestDetailsType
type Verdict = browser.WebRequest.BlockingResponse

interface Waiting {
  answer: (verdict: Verdict) => void
  tabId: number
  line: Line
}

const waiting = new Set<Waiting>()
/** A call of the parent process resets Firefox's idle timer; nothing else does reliably. */
const KEEP_ALIVE_MS = 10_000
let keepAlive: ReturnType<typeof setInterval> | null = null

export const firefoxGate: Gate = {
  watch(events) {
    browser.webRequest.onBeforeRequest.addListener((details) => onRequest(details, events), ALL, [
      'blocking',
      'requestBody',
    ])
    browser.tabs.onRemoved.addListener((tabId) => {
      for (const held of [...waiting].filter((one) => one.tabId === tabId)) {
        events.gone(held.line)
        settle(held, { cancel: true })
      }
    })
    browser.runtime.onSuspend?.addListener(() => {
      for (const held of [...waiting]) settle(held, { cancel: true })
    })
  },
  // Every request is asked about when it comes: what a release causes passes by the path's own rule.
  admit: async () => {},
  close: async () => {},
}

const ALL = { urls: ['<all_urls>'] }

function onRequest(details: Details, events: GateEvents): Verdict | Promise<Verdict> {
  if (!isPayment(details)) return {}
  return new Promise<Verdict>((answer) => {
    void hold(details, answer, events)
  })
}

async function hold(details: Details, answer: (verdict: Verdict) => void, events: GateEvents): Promise<void> {
  const frame = await frameOf(details)
  // A payment call of nobody we know, e.g. another extension's: stopped.
  if (frame === null) return answer({ cancel: true })
  const line: Line = {
    postMessage(message) {
      if (message.type === 'release') settle(held, {})
      else if (message.type === 'refuse') settle(held, { cancel: true })
    },
  }
  const held: Waiting = { answer, tabId: frame.tabId, line }
  waiting.add(held)
  keepAlive ??= setInterval(() => void browser.runtime.getPlatformInfo(), KEEP_ALIVE_MS)
  events.hold({
    message: {
      type: 'hold',
      holdId: crypto.randomUUID(),
      channel: 'blocked-request',
      control: '',
      request: { method: details.method, url: details.url.slice(0, 2_000) },
      signals: null,
      nonce: null,
      again: null,
    },
    port: line,
    frame,
  })
}

function settle(held: Waiting, verdict: Verdict): void {
  if (!waiting.delete(held)) return
  held.answer(verdict)
  if (waiting.size > 0 || keepAlive === null) return
  clearInterval(keepAlive)
  keepAlive = null
}

function isPayment(details: Details): boolean {
  const { method, url } = details
  if (!/^https?:/.test(url)) return false
  // The person's own address bar and bookmarks: arriving at a cashier moves no money.
  if (method === 'GET' && details.type === 'main_frame' && details.originUrl === undefined) return false
  const bodyHint = method === 'GET' ? '' : bodyOf(details.requestBody)
  if (!worthALook(url) && bodyHint === '') return false
  return classifyRequest({ method, url, bodyHint }).payment
}

function bodyOf(body: Details['requestBody']): string {
  if (body?.formData) {
    return Object.entries(body.formData)
      .map(([name, values]) => `${name}=${values}`)
      .join('&')
      .slice(0, BODY_HINT)
  }
  const bytes = body?.raw?.[0]?.bytes
  return bytes instanceof ArrayBuffer ? new TextDecoder().decode(bytes.slice(0, BODY_HINT)) : ''
}

async function frameOf(details: Details): Promise<Frame | null> {
  const from = details.documentUrl ?? details.originUrl ?? details.url
  try {
    // Service workers belong to no tab; the one of their site that was used last is asked about.
    const tab =
      details.tabId >= 0
        ? await browser.tabs.get(details.tabId)
        : (await browser.tabs.query({ url: `${new URL(from).protocol}//${new URL(from).hostname}/*` })).sort(
            (one, other) => (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0),
          )[0]
    if (tab?.id === undefined || tab.url === undefined) return null
    // While a tab navigates, its address is still that of the page that pays.
    return { tabId: tab.id, frameId: Math.max(0, details.frameId), url: from, tabUrl: tab.url }
  } catch {
    return null
  }
}
