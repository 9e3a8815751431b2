/** A database whose process may die before or after any statement. What was not committed is gone, as in life. */
import type { Database, Sql } from '../../../backend/db/database.ts'
import type { Random } from './random.ts'

export class Crashed extends Error {
  override name = 'Crashed'
}

export interface Faults {
  /** Share of statements at which the process dies; 0 stops all faults. */
  crash: number
}

export function crashing(db: Database, random: Random, faults: Faults): Database {
  function perhaps(): void {
    if (random.chance(faults.crash)) throw new Crashed()
  }
  function wrap(sql: Sql): Sql {
    return {
      async query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
        perhaps()
        const rows = await sql.query<Row>(text, values, name)
        perhaps()
        return rows
      },
    }
  }
  return {
    ...db,
    ...wrap(db),
    forgetful: wrap(db.forgetful),
    async transaction(work) {
      const result = await db.transaction(async (tx) => {
        const done = await work(wrap(tx))
        perhaps()
        return done
      })
      // Committed, but nobody hears of it.
      perhaps()
      return result
    },
  }
}
