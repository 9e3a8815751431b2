import { useEffect, useState } from 'preact/hooks'
import { siteBeingRead } from './reading-address.ts'

/** Longer than the background waits for a page to be read (`reading.ts`), ms. */
const LATE_MS = 7_000

/**
 * The site whose order is still being read, where this window was opened for one; null where it was opened for something
 * that is in the ledger already, and once it must have come.
 */
export function useReading(): string | null {
  const [site, setSite] = useState(() => siteBeingRead(location.hash))
  useEffect(() => {
    if (site === null) return
    const timer = setTimeout(setSite, LATE_MS, null)
    return () => clearTimeout(timer)
  }, [site])
  return site
}
