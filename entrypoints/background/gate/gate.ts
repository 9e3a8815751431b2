/**
 * The gate: what the browser itself holds or blocks, whoever asks, and how it lets go what was agreed to. Chromium
 * blocks by rules and lets a retry pass; Firefox holds the very request. One interface, so that the path needs not know.
 */
import type { Pass } from '../../../utils/shield/allow.ts'
import type { Announcement } from '../intake.ts'
import type { Line } from '../relays.ts'

export interface GateEvents {
  /** A payment call that nothing in the page has held. */
  hold: (announcement: Announcement) => void
  /** A call that passed on its own address has answered. */
  answered: (tabId: number, status: number, path: string) => void
  /** The tab of these calls is gone. */
  gone: (line: Line) => void
}

export interface Gate {
  /** Registers every listener; called synchronously when the background starts. */
  watch(events: GateEvents): void
  /** From now on what this release causes may leave the tab. Resolves when it really may. */
  admit(attemptId: string, pass: Pass): Promise<void>
  /** The release is over: nothing more passes under it. */
  close(attemptId: string): Promise<void>
}
