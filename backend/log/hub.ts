/** Wakes those who wait for news of an account. Fed by LISTEN, so that it does not matter which process had the news. */
export interface Hub {
  /** Calls back at every piece of news until the answer is called. */
  listen(accountId: string, callback: () => void): () => void
  tell(accountId: string): void
}

export function newHub(): Hub {
  const waiting = new Map<string, Set<() => void>>()
  return {
    listen(accountId, callback) {
      const callbacks = waiting.get(accountId) ?? new Set()
      waiting.set(accountId, callbacks.add(callback))
      return () => {
        callbacks.delete(callback)
        if (callbacks.size === 0) waiting.delete(accountId)
      }
    },
    tell(accountId) {
      for (const callback of [...(waiting.get(accountId) ?? [])]) callback()
    },
  }
}
