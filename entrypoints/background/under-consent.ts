/**
 * What a consented press causes (tokenise, create, confirm, a form in a processor's frame, the next document) is part of
 * the same purchase and is not asked about again, each call once. A press is never caused by a press: it is always asked.
 */

import { isProcessor } from '../../utils/detect/request.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import type { HoldMessage } from '../../utils/messages/relay.ts'
import { siteOf } from '../../utils/site/site.ts'
import type { Frame } from './relays.ts'
import { db, now } from './services.ts'

/** How long after the release a call may still be its consequence, ms. */
const CAUSED_MS = 60_000
const NEVER_CAUSED: readonly HoldMessage['channel'][] = ['press', 'payment-request', 'agent-request']

/** The attempt under whose consent this call passes, or null: then it is an attempt of its own. */
export async function passUnder(message: HoldMessage, frame: Frame): Promise<string | null> {
  const call = signatureOf(message)
  if (call === null || NEVER_CAUSED.includes(message.channel)) return null
  const at = now()
  return db.transaction('rw', db.attempts, db.log, async () => {
    const rows = await db.attempts
      .where('state')
      .equals('released')
      .filter((row) => row.tabId === frame.tabId && at - row.updatedAt <= CAUSED_MS)
      .sortBy('updatedAt')
    const row = rows.at(-1)
    if (!row) return null
    const layer = laterLayer(message, frame, row)
    if (!isReleased(message, row)) {
      if (!belongs(message, frame, row)) return null
    } else if (layer === null) return null
    const earlier = await db.log.where('attemptId').equals(row.id).toArray()
    // The same call twice is a second payment, not a consequence.
    if (
      earlier.some(
        ({ event, data }) =>
          event === 'release.caused' && data.call === call && (data.layer ?? null) === layer,
      )
    )
      return null
    // A shop that has answered is done with this purchase.
    if (earlier.some((entry) => entry.event === 'evidence.page')) return null
    await appendLog(db, at, {
      event: 'release.caused',
      attemptId: row.id,
      data: { call, ...(layer === null ? {} : { layer }) },
    })
    return row.id
  })
}

/**
 * A call that one layer has let go meets the next, which counts for itself: Firefox's gate sees every call, and the frame
 * that a form of another frame navigates (a target, another realm's `submit()`) sees the navigation.
 */
function laterLayer({ channel }: HoldMessage, frame: Frame, row: AttemptRow): 'gate' | 'navigated' | null {
  if (import.meta.env.FIREFOX && channel === 'blocked-request') return 'gate'
  const navigates = channel === 'form' || channel === 'navigation'
  return navigates && row.channel === 'form' && frame.frameId !== row.frameId ? 'navigated' : null
}

function signatureOf(message: HoldMessage): string | null {
  if (message.request === null) return null
  try {
    const { origin, pathname } = new URL(message.request.url)
    return `${message.request.method} ${origin}${pathname}`.slice(0, 500)
  } catch {
    return null
  }
}

/** The very call that was asked about: it has been let go, and again it is a second payment. */
function isReleased({ request }: HoldMessage, row: AttemptRow): boolean {
  if (request === null || row.request === null || request.method !== row.request.method) return false
  try {
    const { host, pathname } = new URL(request.url)
    return host === row.request.host && pathname === row.request.path
  } catch {
    return false
  }
}

/**
 * Only the payee's own site, a processor of the catalogue, or the frame in which the payment was released, and only
 * while the tab shows one of them: whoever else sends money in that minute asks for it himself.
 */
function belongs({ request }: HoldMessage, frame: Frame, row: AttemptRow): boolean {
  const isParty = (url: string) => siteOf(url)?.key === row.site.key || isProcessor(url)
  if (request === null || !(isParty(frame.tabUrl) || isOwn(frame, row, frame.tabUrl))) return false
  return isParty(request.url) || isOwn(frame, row, request.url)
}

/** Same site as the frame that was let go: a processor's own frame speaks to the processor. */
function isOwn(frame: Frame, row: AttemptRow, url: string): boolean {
  return frame.frameId === row.frameId && row.frameId !== 0 && siteOf(url)?.key === siteOf(frame.url)?.key
}
