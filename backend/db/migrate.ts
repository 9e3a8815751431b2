/** Brings the schema up to date. Several processes may start at once: an advisory lock lets one do it. */
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import type { Database } from './database.ts'

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))

/** Names of the migrations that were run now. */
export async function migrate(db: Database): Promise<string[]> {
  const client = db.client()
  // A connection that breaks fails the statement that waits for it; as an event it would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    const done = await runner({
      dbClient: client,
      dir: FOLDER,
      direction: 'up',
      migrationsTable: 'migration',
      advisoryLockMode: 'wait',
      singleTransaction: true,
      log: () => {},
    })
    return done.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}
