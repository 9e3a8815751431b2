import { useEffect, useState } from 'preact/hooks'

/** Words that would be gone before they are read only flicker, ms. */
const SOON_MS = 400
/** Longer than the background waits for a page to be read (`reading.ts`), ms. */
const LATE_MS = 7_000

/**
 * Whether this window was opened for an order that is still being read: `soon` at first, then `slow`, and null once it
 * must have come, or where the window was opened for something that is in the ledger already.
 */
export function useReading(): 'soon' | 'slow' | null {
  const [reading, setReading] = useState<'soon' | 'slow' | null>(location.hash === '#reading' ? 'soon' : null)
  useEffect(() => {
    if (reading === null) return
    const timer = setTimeout(
      () => setReading(reading === 'soon' ? 'slow' : null),
      reading === 'soon' ? SOON_MS : LATE_MS,
    )
    return () => clearTimeout(timer)
  }, [reading])
  return reading
}
