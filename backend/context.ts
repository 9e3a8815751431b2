/** What every route works with. Effects come in here, so that tests and the simulation can bring their own. */
import type { Database } from './db/database.ts'
import type { Receipts } from './receipts/receipts.ts'

export interface Context {
  db: Database
  receipts: Receipts
  /** Epoch ms. */
  now: () => number
  /** Origins under which this backend is reached; the first is its name in receipts. */
  origins: () => readonly string[]
}
