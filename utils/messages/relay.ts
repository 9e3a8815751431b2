/**
 * Border between a web page's content script (the relay) and the background. One runtime port a frame, named
 * RELAY_PORT. Everything the relay says is untrusted: origin, tab and frame always come from the port's sender,
 * never from the message.
 */
import { CHANNELS, type Channel, type PressSignals } from '../attempt/attempt.ts'

export const RELAY_PORT = 'relay'

/** The relay has stopped something, or expects to: the background puts the keeper into its frame. Carries no facts. */
export const KEEPER_CALL = { type: 'keeper' } as const

export function isKeeperCall(value: unknown): boolean {
  return isRecord(value) && value.type === KEEPER_CALL.type
}

/** A hold lives in the page; its id is made there and means nothing outside that frame. */
export interface HoldMessage {
  type: 'hold'
  holdId: string
  channel: Channel
  /** Accessible name of the pressed control, or empty. */
  control: string
  request: { method: string; url: string } | null
  /** Body of that request as text, or the details of a payment sheet. Read for its amount, never stored. */
  body?: string
  signals: PressSignals | null
  /**
   * Fragment that calls of this frame carry when they are let go, so that the shield can tell them from their twins.
   * null where the call cannot carry one; then its address alone is let through.
   */
  nonce: string | null
  /** A form that only hands a card on to the review: nobody is asked, it waits for the shield to make way. */
  step?: true
  /** Set when the relay announces again after the worker or port died: what had become of the hold there. */
  again: null | { attemptId: string | null; status: 'held' | 'released' }
}

/** What the page showed after a release; the background decides what it means. */
export interface OutcomeMessage {
  type: 'outcome'
  /**
   * null: a document that came after the release (the release navigated) and cannot know the attempt. The background
   * matches it to what it released last in this tab, and ignores it when there is nothing. Kept nowhere in the page:
   * page storage could be read and forged.
   */
  attemptId: string | null
  /** `response`: a payment call that the release let through has answered. `page`: the page reads like a confirmation or an error. */
  evidence:
    | {
        kind: 'response'
        status: number
        path: string /** Method and address without query; null where unknown. */
        call: string | null
      }
    | { kind: 'page'; reads: 'confirmed' | 'failed'; text: string }
}

/** The page or the agent takes the attempt back (status button, navigation). Never grants anything. */
export interface WithdrawMessage {
  type: 'withdraw'
  holdId: string
}

/** The relay did what `release` told it; sent once, after the press or request has gone. */
export interface ReleasedMessage {
  type: 'released'
  holdId: string
  attemptId: string
}

/** The page shows something else than the look that `release` names: nothing was let go, the background looks again. */
export interface ChangedMessage {
  type: 'changed'
  holdId: string
  attemptId: string
}

/** The pointer or the focus is on a pay control: a press may follow. Only makes the answer to it come sooner. */
export interface NearMessage {
  type: 'near'
}

/** The page has answered the released press with nothing; the keeper lets one trusted press pass, if it is told so. */
export interface IgnoredMessage {
  type: 'ignored'
  attemptId: string
}

export type RelayMessage =
  | ChangedMessage
  | IgnoredMessage
  | NearMessage
  | HoldMessage
  | OutcomeMessage
  | WithdrawMessage
  | ReleasedMessage

/** Words for the status in the page, already in the person's language. */
export interface StatusWords {
  heading: string
  text: string
  /** Label of the withdraw button, null when there is nothing left to withdraw. */
  cancel: string | null
  /** Title prefix, e.g. "⏸ Payment held". */
  title: string
}

export type StatusKind = 'held' | 'released' | 'settled' | 'refused' | 'press-again'

export type BackgroundMessage =
  /** The attempt is known and waits for the person. */
  | { type: 'held'; holdId: string; attemptId: string; words: StatusWords }
  /**
   * Let it go, once. A relay that already did says `released` again and does nothing. `look`: only if the page still shows
   * what the reader's look of this name saw; null: whatever it shows.
   */
  | { type: 'release'; holdId: string; attemptId: string; look: string | null; words: StatusWords }
  /** Never let it go. */
  | { type: 'refuse'; holdId: string; attemptId: string | null; words: StatusWords }
  /** Only new words (settled, unknown …). */
  | { type: 'status'; attemptId: string; kind: StatusKind; words: StatusWords }

