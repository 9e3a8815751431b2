/** An attempt: what a page or an agent just tried, before anyone knows whether it is allowed. */
import type { Site } from '../site/site.ts'

export const CHANNELS = [
  'press',
  'fetch',
  'xhr',
  'beacon',
  'form',
  'navigation',
  'payment-request',
  'blocked-request',
  'agent-request',
] as const
export type Channel = (typeof CHANNELS)[number]

/** Who pressed. Evidence, never the gate: each of these signals can be faked. */
export interface Actor {
  kind: 'agent' | 'person' | 'unknown'
  /** Locale keys `actor_<reason>`. */
  reasons: string[]
}

/** What the content script saw around the press. Untrusted; parsed by `parseRelayMessage`. */
export interface PressSignals {
  trusted: boolean
  pointerMoves: number
  pressure: number
  webdriver: boolean
  agentInvoked: boolean
  keyboard: boolean
}

export interface Attempt {
  id: string
  channel: Channel
  site: Site
  /** Page address without query and fragment: enough to recognise, nothing secret kept. */
  page: string
  tabId: number
  frameId: number
  /** Label of the pressed control, or method and host of the held request. */
  what: string
  request: { method: string; host: string; path: string } | null
  actor: Actor
  createdAt: number
}
