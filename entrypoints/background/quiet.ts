/**
 * Whether a tab has sent anything since a press was let go in it. Only a page that did nothing at all with that press may
 * be pressed once more under the same consent; what the browser has seen leave counts, not the page's word.
 */
import browser from 'webextension-polyfill'

/** Longer than the keeper waits for the page to stir. */
const WATCH_MS = 10_000
const TYPES = ['main_frame', 'sub_frame', 'xmlhttprequest', 'websocket', 'other'] as const
const SENDS = [...TYPES, import.meta.env.FIREFOX ? 'beacon' : 'ping'] as browser.WebRequest.ResourceType[]

/** Attempt and its tab. */
const quiet = new Map<string, number>()

/** Never in the way of the release: where the browser cannot tell, nobody is asked for a second press. */
export function watchQuiet(attemptId: string, tabId: number): void {
  const stirred = (): undefined => {
    quiet.delete(attemptId)
    browser.webRequest.onBeforeRequest.removeListener(stirred)
  }
  try {
    browser.webRequest.onBeforeRequest.addListener(stirred, { urls: ['<all_urls>'], tabId, types: SENDS })
    quiet.set(attemptId, tabId)
    setTimeout(stirred, WATCH_MS)
  } catch (error) {
    console.warn('consent-guard: a second press will not be offered', error)
  }
}

/** False too where nobody watched, for a worker that has died knows of no request. */
export function isQuiet(attemptId: string, tabId: number): boolean {
  return quiet.get(attemptId) === tabId
}
