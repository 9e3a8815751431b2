/**
 * One backend a data folder. The lock is a file that names its holder; it is made by `link`, which is atomic, and a
 * lock whose holder is gone (SIGKILL, power cut, reboot) is taken over. PostgreSQL's own postmaster.pid stands behind
 * it: even a lost race here cannot put two servers on one cluster.
 */
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processStart } from './process-identity.ts'

export interface LockHolder {
  pid: number
  /** Opaque; tells this process from a later one with the same number. */
  started: string
  since: string
}

export class DataFolderInUse extends Error {
  override name = 'DataFolderInUse'
  readonly holder: LockHolder
  constructor(folder: string, holder: LockHolder) {
    super(
      `${folder} is in use by another backend (process ${holder.pid}, since ${holder.since}). ` +
        'Nothing was changed. Stop that backend, or start this one with another --data folder.',
    )
    this.holder = holder
  }
}

export interface FolderLock {
  release(): Promise<void>
}

export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'backend.lock')
  const started = processStart(process.pid)
  if (started === null) throw new Error('cannot tell when this process started')
  const mine: LockHolder = { pid: process.pid, started, since: new Date().toISOString() }
  const claim = join(folder, `.lock.${randomUUID()}`)
  // The random part tells two locks of one process apart.
  const text = JSON.stringify({ ...mine, id: randomUUID() })
  await writeFile(claim, text, { flag: 'wx', mode: 0o600 })
  try {
    for (let tries = 0; tries < 10; tries++) {
      if (await linked(claim, path)) return { release: () => release(path, text) }
      const current = await readFile(path, 'utf8').catch(() => null)
      if (current === null) continue
      const holder = parseHolder(current)
      if (holder !== null && isHeld(holder)) throw new DataFolderInUse(folder, holder)
      await removeStale(path, current, folder)
    }
    throw new Error(`${path} changes all the time; is another backend starting here?`)
  } finally {
    await rm(claim, { force: true })
  }
}

/** Who holds the folder now, or null. */
export async function folderHolder(folder: string): Promise<LockHolder | null> {
  const text = await readFile(join(folder, 'backend.lock'), 'utf8').catch(() => null)
  const holder = text === null ? null : parseHolder(text)
  return holder !== null && isHeld(holder) ? holder : null
}

function isHeld(holder: LockHolder): boolean {
  return processStart(holder.pid) === holder.started
}

async function linked(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Takes the stale lock aside and looks again: if someone replaced it in between, theirs is put back. */
async function removeStale(path: string, judged: string, folder: string): Promise<void> {
  const aside = join(folder, `.stale.${randomUUID()}`)
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== judged) await linked(aside, path)
  await unlink(aside)
}

async function release(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) await rm(path, { force: true })
}

function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, started, since } = JSON.parse(text) as Record<string, unknown>
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof since !== 'string') return null
    return { pid, started, since }
  } catch {
    return null
  }
}
