import type { AttemptState } from '../../utils/attempt/states.ts'

/** How long a good or plain end is shown before the window closes by itself, milliseconds in view. */
const LINGER_MS = 6_000

/** Ends that need no further thought. A failed or unclear payment stays until the person closes it. */
const PLAIN_ENDS: readonly AttemptState[] = ['settled', 'rejected', 'cancelled']

/**
 * Closes the window once nothing waits and the end has been in view, focused, for LINGER_MS. Returns the clean-up.
 * Only windows that the background opened can be closed by script; a tab stays.
 */
export function closeWhenSeen(finished: boolean, state: AttemptState | null): (() => void) | undefined {
  if (!finished || (state !== null && !PLAIN_ENDS.includes(state))) return undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  function start() {
    clearTimeout(timer)
    if (document.hasFocus()) timer = setTimeout(() => window.close(), LINGER_MS)
  }
  start()
  const events = ['focus', 'blur', 'pointermove', 'keydown'] as const
  for (const event of events) window.addEventListener(event, start)
  return () => {
    clearTimeout(timer)
    for (const event of events) window.removeEventListener(event, start)
  }
}
