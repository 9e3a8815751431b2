/** What every route works with. Effects come in here, so that tests and the simulation can bring their own. */
import type { Database } from './db/database.ts'
import type { LogKeys } from './log/checkpoint.ts'
import type { Hub } from './log/hub.ts'
import type { Processors } from './processors/processor.ts'
import type { Receipts } from './receipts/receipts.ts'

export interface Context {
  db: Database
  receipts: Receipts
  processors: Processors
  /** Tells waiting requests that an account has news. */
  hub: Hub
  logKeys: LogKeys
  /** Says that there is work for the background: events to number, or processor calls to make as well. */
  wake: (work: 'events' | 'calls') => void
  /** Epoch ms. */
  now: () => number
  /** Origins under which this backend is reached; the first is its name in receipts. */
  origins: () => readonly string[]
  /** How long an authorised wallet order waits before it is settled: the time to cancel or modify by one command. */
  coolingOffMs: number
  /** How many accounts' ordinary payments one statement may write; 1 where accounts lie on several shards. */
  together: number
}
