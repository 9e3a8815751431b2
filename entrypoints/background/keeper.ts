/**
 * Puts the keeper into frames: into one that calls for it, and into every document that comes while a payment is open
 * anywhere, because the page that says what came of it may be a new one.
 */
import browser from 'webextension-polyfill'
import { STOPPED } from '../../utils/attempt/states.ts'
import { alone, db } from './services.ts'

const FILE = '/keeper.js'
const ARRIVALS = 'arrivals'

/** Resolves when it is there, or cannot be: the relay asks again while it has something stopped. */
export async function bringKeeper(sender: browser.Runtime.MessageSender): Promise<void> {
  const tabId = sender.tab?.id
  if (sender.id !== browser.runtime.id || tabId === undefined) return
  await bringInto(tabId, [sender.frameId ?? 0])
}

export async function bringInto(tabId: number, frameIds: number[]): Promise<void> {
  await browser.scripting
    .executeScript({ target: { tabId, frameIds }, files: [FILE], injectImmediately: true })
    .catch(() => {})
}

/** While anything is stopped or its outcome open, new documents get the keeper by themselves. */
export function keepArrivals(): Promise<void> {
  return alone('arrivals', async () => {
    const open = await db.attempts
      .where('state')
      .anyOf([...STOPPED, 'released'])
      .count()
    const registered = await browser.scripting.getRegisteredContentScripts({ ids: [ARRIVALS] })
    if (open > 0 === registered.length > 0) return
    if (open === 0) return browser.scripting.unregisterContentScripts({ ids: [ARRIVALS] })
    return browser.scripting.registerContentScripts([
      {
        id: ARRIVALS,
        js: [FILE],
        matches: ['<all_urls>'],
        allFrames: true,
        runAt: 'document_end',
        persistAcrossSessions: false,
      },
    ])
  }).catch((error) => {
    // Without it a new document's own words are not read; the attempt then ends as unknown.
    console.warn('consent-guard: arrivals', error)
  })
}
