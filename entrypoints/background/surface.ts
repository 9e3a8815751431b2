/** Where the person is asked: one consent window, a badge with the number of waiting payments, a system notification. */
import browser from 'webextension-polyfill'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { formatMoney } from '../../utils/money/format.ts'
import { currentLocale, t } from '../../utils/words/words.ts'
import { alone, db, readSession, writeSession } from './services.ts'

const WINDOW = 'consent-window'
const REHEARSAL_WINDOW = 'rehearsal-window'
const REHEARSAL_PATH = '/consent.html?rehearsal'
const WIDTH = 420
const HEIGHT = 660

/**
 * Opens the consent window, or brings it to the front where it is lost behind others. `reading`: the site whose
 * order is not in the ledger yet; a new window says so instead of "nothing waits".
 */
export function showConsent(reading?: string): Promise<void> {
  const hash = reading === undefined ? '' : `#reading=${encodeURIComponent(reading)}`
  return showWindow(WINDOW, `/consent.html${hash}`)
}

/** A window of its own: a payment that comes meanwhile is asked in the consent window as ever. */
export function showRehearsal(): Promise<void> {
  return showWindow(REHEARSAL_WINDOW, REHEARSAL_PATH)
}

function showWindow(key: string, path: string): Promise<void> {
  return alone('surface', async () => {
    const known = await readSession<number>(key)
    if (known !== null && (await focusWindow(known))) return
    const created = await browser.windows.create({
      type: 'popup',
      url: browser.runtime.getURL(path),
      width: WIDTH,
      height: HEIGHT,
      focused: true,
    })
    if (created.id !== undefined) await writeSession(key, created.id)
  })
}

/** Opens the consent window where there is none; unlike `showConsent` it does not touch one that is open. */
export async function keepConsentShown(): Promise<void> {
  if ((await readSession<number>(WINDOW)) === null) await showConsent()
}

async function focusWindow(id: number): Promise<boolean> {
  try {
    await browser.windows.update(id, { focused: true, drawAttention: true, state: 'normal' })
    return true
  } catch {
    return false
  }
}

/** True where the window that just closed was the consent window. */
export function wasConsentWindow(windowId: number): Promise<boolean> {
  return wasWindow(WINDOW, windowId)
}

export function wasRehearsalWindow(windowId: number): Promise<boolean> {
  return wasWindow(REHEARSAL_WINDOW, windowId)
}

async function wasWindow(key: string, windowId: number): Promise<boolean> {
  if ((await readSession<number>(key)) !== windowId) return false
  await writeSession(key, null)
  return true
}

/**
 * Where payments are approved, open anywhere but in our windows or the toolbar: no person gets there, an agent that drives
 * the browser does.
 */
export async function selfApprovalSigns(): Promise<string[]> {
  const [ours, rehearsal, open] = await Promise.all([
    readSession<number>(WINDOW),
    readSession<number>(REHEARSAL_WINDOW),
    browser.tabs.query({
      url: ['/consent.html*', '/popup.html*'].map((path) => browser.runtime.getURL(path)),
    }),
  ])
  const own = [ours, rehearsal]
  return open.some(({ windowId = null }) => !own.includes(windowId)) ? ['consent_in_tab'] : []
}

export async function showBadge(): Promise<void> {
  const waiting = await db.attempts.where('state').anyOf('held', 'asked').count()
  const action = browser.action ?? browser.browserAction
  await action.setBadgeBackgroundColor({ color: '#b3261e' })
  await action.setBadgeText({ text: waiting === 0 ? '' : String(waiting) })
}

export async function notify(row: AttemptRow): Promise<void> {
  const total = row.order.total
  const amount = total === null ? t('note_total_unknown') : formatMoney(total, currentLocale())
  try {
    await browser.notifications.create(`attempt:${row.id}`, {
      type: 'basic',
      iconUrl: browser.runtime.getURL('/icons/128.png'),
      title: t('status_held_title'),
      message: `${row.order.merchant ?? row.site.key}: ${amount}`,
    })
  } catch {
    // Some agents' browsers switch notifications off; the window and the badge are still there.
  }
}

/** Nobody was asked, so the person is told. */
export async function notifyAllowed({ id, order, site }: AttemptRow): Promise<void> {
  if (order.total === null) return
  try {
    await browser.notifications.create(`allowed:${id}`, {
      type: 'basic',
      iconUrl: browser.runtime.getURL('/icons/128.png'),
      title: t('allowed_title'),
      message: `${order.merchant ?? site.key}: ${formatMoney(order.total, currentLocale())}`,
    })
  } catch {
    // As above; the history says it too.
  }
}

export async function clearNotification(attemptId: string): Promise<void> {
  try {
    await browser.notifications.clear(`attempt:${attemptId}`)
  } catch {
    // Nothing to clear.
  }
}
