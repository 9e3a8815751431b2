/**
 * What is held in this frame, by whom it is known, and what became of it. A hold leaves `held` once and for one
 * direction only, whatever messages come, in whatever order and number.
 */
import type { Channel, PressSignals } from '../../utils/attempt/attempt.ts'
import { BODY_HINT } from '../../utils/detect/glance.ts'
import type { BackgroundMessage, HoldMessage, StatusWords } from '../../utils/messages/relay.ts'
import { closeGrant, openGrantHere } from './grant.ts'
import { openHookGrant, tellHook } from './hook.ts'
import { send, setUpLink } from './link.ts'
import { forgetOutcomes, hasUnheardOutcome, repeatOutcomes, watchOutcome } from './outcome.ts'
import { showSevered, showStatus } from './status.ts'

export interface Hold {
  id: string
  channel: Channel
  control: string
  request: { method: string; url: string } | null
  /** Its body as text, where it has one that could be read. */
  body?: string
  /** Goes on without a question, as soon as the shield lets it. */
  step?: true
  signals: PressSignals | null
  /** Fragment that its calls carry; null where they cannot. */
  nonce: string | null
  attemptId: string | null
  status: 'held' | 'released' | 'refused'
  /** The background has said how it ended. */
  ended: boolean
  /** Lets it happen; false when there is nothing left to let go. */
  go: () => boolean
  /** Tells the page, where the page waits for an answer. */
  deny: () => void
  /** Tells an agent that waits for words (a WebMCP tool). */
  say?: (words: StatusWords) => void
  /** The page has ignored what was let go, and nothing has left the tab: once more, by hand. */
  again?: () => void
}

const NAME_LENGTH = 300
const URL_LENGTH = 2_000

const holds = new Map<string, Hold>()

export function setUpHolds(): void {
  setUpLink({
    hear,
    needed: () =>
      hasUnheardOutcome() || [...holds.values()].some((hold) => hold.status !== 'refused' && !hold.ended),
    announce: () => {
      for (const hold of holds.values())
        if (hold.status !== 'refused' && !hold.ended) send(holdMessage(hold, true))
      repeatOutcomes()
    },
    severed: () => {
      if ([...holds.values()].some((hold) => hold.status === 'held')) showSevered()
    },
  })
}

export function openHold(what: Omit<Hold, 'id' | 'attemptId' | 'status' | 'ended'>): Hold {
  const hold: Hold = {
    ...what,
    id: randomId(),
    control: what.control.slice(0, NAME_LENGTH),
    attemptId: null,
    status: 'held',
    ended: false,
  }
  holds.set(hold.id, hold)
  if (hold.channel === 'press') endGrants()
  send(holdMessage(hold, false))
  return hold
}

/** Not `crypto.randomUUID`: pages without encryption, and data: frames, do not have it. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/** The page or its user takes it back; nothing will be sent. */
export function withdraw(hold: Hold): void {
  if (hold.status !== 'held') return
  hold.status = 'refused'
  hold.deny()
  send({ type: 'withdraw', holdId: hold.id })
}

export function openHolds(): Hold[] {
  return [...holds.values()].filter((hold) => hold.status === 'held')
}

function holdMessage(hold: Hold, again: boolean): HoldMessage {
  const { id, channel, control, request, body, step, signals, nonce, attemptId, status } = hold
  return {
    type: 'hold',
    holdId: id,
    channel,
    control,
    request: request === null ? null : { method: request.method, url: request.url.slice(0, URL_LENGTH) },
    ...(body ? { body: body.slice(0, BODY_HINT) } : {}),
    ...(step ? { step } : {}),
    signals,
    nonce,
    again: again ? { attemptId, status: status === 'released' ? 'released' : 'held' } : null,
  }
}

function hear(message: BackgroundMessage): void {
  if (message.type === 'status') {
    const final = message.kind === 'settled' || message.kind === 'refused'
    for (const hold of holds.values()) {
      if (hold.attemptId !== message.attemptId) continue
      if (final) hold.ended = true
      if (message.kind === 'press-again' && hold.status === 'released') hold.again?.()
    }
    if (final) {
      endGrants()
      forgetOutcomes()
    }
    showStatus(message.kind, message.words, null)
    return
  }
  const hold = holds.get(message.holdId)
  if (hold === undefined) return
  if (message.type === 'held') {
    if (hold.status !== 'held') return
    hold.attemptId = message.attemptId
    hold.say?.(message.words)
    showStatus('held', message.words, () => withdraw(hold))
  } else if (message.type === 'refuse') {
    if (hold.status === 'released') return
    hold.attemptId ??= message.attemptId
    if (hold.status === 'held') hold.deny()
    hold.status = 'refused'
    hold.say?.(message.words)
    showStatus('refused', message.words, null)
  } else if (hold.status === 'released') {
    if (hold.attemptId !== null) send({ type: 'released', holdId: hold.id, attemptId: hold.attemptId })
  } else if (hold.status === 'held') {
    // Before anything is open: a few milliseconds later the control is pressed.
    if (message.look !== null && !stillShows(message.look)) {
      send({ type: 'changed', holdId: hold.id, attemptId: message.attemptId })
      return
    }
    hold.status = 'released'
    if (hold.step) {
      hold.ended = true
      hold.go()
      return
    }
    hold.attemptId = message.attemptId
    // The words after it: drawing them is time for which the payment would wait.
    void letGo(hold, message.attemptId).then(() => showStatus('released', message.words, null))
  }
}

async function letGo(hold: Hold, attemptId: string): Promise<void> {
  // What the page says now is read while the hook opens: the press is what both are waited for.
  const opened = openHookGrant(attemptId)
  watchOutcome(attemptId, endGrants)
  openGrantHere(hold.request)
  await opened
  if (hold.go()) {
    send({ type: 'released', holdId: hold.id, attemptId })
    return
  }
  hold.ended = true
  endGrants()
  send({ type: 'outcome', attemptId, evidence: { kind: 'page', reads: 'failed', text: 'control_gone' } })
}

/** Asked of the reader, which shares this world; where it is not there nobody can say. */
function stillShows(look: string): boolean {
  const ask: unknown = Reflect.get(globalThis, 'consentGuardStillShows')
  return typeof ask === 'function' && ask(look) === true
}

function endGrants(): void {
  closeGrant()
  tellHook({ type: 'grant', attemptId: null })
}
