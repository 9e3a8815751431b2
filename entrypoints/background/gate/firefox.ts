/**
 * Firefox: blocking webRequest is the authority. It sees every request of every realm and worker with its body, and
 * holds it for as long as the person thinks. Should the background ever be suspended, everything held is cancelled: left
 * alone, Firefox would send it.
 */
import browser from 'webextension-polyfill'
import type { BackgroundMessage } from '../../../utils/messages/relay.ts'
import type { Line } from '../relays.ts'
import {
  type Asked,
  carriesProof,
  type Details,
  frameOf,
  isPayment,
  type WithHeaders,
} from './firefox-request.ts'
import type { Gate, GateEvents } from './gate.ts'

type Verdict = browser.WebRequest.BlockingResponse

interface Waiting {
  answer: (verdict: Verdict) => void
  requestId: string
  /** The tab whose page is asked about. */
  tabId: number
  /** A document on its way: the page that it leaves is not gone while it waits. */
  navigates: boolean
  line: Line
}

const waiting = new Set<Waiting>()
/** Requests that were let go and have not answered yet, with the tab that they belong to. */
const sent = new Map<string, number>()
/** A call of the parent process resets Firefox's idle timer; nothing else does reliably. */
const KEEP_ALIVE_MS = 10_000
let keepAlive: ReturnType<typeof setInterval> | null = null

export const firefoxGate: Gate = {
  watch(events) {
    const { onBeforeRequest, onBeforeSendHeaders, onResponseStarted } = browser.webRequest
    onBeforeRequest.addListener((details) => onRequest(details, events), ALL, ['blocking', 'requestBody'])
    onBeforeSendHeaders.addListener((details) => onHeaders(details, events), CALLS, [
      'blocking',
      'requestHeaders',
    ])
    answered = events.answered
    // Another document arrives in the tab: whoever waited for these calls is gone.
    onResponseStarted.addListener(
      ({ tabId }) => drop((held) => held.tabId === tabId && !held.navigates, events),
      { ...ALL, types: ['main_frame'] },
    )
    browser.tabs.onRemoved.addListener((tabId) => drop((held) => held.tabId === tabId, events))
    browser.runtime.onSuspend?.addListener(() => {
      for (const held of [...waiting]) settle(held, { cancel: true })
    })
  },
  // Every request is asked about when it comes: what a release causes passes by the path's own rule.
  admit: async () => {},
  close: async () => {},
}

const ALL = { urls: ['<all_urls>'] }
const CALLS = { ...ALL, types: ['xmlhttprequest' as const] }

function onRequest(details: Details, events: GateEvents): Verdict | Promise<Verdict> {
  return isPayment(details) ? untilAnswered(details, events) : {}
}

/** A proof of payment (x402, A402) pays whatever its address; a worker's is seen by nobody else. */
function onHeaders(details: WithHeaders, events: GateEvents): Verdict | Promise<Verdict> {
  // One that was asked about by its address or body has been let go already.
  return carriesProof(details) && !sent.has(details.requestId) ? untilAnswered(details, events) : {}
}

function untilAnswered(details: Asked, events: GateEvents): Promise<Verdict> {
  return new Promise<Verdict>((answer) => {
    void hold(details, answer, events)
  })
}

async function hold(details: Asked, answer: (verdict: Verdict) => void, events: GateEvents): Promise<void> {
  const frame = await frameOf(details)
  // A payment call of nobody we know, e.g. another extension's: stopped.
  if (frame === null) return answer({ cancel: true })
  const { requestId, type } = details
  const line: Line = {
    postMessage(message) {
      if (message.type === 'release') {
        awaitAnswer(requestId, frame.tabId)
        settle(held, {})
      } else if (message.type === 'refuse') settle(held, { cancel: true })
      tellPage(frame.tabId, message)
    },
  }
  const navigates = type === 'main_frame'
  const held: Waiting = { answer, requestId, tabId: frame.tabId, navigates, line }
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

/** No script in the page knows of this hold, so the relay of its top frame is told what to say. */
function tellPage(tabId: number, message: BackgroundMessage): void {
  const kind = message.type === 'status' ? message.kind : KINDS[message.type]
  const told: BackgroundMessage = {
    type: 'status',
    attemptId: message.attemptId ?? '',
    kind,
    words: message.words,
  }
  // A tab without a relay (a PDF, a closed page) has nobody to tell.
  browser.tabs.sendMessage(tabId, told, TOP).catch(() => {})
}

const KINDS = { held: 'held', release: 'released', refuse: 'refused' } as const
const TOP = { frameId: 0 }

let answered: GateEvents['answered'] = () => {}

/** Listens only while something is out: every other request of the browser would pay for it. */
function awaitAnswer(requestId: string, tabId: number): void {
  if (sent.size === 0) {
    browser.webRequest.onCompleted.addListener(onAnswer, ALL)
    browser.webRequest.onErrorOccurred.addListener(onLost, ALL)
  }
  sent.set(requestId, tabId)
}

function onAnswer({ requestId, statusCode, url }: browser.WebRequest.OnCompletedDetailsType): void {
  const tabId = sent.get(requestId)
  if (tabId === undefined) return
  onLost({ requestId })
  // 101: a connection that was opened is no answer yet.
  if (statusCode >= 200) answered(tabId, statusCode, new URL(url).pathname)
}

function onLost({ requestId }: { requestId: string }): void {
  if (!sent.delete(requestId) || sent.size > 0) return
  browser.webRequest.onCompleted.removeListener(onAnswer)
  browser.webRequest.onErrorOccurred.removeListener(onLost)
}

function drop(which: (held: Waiting) => boolean, events: GateEvents): void {
  for (const held of [...waiting].filter(which)) {
    settle(held, { cancel: true })
    events.gone(held.line)
  }
}

function settle(held: Waiting, verdict: Verdict): void {
  if (!waiting.delete(held)) return
  held.answer(verdict)
  if (waiting.size > 0 || keepAlive === null) return
  clearInterval(keepAlive)
  keepAlive = null
}
