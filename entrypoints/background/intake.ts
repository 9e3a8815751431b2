/**
 * attempt → order → policy → asking. A relay says that it holds something; from here on either the person is asked
 * about exactly this order, or the hold is refused.
 */
import { actorOf } from '../../utils/attempt/actor.ts'
import { STOPPED } from '../../utils/attempt/states.ts'
import { digestOf } from '../../utils/contract/order-wire.ts'
import { mayBeCardStep } from '../../utils/detect/card-step.ts'
import { readIdentity } from '../../utils/identity/identity.ts'
import type { AttemptRow, Reason } from '../../utils/ledger/db.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import { addAttempt, move } from '../../utils/ledger/moves.ts'
import type { HoldMessage } from '../../utils/messages/relay.ts'
import type { Claim } from '../../utils/order/claims.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { claimOfPaymentSheet } from '../../utils/order/payment-sheet.ts'
import { claimOfRequest } from '../../utils/order/request-claim.ts'
import { admits } from '../../utils/policy/policy.ts'
import { readMyself, readSettings, type Settings } from '../../utils/settings/settings.ts'
import { type Site, siteOf } from '../../utils/site/site.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { armExpiry } from './alarms.ts'
import { approveUnderAllowance } from './allowance.ts'
import { forward, releaseAgain } from './forward.ts'
import { isIgnored } from './ignored.ts'
import { keepArrivals } from './keeper.ts'
import { letGo } from './let-go.ts'
import { mark } from './mark.ts'
import { letPersonThrough } from './myself.ts'
import { assessRow, knownFacts } from './notes.ts'
import { readOrder } from './reading.ts'
import { endUnlessBack } from './recover.ts'
import { bindHold, connectedAttempts, type Frame, type Hold, type Line, refuseAll, send } from './relays.ts'
import { alone, db, now } from './services.ts'
import { keepConsentShown, notify, selfApprovalSigns, showBadge, showConsent } from './surface.ts'
import { passUnder } from './under-consent.ts'
import { offerActivation } from './welcome.ts'

export interface Announcement {
  message: HoldMessage
  port: Line
  frame: Frame
  /** The tab that a blocked document was for, which may be a new one. */
  navigates?: number | null
}

/** One at a time for each tab, so that two presses of one order cannot become two questions. */
export function onHold(announcement: Announcement): Promise<void> {
  return alone(`tab:${announcement.frame.tabId}`, async () => {
    try {
      const attemptId = announcement.message.again?.attemptId ?? null
      const known = attemptId === null ? undefined : await db.attempts.get(attemptId)
      if (known && known.tabId === announcement.frame.tabId) await resume(announcement, known)
      else await take(announcement)
    } catch (error) {
      console.error('consent-guard: attempt could not be taken in', error)
      refuse(announcement, null, 'internal_error')
    }
  })
}

async function take(announcement: Announcement): Promise<void> {
  const { message, frame, port } = announcement
  if (isStep(message)) return letGo(`step-${message.holdId}`, holdFrom(announcement))
  const site = siteOf(frame.tabUrl)
  // All at once: what stands between the press and the window is what the person waits for.
  const [settings, identity, capped, allowed, myself, ignored, released] = await Promise.all([
    readSettings(db),
    readIdentity(db),
    site !== null && hasCap(site),
    site !== null && isAllowed(site),
    readMyself(db),
    isIgnored(frame.tabId),
    db.attempts.where('state').equals('released').count(),
  ])
  const verdict = admits(settings, identity !== null, site && { key: site.key, hasCap: capped })
  if (verdict.kind === 'refuse' || site === null || ignored) {
    const reason = verdict.kind === 'refuse' ? verdict.reason : ignored ? 'page_ignored' : 'unreadable'
    refuse(announcement, null, reason)
    await noteRefusal(site, message, reason)
    if (reason === 'not_activated') await offerActivation()
    return
  }
  const consented = released === 0 ? null : await passUnder(message, frame)
  if (consented !== null) {
    await letGo(consented, holdFrom(announcement))
    return
  }
  if (await letPersonThrough(myself, message, site, holdFrom(announcement))) return
  // Asked of the browser before it is busy with the window.
  const signs = selfApprovalSigns()
  signs.catch(() => {})
  // The window takes as long to come up as the order to be read; one does not wait for the other. Not where the person
  // has agreed in advance: it would only flash up.
  const opening = allowed ? Promise.resolve() : showConsent(site.key).catch(() => {})
  const at = now()
  const id = crypto.randomUUID()
  const reading = await readOrder(id, frame, site, claimOf(message))
  const dedupeKey = await digestOf({
    tab: frame.tabId,
    page: pageOf(frame.tabUrl),
    order: toWireOrder(reading.order),
  })
  const twin = await db.attempts
    .where('state')
    .anyOf([...STOPPED])
    .filter(
      (row) => row.tabId === frame.tabId && (row.dedupeKey === dedupeKey || row.holdId === message.holdId),
    )
    .first()
  if (twin) {
    // The same hold again, or another press of the same order: it joins, it is not asked twice.
    await resume(announcement, twin)
    return
  }
  const row: AttemptRow = {
    id,
    channel: message.channel,
    site,
    page: pageOf(frame.tabUrl),
    tabId: frame.tabId,
    frameId: frame.frameId,
    what: message.control,
    request: requestOf(message),
    actor: actorOf(message.signals),
    createdAt: at,
    state: 'held',
    version: 1,
    holdId: message.holdId,
    order: reading.order,
    digest: reading.digest,
    sources: reading.sources,
    notes: reading.notes,
    changed: [],
    dedupeKey,
    ...(await knownFacts(reading, message, frame.tabId)),
    expiresAt: at + settings.holdSeconds * 1000,
    seen: false,
    reason: null,
    updatedAt: at,
    ...categoryOf(settings, site),
  }
  await addAttempt(db, row)
  mark('attempt-recorded')
  void keepArrivals()
  bindHold(id, holdFrom(announcement))
  send(port, { type: 'held', holdId: message.holdId, attemptId: id, words: statusWords({ kind: 'held' }) })
  await ask(row, { opening, signs })
  if (!connectedAttempts().has(id)) endUnlessBack(id)
}

