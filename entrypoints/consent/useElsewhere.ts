import { useEffect, useState } from 'preact/hooks'
import { send } from '../shared/send.ts'

/** After a backend that did not answer, ms. */
const AGAIN_MS = 3_000

/**
 * Keeps the question open on the person's other device while this payment waits. The background carries the answer out;
 * this only keeps it awake. True while it is asked there, null while the backend does not answer, false where it is not.
 */
export function useElsewhere(attemptId: string | null): boolean | null {
  const [asked, setAsked] = useState<boolean | null>(false)
  useEffect(() => {
    if (attemptId === null) return setAsked(false)
    const id = attemptId
    let over = false
    async function ask() {
      while (!over) {
        const answer = await send('ask-elsewhere', { attemptId: id })
        if (over) return
        const state = answer.ok ? answer.value.state : 'unreachable'
        setAsked(state === 'unreachable' ? null : state !== 'off')
        if (state === 'pending') continue
        if (state !== 'unreachable') return
        await new Promise((done) => setTimeout(done, AGAIN_MS))
      }
    }
    void ask()
    return () => {
      over = true
    }
  }, [attemptId])
  return asked
}
