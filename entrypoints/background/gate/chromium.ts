/**
 * Chromium: the shield's static rules block; session rules allow what a release covers; an observer that may not block
 * sees what was blocked and turns it into a question, whose answer lets the retry pass. Session rules outlive the
 * worker, not the browser: after a restart only the blocks are left.
 */
import browser from 'webextension-polyfill'
import { classifyRequest, isShielded } from '../../../utils/detect/request.ts'
import { allowRules, type Pass } from '../../../utils/shield/allow.ts'
import { statusWords } from '../../../utils/words/speak.ts'
import { bringInto } from '../keeper.ts'
import { isLearned } from '../learning.ts'
import type { Frame, Line } from '../relays.ts'
import { alone, now, readSession, writeSession } from '../services.ts'
import type { Gate, GateEvents } from './gate.ts'

interface OpenPass {
  attemptId: string
  tabId: number
  /** Lets this address through, once; null: whatever carries the nonce. */
  address: string | null
  rules: number[]
  until: number
}

const PASSES = 'gate-passes'
const PASS_MS = 60_000
const AWAKE_MS = 10_000
/** What can carry a payment out and is worth a question; a picture's address is only blocked. */
const TYPES = ['main_frame', 'sub_frame', 'xmlhttprequest', 'ping', 'websocket', 'other'] as const

let told: GateEvents | null = null
const lines = new Map<number, Set<Line>>()

export const chromiumGate: Gate = {
  watch(events) {
    browser.webRequest.onErrorOccurred.addListener((details) => void onBlocked(details, events), {
      urls: ['<all_urls>'],
      types: [...TYPES],
    })
    told = events
    browser.tabs.onRemoved.addListener((tabId) => {
      for (const line of lines.get(tabId) ?? []) events.gone(line)
      lines.delete(tabId)
    })
    // A pass for an address was watched by a worker that is gone: nobody would close it after the first call.
    void alone('gate', () => forget((pass) => pass.until <= now() || pass.address !== null))
  },

  admit: (attemptId, pass) =>
    alone('gate', async () => {
      const open = (await readSession<OpenPass[]>(PASSES)) ?? []
      const used = open.flatMap((other) => other.rules)
      const rules = allowRules(Math.max(0, ...used) + 1, pass)
      if (pass.nonce === null && pass.request !== null) watchRetry(attemptId, pass, pass.request)
      const entry: OpenPass = {
        attemptId,
        tabId: pass.tabId,
        address: pass.nonce === null ? (pass.request?.url ?? null) : null,
        rules: rules.map((rule) => rule.id),
        until: now() + PASS_MS,
      }
      await Promise.all([updateRules({ addRules: rules }), writeSession(PASSES, [...open, entry])])
      stayAwake()
      setTimeout(() => void alone('gate', () => forget((other) => other.until <= now())), PASS_MS + 50)
    }),

  close: (attemptId) => alone('gate', () => forget((pass) => pass.attemptId === attemptId)),
}

/**
 * While a pass is open somebody must see it used and close it: calls of the browser's own keep the worker from going to
 * sleep. Should it die all the same, the alarm starts a new one, which closes what is open.
 */
function stayAwake(): void {
  const until = now() + PASS_MS
  const calls = setInterval(() => {
    void browser.runtime.getPlatformInfo()
    if (now() >= until) clearInterval(calls)
  }, AWAKE_MS)
  void browser.alarms.create('gate', { when: until + AWAKE_MS })
}

async function forget(which: (pass: OpenPass) => boolean): Promise<void> {
  const open = (await readSession<OpenPass[]>(PASSES)) ?? []
  const over = open.filter(which)
  if (over.length === 0) return
  await updateRules({ removeRuleIds: over.flatMap((pass) => pass.rules) })
  await writeSession(
    PASSES,
    open.filter((pass) => !which(pass)),
  )
}

type SessionUpdate = Parameters<typeof chrome.declarativeNetRequest.updateSessionRules>[0]

function updateRules(update: { addRules?: ReturnType<typeof allowRules>; removeRuleIds?: number[] }) {
  return chrome.declarativeNetRequest.updateSessionRules(update as SessionUpdate)
}

