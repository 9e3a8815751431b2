import { useEffect, useState } from 'preact/hooks'

/** What one asynchronous question answered; undefined until then. A refusal answers `fallback`. */
export function usePromise<T>(ask: () => Promise<T>, fallback: T): T | undefined {
  const [answer, setAnswer] = useState<{ value: T } | null>(null)
  // Asked once, when the surface opens.
  useEffect(() => {
    ask().then(
      (value) => setAnswer({ value }),
      () => setAnswer({ value: fallback }),
    )
  }, [])
  return answer?.value
}
