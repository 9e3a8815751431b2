import { useEffect, useState } from 'preact/hooks'

/** How long the window must have the person's attention before Approve does anything, milliseconds. */
export const ARMING_MS = 1_000

/** `asleep`: the window has not the person's attention; `waking`: it has, for less than ARMING_MS. */
export type Arming = 'asleep' | 'waking' | 'awake'

/**
 * `awake` once the window has been in front, unmoved in size and showing the same content for ARMING_MS without a break.
 * Blur, hiding, resizing and new content start it again: a window that pops up under a click, or an order that changes
 * under the pointer, must not be approved by a press that was meant for something else. Timers run on the monotonic
 * clock, so a computer's clock that is set changes nothing.
 */
export function useArming(content: string): Arming {
  const [armedFor, setArmedFor] = useState<string | null>(null)
  const [attended, setAttended] = useState(true)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    function disarm() {
      clearTimeout(timer)
      timer = undefined
      setArmedFor(null)
      setAttended(false)
    }
    function start() {
      disarm()
      if (!document.hasFocus() || document.visibilityState !== 'visible') return
      setAttended(true)
      timer = setTimeout(() => {
        if (document.hasFocus()) setArmedFor(content)
      }, ARMING_MS)
    }
    start()
    window.addEventListener('focus', start)
    window.addEventListener('blur', disarm)
    window.addEventListener('resize', start)
    document.addEventListener('visibilitychange', start)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', start)
      window.removeEventListener('blur', disarm)
      window.removeEventListener('resize', start)
      document.removeEventListener('visibilitychange', start)
    }
  }, [content])

  if (armedFor === content) return 'awake'
  return attended ? 'waking' : 'asleep'
}