async function onBlocked(
  details: browser.WebRequest.OnErrorOccurredDetailsType,
  events: GateEvents,
): Promise<void> {
  if (details.error !== 'net::ERR_BLOCKED_BY_CLIENT') return
  // Another extension's blocks are none of our business.
  const { method, url } = details
  const named = classifyRequest({ method, url: url.replace(/^ws/, 'http'), bodyHint: '' }).payment
  if (!named && !isShielded(url) && !(await isLearned(url))) return
  const frame = await frameOf(details)
  if (frame === null) return
  const holdId = crypto.randomUUID()
  const navigates = DOCUMENTS.test(details.type) ? details.tabId : null
  // A document that was asked for by its address alone can be asked for again from here.
  const again = details.type === 'main_frame' && method === 'GET' ? { tabId: details.tabId, url } : null
  const line = retryLine(frame.tabId, again)
  lines.set(frame.tabId, (lines.get(frame.tabId) ?? new Set()).add(line))
  events.hold({
    message: {
      type: 'hold',
      holdId,
      channel: 'blocked-request',
      control: '',
      request: { method: details.method, url: details.url.slice(0, 2_000) },
      signals: null,
      nonce: null,
      again: null,
    },
    port: line,
    frame,
    navigates,
  })
}

const DOCUMENTS = /_frame$/

/** The blocked call is gone; what is left is to tell the page, so that a retry comes when it may pass, and not before. */
function retryLine(tabId: number, again: { tabId: number; url: string } | null): Line {
  return {
    postMessage(message) {
      if (message.type === 'release' && again !== null) {
        void browser.tabs.update(again.tabId, { url: again.url }).catch(() => {})
        return
      }
      const told =
        message.type === 'release'
          ? { ...message, type: 'status', kind: 'press-again', words: statusWords({ kind: 'press-again' }) }
          : message.type === 'status'
            ? message
            : { ...message, type: 'status', kind: message.type === 'held' ? 'held' : 'refused' }
      // A tab without a relay (a PDF, a closed page) has nobody to tell.
      void bringInto(tabId, [0])
        .then(() => browser.tabs.sendMessage(tabId, told, { frameId: 0 }))
        .catch(() => {})
    },
  }
}

async function frameOf(details: browser.WebRequest.OnErrorOccurredDetailsType): Promise<Frame | null> {
  const { tabId } = details
  const origin = 'initiator' in details && typeof details.initiator === 'string' ? details.initiator : ''
  try {
    // Shared and service workers belong to no tab; the one of their site that was used last is asked about.
    const tab =
      tabId >= 0
        ? await browser.tabs.get(tabId)
        : (await browser.tabs.query({ url: `${origin}/*` })).sort(
            (one, other) => (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0),
          )[0]
    if (tab?.id === undefined || tab.url === undefined) return null
    // A window that a page has opened with this very address: the page is asked about.
    const opener =
      details.type === 'main_frame' && tab.openerTabId !== undefined
        ? await browser.tabs.get(tab.openerTabId)
        : null
    if (opener?.id !== undefined && opener.url !== undefined && new URL(opener.url).origin === origin)
      return { tabId: opener.id, frameId: 0, url: origin, tabUrl: opener.url }
    // An empty window is its opener's.
    const tabUrl = /^https?:/.test(tab.url) || origin === '' ? tab.url : `${origin}/`
    return { tabId: tab.id, frameId: Math.max(0, details.frameId), url: origin, tabUrl }
  } catch {
    return null
  }
}

/**
 * An address passes once: the rule goes as soon as the retry has set out, and its answer is evidence. Twins sent in the
 * same instant could still ride along; a call that carries a nonce has none.
 */
function watchRetry(attemptId: string, pass: Pass, request: { method: string; url: string }): void {
  const { tabId, navigates } = pass
  const { hostname, pathname } = new URL(request.url)
  const filter = { urls: [`*://${hostname}${pathname}*`] }
  // The browser tells of blocked twins as well: what could not have passed does not use the pass up.
  const isRetry = (details: { tabId: number; method: string; type: string }) =>
    details.method === request.method &&
    (details.tabId < 0 ||
      (DOCUMENTS.test(details.type) === navigates &&
        (details.tabId === tabId || details.type === 'main_frame')))
  const sent = (details: browser.WebRequest.OnBeforeRequestDetailsType): undefined => {
    if (!isRetry(details)) return
    browser.webRequest.onBeforeRequest.removeListener(sent)
    void alone('gate', () => forget((pass) => pass.attemptId === attemptId && pass.address === request.url))
  }
  const answered = (details: browser.WebRequest.OnCompletedDetailsType) => {
    // What a page says after a navigation is read from the page.
    if (!isRetry(details) || DOCUMENTS.test(details.type)) return
    browser.webRequest.onCompleted.removeListener(answered)
    told?.answered(pass.tabId, details.statusCode, pathname)
  }
  browser.webRequest.onBeforeRequest.addListener(sent, filter)
  browser.webRequest.onCompleted.addListener(answered, filter)
  setTimeout(() => {
    browser.webRequest.onBeforeRequest.removeListener(sent)
    browser.webRequest.onCompleted.removeListener(answered)
  }, PASS_MS)
}
