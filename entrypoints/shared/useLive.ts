import { liveQuery } from 'dexie'
import { useLayoutEffect, useState } from 'preact/hooks'

/** `undefined` until the first answer; `failed` where the ledger cannot be read, which is said and never guessed. */
export interface Live<T> {
  value: T | undefined
  failed: boolean
}

/** Runs a ledger query again whenever what it read has changed, in whichever window or worker that was. */
export function useLive<T>(query: () => Promise<T> | T, deps: readonly unknown[]): Live<T> {
  const [live, setLive] = useState<Live<T>>({ value: undefined, failed: false })
  // Before the first paint, not after it: a window that waits for a frame shows its data a frame later. The caller says
  // what the query depends on.
  useLayoutEffect(() => {
    const subscription = liveQuery(query).subscribe({
      next: (value) => setLive({ value, failed: false }),
      error: () => setLive({ value: undefined, failed: true }),
    })
    return () => subscription.unsubscribe()
  }, deps)
  return live
}
