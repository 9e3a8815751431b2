/** The real background, as one script that can be started again and again: each start is a fresh worker. */
export { approve, cancel, closeConsent, reject } from '../../entrypoints/background/decide.ts'
export { endAttempt } from '../../entrypoints/background/end.ts'
export { onHold } from '../../entrypoints/background/intake.ts'
export { onOutcome, onOutcomeTime, onReleased } from '../../entrypoints/background/outcome.ts'
export { reconcile } from '../../entrypoints/background/reconcile.ts'
export { endIfGone, endOrphans, recover } from '../../entrypoints/background/recover.ts'
export { addPort, attemptOf, dropPort, removePort } from '../../entrypoints/background/relays.ts'
export { db } from '../../entrypoints/background/services.ts'
