/** A backend for one test file: real HTTP, real embedded PostgreSQL, its own temporary folder. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BackendOptions, type RunningBackend, startBackend } from '../../backend/backend.ts'
import { type Database, openDatabase } from '../../backend/db/database.ts'
import { clusterHome } from '../../backend/postgres/data-folder.ts'
import { runningConnection } from '../../backend/postgres/server.ts'

export interface TestBackend extends RunningBackend {
  folder: string
  /** Another look at the backend's database. */
  database(): Promise<Database>
}

export async function runBackend(options: BackendOptions = {}): Promise<TestBackend> {
  // A folder of ours inside the private one of mktemp, as a person's clone would be.
  const folder = await mkdtemp(join(tmpdir(), 'cg-test-'))
  const server = process.env.TEST_DATABASE_URL
  const databaseUrl = server === undefined ? undefined : await freshDatabase(server)
  const backend = await startBackend({
    port: 0,
    dataFolder: join(folder, 'data'),
    logLevel: 'error',
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...options,
  })
  return {
    ...backend,
    folder: join(folder, 'data'),
    async database() {
      const connection = databaseUrl ?? (await runningConnection(join(folder, 'data')))
      return openDatabase({ connection, max: 1, onError: () => {} })
    },
    async close() {
      await backend.close()
      await removeFolder(folder)
    },
  }
}

/** Removes the folder and the cluster that was put elsewhere because the database user could not reach the folder. */
export async function removeFolder(folder: string): Promise<void> {
  const home = await clusterHome(join(folder, 'data'))
  if (home !== null) await rm(home, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}

/** A new database on the server that TEST_DATABASE_URL names. */
async function freshDatabase(server: string): Promise<string> {
  const name = `cg_${randomBytes(8).toString('hex')}`
  const admin = openDatabase({ connection: server, max: 1, onError: () => {} })
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
