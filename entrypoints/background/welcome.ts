/** Opens the welcome page, at most once while it is open: an agent that keeps pressing must not fill the browser. */
import browser from 'webextension-polyfill'
import { alone } from './services.ts'

export function offerActivation(): Promise<void> {
  return alone('welcome', async () => {
    const url = browser.runtime.getURL('/welcome.html')
    const open = await browser.tabs.query({ url: `${url}*` })
    if (open.length === 0) await browser.tabs.create({ url, active: false })
  })
}
