/**
 * The work that nobody waits for: numbering events, making processor calls, letting orders expire and settle. Any number
 * of processes may do it side by side; rows are taken with SKIP LOCKED or moved by compare-and-set.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from './context.ts'
import { deferred } from './deferred.ts'
import { sequence } from './log/sequence.ts'
import { beginSettling, expireOrders } from './orders/due.ts'
import { runOneCall } from './processors/run-calls.ts'
import { renewSubscriptions } from './subscriptions/renew.ts'
import { sweepOnce } from './sweep.ts'

/** Without a wake-up, look this often: other processes write too, and time passes. */
const IDLE_MS = 500
/** Processor calls at the same time; each waits for an answer, not for us. */
const CALLERS = 4
const SWEEP_MS = 60_000
/** News may be this late, for the sake of numbering many events at once; later where there are many. */
const NUMBERING_MS = 20
const BUSY_ACCOUNTS = 16
const BUSY_NUMBERING_MS = 100

/** Does what is due now, once; true if there was anything. The simulation calls this with its own clock. */
export async function step(context: Context): Promise<boolean> {
  const moved =
    (await expireOrders(context)) + (await beginSettling(context)) + (await renewSubscriptions(context))
  const called = await runOneCall(context)
  return moved > 0 || called
}

export interface Background {
  wake(work: 'events' | 'calls'): void
  stop(): Promise<void>
}

interface Loop {
  wake(): void
  stop(): Promise<void>
}

export function startBackground(context: Context, onError: (error: unknown) => void): Background {
  const numbering = loop(async () => {
    const accounts = await sequence(context)
    // Many events in one commit cost hardly more than one.
    await pause(accounts.length >= BUSY_ACCOUNTS ? BUSY_NUMBERING_MS : NUMBERING_MS)
    return false
  }, onError)
  const calling = [
    loop(() => step(context), onError),
    ...Array.from({ length: CALLERS - 1 }, () => loop(() => runOneCall(context), onError)),
  ]
  const timer = setInterval(() => sweepOnce(context).catch(onError), SWEEP_MS)
  return {
    wake(work) {
      numbering.wake()
      if (work === 'calls') for (const one of calling) one.wake()
    },
    async stop() {
      clearInterval(timer)
      await Promise.all([numbering, ...calling].map((one) => one.stop()))
    },
  }
}

/** Runs `work` again and again while it finds something, else waits for a wake-up or the idle time. */
function loop(work: () => Promise<boolean>, onError: (error: unknown) => void): Loop {
  let stopped = false
  let woken = deferred()

  async function run(): Promise<void> {
    while (!stopped) {
      const signal = woken.promise
      let busy = false
      try {
        busy = await work()
      } catch (error) {
        onError(error)
      }
      if (busy || stopped) continue
      let timer: NodeJS.Timeout | undefined
      const idle = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, IDLE_MS)
      })
      await Promise.race([signal, idle])
      clearTimeout(timer)
      woken = deferred()
    }
  }

  const done = run()
  return {
    wake: () => woken.resolve(),
    async stop() {
      stopped = true
      woken.resolve()
      await done
    },
  }
}
