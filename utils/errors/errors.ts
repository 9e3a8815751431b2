/** Named errors: for what must not happen, and for refusals that cross several layers. */
import type { FailureCode } from '../messages/page.ts'

/** A move that the transition table does not have, or that somebody else made first. */
export class IllegalMove extends Error {
  override name = 'IllegalMove'
}

/** Carries the code that a page shows (locale key `error_<code>`). */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: FailureCode
  readonly triesLeft: number | undefined
  constructor(code: FailureCode, detail = '', triesLeft?: number) {
    super(detail || code)
    this.code = code
    this.triesLeft = triesLeft
  }
}