/**
 * From `held` to `asked`: notes are worked out, the person is called, unless they have agreed in advance. `ahead`: the
 * consent window, on its way already, and what was found before it.
 */
async function ask(
  row: AttemptRow,
  ahead?: { opening: Promise<void>; signs: Promise<string[]> },
): Promise<void> {
  const notes = await assessRow(row, ahead?.signs)
  if (await approveUnderAllowance({ ...row, notes: [...row.notes, ...notes] })) return
  const asked = await move(db, {
    attemptId: row.id,
    from: 'held',
    to: 'asked',
    reason: null,
    at: now(),
    change: { notes: [...row.notes, ...notes] },
  })
  mark('asked')
  armExpiry(asked)
  await Promise.all([
    showBadge(),
    ahead ? ahead.opening.then(keepConsentShown) : showConsent(),
    notify(asked),
  ])
}

/** A relay is back after the worker or its port died: go on where the ledger says we were. */
async function resume(announcement: Announcement, row: AttemptRow): Promise<void> {
  const { message, port } = announcement
  const hold = holdFrom(announcement)
  const gone = message.again?.status === 'released'
  switch (row.state) {
    case 'held':
    case 'asked':
      bindHold(row.id, hold)
      send(port, {
        type: 'held',
        holdId: message.holdId,
        attemptId: row.id,
        words: statusWords({ kind: 'held' }),
      })
      if (row.state === 'held') await ask(row)
      else await showConsent()
      return
    case 'approved':
    case 'forwarding':
      bindHold(row.id, hold)
      void forward(row.id)
      return
    case 'released':
      // The page still holds it, so our word to release never arrived: say it again. A page that has let go says so.
      if (!gone && message.holdId === row.holdId) {
        bindHold(row.id, hold)
        await releaseAgain(row.id, hold)
      }
      return
    default:
      if (!gone) refuse(announcement, row.id, row.reason ?? 'internal_error')
  }
}

/** The keeper has read what its button says; that it could be a step at all is judged here again. */
function isStep({ step, channel, request, body }: HoldMessage): boolean {
  return (
    step === true &&
    channel === 'form' &&
    request !== null &&
    mayBeCardStep({ ...request, bodyHint: body ?? '' })
  )
}

async function isAllowed({ key }: Site): Promise<boolean> {
  return (await db.allowances.where('site').equals(key).count()) > 0
}

async function hasCap({ key }: Site): Promise<boolean> {
  const capped = await db.caps.filter(({ scope }) => scope.kind === 'site' && scope.site === key).count()
  return capped > 0
}

function categoryOf({ categories }: Settings, { key }: Site): Pick<AttemptRow, 'category'> {
  const category = categories && Object.hasOwn(categories, key) ? categories[key] : undefined
  return category === undefined ? {} : { category }
}

function holdFrom({ message, port, frame, navigates }: Announcement): Hold {
  const { holdId, nonce, request, channel } = message
  const sends = channel === 'form' || channel === 'navigation' ? frame.tabId : null
  return { holdId, port, frame, nonce, request, navigates: navigates ?? sends, claim: claimOf(message) }
}

/** What the held call says that is bought. Its body goes no further than here. */
function claimOf({ channel, request, body }: HoldMessage): Claim | null {
  if (!body) return null
  if (channel === 'payment-request') return claimOfPaymentSheet(body)
  return request === null ? null : claimOfRequest({ ...request, body })
}

function refuse(announcement: Announcement, attemptId: string | null, reason: Reason): void {
  const { message, port } = announcement
  send(port, {
    type: 'refuse',
    holdId: message.holdId,
    attemptId,
    words: statusWords({ kind: 'refused', reason }),
  })
  if (attemptId !== null) refuseAll(attemptId, statusWords({ kind: 'refused', reason }))
}

/** Refusals without a question are in the log too: the person sees what was tried before the guard was on. */
async function noteRefusal(site: Site | null, message: HoldMessage, reason: Reason): Promise<void> {
  await db.transaction('rw', db.log, () =>
    appendLog(db, now(), {
      event: 'attempt.refused',
      attemptId: null,
      data: { site: site?.key ?? null, channel: message.channel, what: message.control, reason },
    }),
  )
}

function pageOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** Method, host and path only: query strings carry tokens. */
function requestOf(message: HoldMessage): AttemptRow['request'] {
  if (message.request === null) return null
  try {
    const url = new URL(message.request.url)
    return { method: message.request.method, host: url.host, path: url.pathname }
  } catch {
    return { method: message.request.method, host: '', path: '' }
  }
}
