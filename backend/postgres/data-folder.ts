/** Where the backend keeps its data, and where in it the database cluster lies. */
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { canReach, type OsUser } from './os-user.ts'

const ROOT_FOLDER = '/var/lib/consent-guard'
const POINTER = 'database-is-in'

export function defaultDataFolder(): string {
  return process.getuid?.() === 0 ? ROOT_FOLDER : join(homedir(), '.consent-guard')
}

export interface ClusterPlace {
  /** Real path of the data folder. */
  folder: string
  /** PGDATA: belongs to the database user, 0700. */
  cluster: string
  /** Folder that holds the cluster; the database user may write here. */
  home: string
}

/**
 * Makes the data folder. As root the cluster lies in it only where the database user can walk to it; below a private
 * folder (/root, mktemp -d) it lies in /var/lib/consent-guard instead, and a file says so.
 */
export async function placeCluster(dataFolder: string, user: OsUser | null): Promise<ClusterPlace> {
  await mkdir(dataFolder, { recursive: true, mode: user === null ? 0o700 : 0o711 })
  const folder = await realpath(dataFolder)
  if (user === null) return { folder, home: folder, cluster: join(folder, 'postgres') }
  await openToSearch(folder)
  const home = canReach(folder, user) ? join(folder, 'database') : await elsewhere(folder)
  await mkdir(home, { recursive: true, mode: 0o700 })
  await chown(home, user.uid, user.gid)
  return { folder, home, cluster: join(home, 'postgres') }
}

/** Lets the database user pass through our own fresh folder; a folder with other things in it is left as it is. */
async function openToSearch(folder: string): Promise<void> {
  const { mode, uid } = await stat(folder)
  const ours = uid === process.getuid?.() && (await readdir(folder)).length === 0
  if (ours && (mode & 0o001) === 0) await chmod(folder, (mode & 0o777) | 0o011)
}

async function elsewhere(folder: string): Promise<string> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const home = join(ROOT_FOLDER, 'clusters', name)
  await mkdir(join(ROOT_FOLDER, 'clusters'), { recursive: true, mode: 0o711 })
  await writeFile(join(folder, POINTER), `${home}\n`)
  return home
}

/** Where the cluster lies when it is not in the data folder itself; null when it is. */
export async function clusterHome(dataFolder: string): Promise<string | null> {
  const text = await readFile(join(dataFolder, POINTER), 'utf8').catch(() => null)
  return text === null ? null : text.trim()
}
