/**
 * A PostgreSQL that outlived its backend. The guardian process (guardian.ts) normally stops it; this is for when the
 * guardian was killed as well. Only called while we hold the data folder's lock, and only touches a process that
 * postmaster.pid of our own cluster names and that really works in that folder.
 */
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive, processStart, someoneWorksIn, worksIn } from './process-identity.ts'

export const SOCKET_PREFIX = 'cg-pg-'

/** Stops the orphan if there is one; true if there was. */
export async function stopOrphan(cluster: string): Promise<boolean> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text === null) return false
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return false
  const stopped = worksIn(pid, cluster)
  if (stopped) await stop(pid)
  else if (isAlive(pid)) await forgetStranger(cluster)
  await removeSocketFolder(lines[4] ?? '')
  return stopped
}

/**
 * After a reboot or a long time the number may belong to a stranger, and PostgreSQL would refuse to start for its
 * sake. We hold the folder's lock; once nothing works in the cluster, the file is of no use to anyone.
 */
async function forgetStranger(cluster: string): Promise<void> {
  for (let waited = 0; someoneWorksIn(cluster); waited += 50) {
    if (waited > 10_000) throw new Error(`something still works in ${cluster}; end it and start again`)
    await pause(50)
  }
  await rm(join(cluster, 'postmaster.pid'), { force: true })
}

async function stop(pid: number): Promise<void> {
  // SIGINT: fast shutdown. SIGQUIT: immediate, recovered from the log at the next start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (processStart(pid) === null) return
      await pause(50)
    }
  }
  throw new Error(`an earlier PostgreSQL (process ${pid}) does not stop; end it and start again`)
}

/** Removes the socket folder that the orphan left, if it is one of ours. */
async function removeSocketFolder(folder: string): Promise<void> {
  if (dirname(folder) !== tmpdir() || !basename(folder).startsWith(SOCKET_PREFIX)) return
  await rm(folder, { recursive: true, force: true })
}
