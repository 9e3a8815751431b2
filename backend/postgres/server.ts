/**
 * The embedded PostgreSQL: a real server with durable commits in our data folder, reachable through a private socket
 * only (loopback on Windows, which has none). Zero set-up: made on the first start.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Binaries, findBinaries } from './binaries.ts'
import { type ClusterPlace, placeCluster } from './data-folder.ts'
import { lockFolder } from './folder-lock.ts'
import { guard } from './guardian.ts'
import { SOCKET_PREFIX, stopOrphan } from './orphan.ts'
import { databaseUser, type OsUser } from './os-user.ts'

const run = promisify(execFile)
const SUPERUSER = 'consent_guard'
const PORT = 5432
const PASSWORD_FILE = 'consent-guard.password'

export interface Connection {
  host: string
  port: number
  user: string
  password: string
  database: string
}

export interface EmbeddedPostgres {
  connection: Connection
  pid: number
  /** Settles when the server has ended, for whatever reason. */
  ended: Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(
  dataFolder: string,
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const user = databaseUser()
  const place = await placeCluster(dataFolder, user)
  const lock = await lockFolder(place.folder)
  try {
    const binaries = await findBinaries(user)
    if (await stopOrphan(place.cluster)) log('stopped a PostgreSQL that an earlier backend had left behind')
    if (!(await isFolder(place.cluster))) await create(binaries, place, user)
    const server = await launch(binaries, place, user, log)
    return {
      ...server,
      async stop() {
        await server.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** How to reach the server of a running backend, for the operator's commands. */
export async function runningConnection(dataFolder: string): Promise<Connection> {
  const place = await placeCluster(dataFolder, databaseUser())
  const lines = (await readFile(join(place.cluster, 'postmaster.pid'), 'utf8')).split('\n')
  return connectionTo(place.cluster, lines[4] ?? '', Number(lines[3]))
}

/** Makes the cluster beside its place and moves it there whole, so that a crash leaves no half cluster. */
async function create(binaries: Binaries, place: ClusterPlace, user: OsUser | null): Promise<void> {
  const fresh = `${place.cluster}.new`
  await rm(fresh, { recursive: true, force: true })
  const password = randomBytes(24).toString('base64url')
  const passwordFile = join(place.home, PASSWORD_FILE)
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user) await chown(passwordFile, user.uid, user.gid)
  const args = [
    '-D',
    fresh,
    '-U',
    SUPERUSER,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
  ]
  await run(binaries.initdb, [...args, '--no-locale', '--no-instructions'], {
    cwd: '/',
    env: environment(),
    ...(user ?? {}),
  })
  await rename(passwordFile, join(fresh, PASSWORD_FILE))
  await rename(fresh, place.cluster)
}

async function launch(
  binaries: Binaries,
  place: ClusterPlace,
  user: OsUser | null,
  log: (line: string) => void,
) {
  const socketFolder = await mkdtemp(join(tmpdir(), SOCKET_PREFIX))
  if (user) await chown(socketFolder, user.uid, user.gid)
  const port = process.platform === 'win32' ? await freePort() : PORT
  const settings: Record<string, string> = {
    port: String(port),
    ...(process.platform === 'win32'
      ? { listen_addresses: '127.0.0.1' }
      : { listen_addresses: '', unix_socket_directories: socketFolder, unix_socket_permissions: '0700' }),
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    max_connections: '60',
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    log_min_messages: 'warning',
    timezone: 'UTC',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Its own session: Ctrl-C in the terminal must reach the backend first, which drains and then stops it.
  const child = spawn(binaries.postgres, ['-D', place.cluster, ...args], {
    cwd: '/',
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    ...(user ?? {}),
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await ready(child, log)
  const pid = child.pid ?? 0
  const guardian = guard(join(place.cluster, 'postmaster.pid'), pid, socketFolder, user)
  return {
    pid,
    ended,
    connection: await connectionTo(place.cluster, socketFolder, port),
    async stop() {
      guardian.dismiss()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      await ended
      await rm(socketFolder, { recursive: true, force: true })
    },
  }
}

async function connectionTo(cluster: string, socketFolder: string, port: number): Promise<Connection> {
  const password = await readFile(join(cluster, PASSWORD_FILE), 'utf8')
  const host = process.platform === 'win32' ? '127.0.0.1' : socketFolder
  return { host, port, user: SUPERUSER, password, database: 'postgres' }
}

function ready(child: ChildProcess, log: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code} while starting: ${seen}`)))
    child.stderr?.setEncoding('utf8')
    child.stderr?.on('data', (chunk: string) => {
      seen = (seen + chunk).slice(-4000)
      for (const line of chunk.split('\n')) if (line.trim() !== '') log(line)
      if (seen.includes('database system is ready to accept connections')) resolve()
    })
  })
}

/** Nothing of our own environment (PG* variables, locale) may change how the server behaves. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject()))
    })
  })
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