const MAX_TEXT = 2_000
const MAX_BODY = 20_000
/** Goes into a filter of the shield, where other characters have a meaning. */
const NONCE = /^[a-z0-9]{16,64}$/
const ID = /^[\w-]{8,64}$/

/** Reads what a relay sent; null for anything that is not exactly one of its messages. */
export function parseRelayMessage(value: unknown): RelayMessage | null {
  if (!isRecord(value)) return null
  switch (value.type) {
    case 'hold':
      return parseHold(value)
    case 'ignored':
      return isId(value.attemptId) ? { type: 'ignored', attemptId: value.attemptId } : null
    case 'withdraw':
      return isId(value.holdId) ? { type: 'withdraw', holdId: value.holdId } : null
    case 'released':
    case 'changed':
      return isId(value.holdId) && isId(value.attemptId)
        ? { type: value.type, holdId: value.holdId, attemptId: value.attemptId }
        : null
    case 'outcome':
      return parseOutcome(value)
    case 'near':
      return { type: 'near' }
    default:
      return null
  }
}

function parseHold(value: Record<string, unknown>): HoldMessage | null {
  const channel = CHANNELS.find((known) => known === value.channel)
  if (!isId(value.holdId) || channel === undefined || channel === 'agent-request') return null
  const control = shortText(value.control)
  if (control === null) return null
  let request: HoldMessage['request'] = null
  if (value.request !== null) {
    if (!isRecord(value.request)) return null
    const method = shortText(value.request.method)
    const url = shortText(value.request.url)
    if (method === null || url === null || !/^[A-Z]{1,20}$/.test(method)) return null
    request = { method, url }
  }
  const signals = value.signals === null ? null : parseSignals(value.signals)
  if (value.signals !== null && signals === null) return null
  const again = parseAgain(value.again)
  if (again === undefined) return null
  const { nonce } = value
  if (nonce !== null && (typeof nonce !== 'string' || !NONCE.test(nonce))) return null
  const body = typeof value.body === 'string' && value.body.length <= MAX_BODY ? { body: value.body } : {}
  const step = value.step === true ? { step: true as const } : {}
  return {
    type: 'hold',
    holdId: value.holdId,
    channel,
    control,
    request,
    ...body,
    ...step,
    signals,
    nonce,
    again,
  }
}

function parseAgain(value: unknown): HoldMessage['again'] | undefined {
  if (value === null) return null
  if (!isRecord(value)) return undefined
  const status = value.status
  if (status !== 'held' && status !== 'released') return undefined
  if (value.attemptId !== null && !isId(value.attemptId)) return undefined
  return { attemptId: value.attemptId, status }
}

function parseSignals(value: unknown): PressSignals | null {
  if (!isRecord(value)) return null
  const { trusted, pointerMoves, pressure, webdriver, agentInvoked, keyboard } = value
  if (typeof trusted !== 'boolean' || typeof webdriver !== 'boolean') return null
  if (typeof agentInvoked !== 'boolean' || typeof keyboard !== 'boolean') return null
  if (typeof pointerMoves !== 'number' || typeof pressure !== 'number') return null
  return { trusted, pointerMoves, pressure, webdriver, agentInvoked, keyboard }
}

function parseOutcome(value: Record<string, unknown>): OutcomeMessage | null {
  const { attemptId, evidence } = value
  if ((attemptId !== null && !isId(attemptId)) || !isRecord(evidence)) return null
  if (evidence.kind === 'response') {
    const path = shortText(evidence.path)
    const status = evidence.status
    const call = evidence.call === null ? null : shortText(evidence.call)
    if (path === null || typeof status !== 'number' || !Number.isInteger(status)) return null
    return { type: 'outcome', attemptId, evidence: { kind: 'response', status, path, call } }
  }
  if (evidence.kind === 'page' && (evidence.reads === 'confirmed' || evidence.reads === 'failed')) {
    const text = shortText(evidence.text)
    return text === null
      ? null
      : { type: 'outcome', attemptId, evidence: { kind: 'page', reads: evidence.reads, text } }
  }
  return null
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_TEXT ? value : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
