/**
 * Whether a tab has sent anything since a press was let go in it. Only a page that did nothing at all with that press may
 * be pressed once more under the same consent; what the browser has seen leave counts, not the page's word.
 */
import browser from 'webextension-polyfill'

/** Longer than the keeper waits for the page to stir. */
const WATCH_MS = 10_000

/** Attempt and its tab. */
const quiet = new Map<string, number>()

/** Never in the way of the release: where the browser cannot tell, nobody is asked for a second press. */
export function watchQuiet(attemptId: string, tabId: number): void {
  const stop = () => {
    quiet.delete(attemptId)
    browser.webRequest.onBeforeRequest.removeListener(onRequest)
  }
  const onRequest = (details: browser.WebRequest.OnBeforeRequestDetailsType): undefined => {
    // Shared and service workers belong to no tab; whose they are does not matter, unless they are ours.
    if (details.tabId === tabId || (details.tabId < 0 && !isOwn(details))) stop()
  }
  try {
    browser.webRequest.onBeforeRequest.addListener(onRequest, { urls: ['<all_urls>'] })
    quiet.set(attemptId, tabId)
    setTimeout(stop, WATCH_MS)
  } catch (error) {
    console.warn('consent-guard: a second press will not be offered', error)
  }
}

function isOwn(details: browser.WebRequest.OnBeforeRequestDetailsType): boolean {
  const from = 'initiator' in details ? details.initiator : details.originUrl
  return typeof from === 'string' && `${from}/`.startsWith(browser.runtime.getURL(''))
}

/** False too where nobody watched, for a worker that has died knows of no request. */
export function isQuiet(attemptId: string, tabId: number): boolean {
  return quiet.get(attemptId) === tabId
}
