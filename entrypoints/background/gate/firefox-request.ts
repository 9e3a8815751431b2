/** What Firefox tells about a request: whether it pays, and whose it is. */
import browser from 'webextension-polyfill'
import { BODY_HINT, worthALook } from '../../../utils/detect/glance.ts'
import { matches } from '../../../utils/detect/matching.ts'
import { isPaymentHeader } from '../../../utils/detect/payment-header.ts'
import { classifyRequest } from '../../../utils/detect/request.ts'
import { OPERATION_URL } from '../../../utils/detect/suspect.ts'
import type { Frame } from '../relays.ts'

export type Details = browser.WebRequest.OnBeforeRequestDetailsType
export type WithHeaders = browser.WebRequest.OnBeforeSendHeadersDetailsType
export type Asked = Details | WithHeaders

export function carriesProof({ requestHeaders }: WithHeaders): boolean {
  return requestHeaders?.some(({ name }) => isPaymentHeader(name)) === true
}

export function isPayment(details: Details): boolean {
  const { method } = details
  // A WebSocket is opened by a GET to what would be a web address; the catalogue knows those.
  const url = details.url.replace(/^ws/, 'http')
  if (!/^https?:/.test(url)) return false
  // Where an address serves every operation, the one that pays may stand anywhere in the body.
  const length = matches(OPERATION_URL, url) ? Number.POSITIVE_INFINITY : BODY_HINT
  const bodyHint = method === 'GET' ? '' : bodyOf(details.requestBody, length)
  if (!worthALook(url) && bodyHint === '') return false
  const { payment, reasons } = classifyRequest({ method, url, bodyHint })
  return payment && !(isAddressBar(details) && reasons.every((reason) => reason !== 'places_order'))
}

/** The person's own address bar and bookmarks, or a driver's `goto`: arriving at a cashier so moves no money. */
function isAddressBar({ method, type, originUrl }: Details): boolean {
  return method === 'GET' && type === 'main_frame' && originUrl === undefined
}

function bodyOf(body: Details['requestBody'], length: number): string {
  if (body?.formData) {
    return Object.entries(body.formData)
      .map(([name, values]) => `${name}=${values}`)
      .join('&')
      .slice(0, length)
  }
  const decoder = new TextDecoder()
  let text = ''
  // A body of several parts comes as several.
  for (const { bytes } of body?.raw ?? []) {
    if (text.length >= length) break
    if (bytes instanceof ArrayBuffer) text += decoder.decode(bytes.slice(0, length), { stream: true })
  }
  return text
}

/** The tab that is asked about, and who asks in it; null for a request of nobody we know. */
export async function frameOf(details: Asked): Promise<Frame | null> {
  const from = details.documentUrl ?? details.originUrl ?? details.url
  try {
    const tab = await tabOf(details, from)
    if (tab?.id === undefined) return null
    // While a tab navigates, its address is still that of the page that pays. An empty window has none; the browser
    // knows whose it is.
    const tabUrl = [tab.url, details.documentUrl, details.originUrl].find((url) => /^https?:/.test(url ?? ''))
    if (tabUrl === undefined) return null
    return { tabId: tab.id, frameId: Math.max(0, details.frameId), url: from, tabUrl }
  } catch {
    return null
  }
}

async function tabOf(details: Asked, from: string): Promise<browser.Tabs.Tab | undefined> {
  // Workers that many pages share belong to no tab.
  if (details.tabId < 0) return newest(await tabsOf(from))
  const tab = await browser.tabs.get(details.tabId)
  // A form or link into a new tab: it is still empty, and the page that pays is the one that opened it. Firefox may name
  // the tab in front as the opener, so the address of who sends decides.
  if (details.type !== 'main_frame' || /^https?:/.test(tab.url ?? '')) return tab
  const tabs = await tabsOf(from)
  const same = tabs.filter((one) => one.url === from)
  return same.find((one) => one.id === tab.openerTabId) ?? newest(same) ?? newest(tabs) ?? tab
}

/** Tabs on the host of this address. */
function tabsOf(address: string): Promise<browser.Tabs.Tab[]> {
  const { protocol, hostname } = new URL(address)
  return browser.tabs.query({ url: `${protocol}//${hostname}/*` })
}

/** The one that was used last. */
function newest(tabs: browser.Tabs.Tab[]): browser.Tabs.Tab | undefined {
  return tabs.sort((one, other) => (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0))[0]
}
