/** Counts failed tries by address, and all together, so that codes cannot be guessed from one place or from many. */
const WINDOW_MS = 10 * 60_000
const PER_ADDRESS = 10
const TOGETHER = 200

export interface FailedTries {
  /** Seconds to wait, 0 where a try is allowed. */
  waitFor(address: string): number
  count(address: string): void
}

export function failedTries(now: () => number): FailedTries {
  let since = now()
  let together = 0
  const byAddress = new Map<string, number>()

  function turn(): void {
    if (now() - since < WINDOW_MS) return
    since = now()
    together = 0
    byAddress.clear()
  }

  return {
    waitFor(address) {
      turn()
      if (together < TOGETHER && (byAddress.get(address) ?? 0) < PER_ADDRESS) return 0
      return Math.max(1, Math.ceil((since + WINDOW_MS - now()) / 1000))
    },
    count(address) {
      turn()
      together++
      byAddress.set(address, (byAddress.get(address) ?? 0) + 1)
    },
  }
}
