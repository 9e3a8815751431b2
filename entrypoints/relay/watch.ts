/**
 * What the relay keeps for the keeper, in the isolated world of the frame that both share and no page can see. The relay
 * is in every frame and only stops what might pay; the keeper comes on demand and decides.
 */
export interface Stopped {
  event: Event
  /** The way it was to take: an event forgets its own once it is over. */
  path: EventTarget[]
}

export interface Keeper {
  /** Decides on an event while it is being dispatched, and stops it where it must. */
  handle(event: Event, path: EventTarget[]): void
  /** What the hook in the page's world says. */
  hear(said: unknown): void
}

export interface Watch {
  /** Stopped before the keeper was there, in order. */
  stopped: Stopped[]
  /** Said by the hook before the keeper was there. */
  said: unknown[]
  hook: MessagePort | null
  /** Times of the last moves of the pointer, on the events' clock. */
  moves: number[]
  keeper: Keeper | null
}

declare global {
  var consentGuard: Watch | undefined
}
