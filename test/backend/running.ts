/** A backend for one test file: real HTTP, real embedded PostgreSQL, its own temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BackendOptions, type RunningBackend, startBackend } from '../../backend/backend.ts'
import { clusterHome } from '../../backend/postgres/data-folder.ts'

export interface TestBackend extends RunningBackend {
  folder: string
}

export async function runBackend(options: BackendOptions = {}): Promise<TestBackend> {
  // A folder of ours inside the private one of mktemp, as a person's clone would be.
  const folder = await mkdtemp(join(tmpdir(), 'cg-test-'))
  const backend = await startBackend({
    port: 0,
    dataFolder: join(folder, 'data'),
    logLevel: 'error',
    ...options,
  })
  return {
    ...backend,
    folder: join(folder, 'data'),
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
